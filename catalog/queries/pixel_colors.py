"""Statistics of the pixels as colours of a plate: what there are, and the number of each well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plates.models import Preview
from plates.pixels.statistics_table import STATISTICS
from plates.queries.statistics import statistics_of

PIXELS: Final = "pixels"
"""What the key of such a colour begins with: `pixels:mean:0`."""


@dataclass(frozen=True, slots=True)
class PixelColor:
    """A statistic of a channel, of which each well that was drawn has a number."""

    statistic: str
    channel: int
    label: str
    """Of the channel."""

    @property
    def key(self) -> str:
        """What names it."""
        return f"{PIXELS}:{self.statistic}:{self.channel}"

    @property
    def title(self) -> str:
        """How it is called."""
        return f"{self.statistic} of {self.label or f'channel {self.channel}'}"


def pixel_colors_of(preview: Preview | None) -> Sequence[PixelColor]:
    """What the wells of a store that was drawn can be coloured by, channel by channel."""
    if preview is None:
        return []
    return [
        PixelColor(statistic, int(channel["number"]), str(channel["label"]))
        for channel in preview.channels
        for statistic in STATISTICS
    ]


def pixel_numbers(preview: Preview, color: PixelColor) -> Mapping[str, float]:
    """The mean over a well's fields by label, of the first acquisition that was drawn."""
    table = statistics_of(preview)
    if table is None:
        return {}
    run = preview.runs[0] if preview.runs else None
    return table.wells(color.channel, color.statistic, run)
