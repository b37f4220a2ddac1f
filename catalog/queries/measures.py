"""Numbers that wells of several plates have: readouts of plate maps, and statistics of pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from catalog.queries.pixel_colors import PIXELS, PixelColor, pixel_colors_of, pixel_numbers
from catalog.queries.visible import Viewer
from catalog.queries.wells import PlateRow
from plates.models import Plate, Preview, Readout
from plates.queries.annotation import Spot

SHOWN: Final = ("mean", "p99", "focus")
"""The statistics of each channel that are offered."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something of which wells have a number; `key` is that of a readout or a pixel colour."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Some plates, and what was drawn of each that was."""

    plates: Sequence[Plate | PlateRow]
    previews: Mapping[int, Preview]
    """By carrier."""

    @property
    def measures(self) -> list[Measure]:
        """What their wells have numbers of: readouts first."""
        told = self._readouts().order_by("key__title").values_list("key__name", "key__title")
        found = [Measure(key, title) for key, title in told.distinct()]
        drawn = next(iter(self.previews.values()), None)
        pixels = [one for one in pixel_colors_of(drawn) if one.statistic in SHOWN]
        return found + [Measure(one.key, one.title) for one in pixels]

    def numbers_at(self, key: str, labels: Mapping[Spot, str]) -> dict[Spot, float]:
        """The number of each of some wells, given with their labels; those without are left out."""
        if not key.startswith(f"{PIXELS}:"):
            return self._read_out(key, labels)
        found: dict[Spot, float] = {}
        for carrier, preview in self.previews.items():
            color = next((one for one in pixel_colors_of(preview) if one.key == key), None)
            numbers = _numbers(preview, color)
            found |= {
                spot: numbers[label]
                for spot, label in labels.items()
                if spot[0] == carrier and label in numbers
            }
        return found

    def _read_out(self, key: str, labels: Mapping[Spot, str]) -> dict[Spot, float]:
        rows = self._readouts().filter(key__name=key).order_by()
        numbers = dict(rows.values_list("carrier", "numbers"))
        return {
            (carrier, position): number
            for carrier, position in labels
            if position < len(numbers.get(carrier, ()))
            and (number := numbers[carrier][position]) is not None
        }

    def _readouts(self) -> QuerySet[Readout]:
        return Readout.objects.filter(carrier__in=[plate.carrier_id for plate in self.plates])


def measured(plates: Sequence[Plate | PlateRow], viewer: Viewer) -> Measured:
    """Some visible plates with what was drawn of them: of each the first store that is there."""
    carriers = {plate.serial: plate.carrier_id for plate in plates}
    rows = Preview.objects.filter(store__in=viewer.stores.filter(plate__in=list(carriers)))
    previews: dict[int, Preview] = {}
    for one in rows.select_related("store").order_by("store__vanished_at", "store__serial"):
        previews.setdefault(carriers[one.store.plate_id or 0], one)
    return Measured(plates, previews)


def _numbers(preview: Preview, color: PixelColor | None) -> Mapping[str, float]:
    return {} if color is None else pixel_numbers(preview, color)
