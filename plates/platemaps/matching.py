"""Rows of a plate map to the positions that they speak of, a verdict for each."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple, TypeAlias

from plates.platemaps.candidates import ImageCandidate, PlateCandidate
from plates.platemaps.image_names import ImageNames
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, Mapping
from plates.platemaps.plate_names import PlateMatch, PlateNames
from plates.platemaps.verdicts import PLACED, RowVerdict
from plates.platemaps.well_places import WellPlaces, subject_kinds

Spot: TypeAlias = tuple[int, int]
"""A carrier and a position on it."""

_DIGEST_BYTES: Final = 16


class Placement(NamedTuple):
    """What became of a row: the spots it is applied to, none unless its verdict counts as placed."""

    verdict: RowVerdict
    spots: tuple[Spot, ...] = ()
    plate: PlateMatch | None = None
    message: str = ""


class Matching:
    """Finds the plates, wells and images of one import's rows, and rows that say nothing new.

    Memory: 16 bytes, with what Python needs around them, for each row that is placed.
    """

    def __init__(
        self,
        mapping: Mapping,
        *,
        plates: Iterable[PlateCandidate] = (),
        images: Iterable[ImageCandidate] = (),
    ) -> None:
        self._only_plate = mapping.plate
        self._by_image = subject_kinds(mapping.columns) == (ColumnKind.IMAGE,)
        self.plates = PlateNames(plates, mapping.plates)
        self._wells = WellPlaces(mapping.columns)
        self._images = ImageNames(images)
        self._said: set[bytes] = set()

    def place(self, row: LongRow) -> Placement:
        """Where a row belongs, whatever was said before it."""
        if row.verdict not in PLACED:
            return Placement(row.verdict)
        if not row.values and not row.texts:
            return Placement(RowVerdict.EMPTY)
        if self._by_image:
            return self._image_place(row)
        return self._well_place(row)

    def news(self, spots: tuple[Spot, ...], said: bytes) -> tuple[Spot, ...]:
        """The spots of which this was not said before; none: the row is a duplicate.

        `said` has to be the same for rows that say the same, and for no others.
        """
        fresh = []
        for spot in spots:
            key = blake2b(b"%d/%d:" % spot + said, digest_size=_DIGEST_BYTES).digest()
            if key not in self._said:
                self._said.add(key)
                fresh.append(spot)
        return tuple(fresh)

    def _image_place(self, row: LongRow) -> Placement:
        found = self._images.match(row.subject[0], store=row.plate)
        if found.image is None:
            return Placement(found.verdict, message=found.message)
        return Placement(row.verdict, ((found.image.carrier, found.image.position),))

    def _well_place(self, row: LongRow) -> Placement:
        match = self.plates.match(row.plate or self._only_plate)
        if not match.plates:
            return Placement(match.verdict, (), match, match.message)
        spots = []
        for plate in match.plates:
            place = self._wells.place(row.subject, plate)
            if place.position is None:
                return Placement(place.verdict, (), match, place.message)
            spots.append((plate.carrier, place.position))
        return Placement(row.verdict, tuple(spots), match)
