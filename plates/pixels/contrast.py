"""How channels are shown: their colours, and which intensities are black and full."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.omezarr.documents import Channel
from plates.pixels.intensities import rank_of
from plates.pixels.planes import Mask
from plates.pixels.unpacking import Numbers

DARK, BRIGHT = 1.0, 99.8
"""Percentiles between which a channel is shown that says nothing useful of its window."""
TOO_WIDE: Final = 8.0
"""A window so many times as wide as what the pixels fill would show them as nearly black."""
MOST_SAMPLED: Final = 16_384
PALETTE: Final = (
    *("2F6BFF", "3DDC84", "FF5A4F", "FFC83D", "C77DFF"),
    *("35D0E0", "FF8FC7", "B8E04A"),
)
"""For channels without a colour of their own."""
WHITE: Final = "FFFFFF"
_COLOR: Final = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)


class WindowBy(StrEnum):
    """Who says between which intensities a channel is shown."""

    OMERO = "omero"
    PERCENTILES = "percentiles"
    PERSON = "person"


class ShownChannel(msgspec.Struct, frozen=True):
    """A channel as it is drawn: what is black and what has its full colour.

    `color` is six hex digits, `by` tells where the window comes from.
    """

    number: int
    label: str
    color: str
    low: float
    high: float
    by: WindowBy
    active: bool = True


def sampled(plane: Numbers, missing: Mask) -> NDArray[np.float64]:
    """Some of the pixels that are there, evenly spread."""
    values = plane[~missing] if missing.any() else plane.ravel()
    step = max(1, -(-values.size // MOST_SAMPLED))
    some = values[::step].astype(np.float64)
    return some[np.isfinite(some)]


def shown_channels(
    channels: Sequence[Channel], samples: Sequence[NDArray[np.float64]]
) -> tuple[ShownChannel, ...]:
    """How the first channels of an image are shown, given some pixels of each."""
    colors = colors_of(channels[: len(samples)], len(samples))
    shown = []
    for number, values in enumerate(samples):
        channel = channels[number] if number < len(channels) else Channel()
        low, high, by = window_of(channel, values)
        shown.append(
            ShownChannel(
                number=number,
                label=channel.label,
                color=colors[number],
                low=low,
                high=high,
                by=by,
                active=channel.active is not False,
            )
        )
    return tuple(shown)


def window_of(channel: Channel, values: NDArray[np.float64]) -> tuple[float, float, WindowBy]:
    """Between which intensities a channel is shown, and who says so.

    What omero says counts if it is of use: not if all pixels would be black or white, nor if they
    would fill an eighth of it or less.
    """
    start, end = channel.window_start, channel.window_end
    if not values.size:
        if start is not None and end is not None and start < end:
            return start, end, WindowBy.OMERO
        return 0.0, 1.0, WindowBy.PERCENTILES
    ordered = np.sort(values)
    dark, half, bright = (
        float(ordered[rank_of(share, ordered.size)]) for share in (DARK, 50.0, BRIGHT)
    )
    if start is not None and end is not None and start < end:
        is_narrow = end - start <= TOO_WIDE * max(bright - dark, 1e-30)
        if is_narrow and bright > start and half < end:
            return start, end, WindowBy.OMERO
    if not dark < bright:
        dark, bright = float(ordered[0]), float(ordered[-1])
    return dark, bright if bright > dark else dark + 1.0, WindowBy.PERCENTILES


def colors_of(channels: Sequence[Channel], count: int) -> list[str]:
    """A colour for each of so many channels: their own, unless all have the same one.

    One channel without a colour is white.
    """
    own = [channel.color if _COLOR.fullmatch(channel.color) else "" for channel in channels]
    own += [""] * (count - len(own))
    if count > 1 and len(set(own)) == 1:
        own = [""] * count
    if count == 1:
        return [own[0] or WHITE]
    return [color or PALETTE[number % len(PALETTE)] for number, color in enumerate(own)]
