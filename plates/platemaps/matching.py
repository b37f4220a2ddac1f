"""Rows of a plate map to the positions that they speak of, a verdict for each."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Final, NamedTuple, TypeAlias

from plates.platemaps.candidates import ImageCandidate, PlateCandidate
from plates.platemaps.image_names import ImageNames
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import ColumnKind, Mapping
from plates.platemaps.plate_names import PlateMatch, PlateNames
from plates.platemaps.verdicts import PLACED, RowVerdict
from plates.platemaps.well_places import NO_WELL, WellPlaces, subject_kinds

Spot: TypeAlias = tuple[int, int]
"""A carrier and a position on it."""

_DIGEST_BYTES: Final = 16
_EITHER: Final = 2


class Placement(NamedTuple):
    """What became of a row: the spots it is applied to, none unless its verdict counts as placed."""

    verdict: RowVerdict
    spots: tuple[Spot, ...] = ()
    plate: PlateMatch | None = None
    message: str = ""


There: TypeAlias = Callable[[int], Iterable[tuple[int, bytes]]]
"""What is said of a carrier: positions and, as `Matching.news` is given it, all that a row says."""


class Matching:
    """Finds the plates, wells and images of one import's rows, and rows that say nothing new.

    `there` gives what is said of a carrier already, where that shall not be said again.
    Memory: 16 bytes, with what Python needs around them, for each row that is placed.
    """

    def __init__(
        self,
        mapping: Mapping,
        *,
        plates: Iterable[PlateCandidate] = (),
        images: Iterable[ImageCandidate] = (),
        there: There | None = None,
    ) -> None:
        self._only_plate = mapping.plate
        self._by_image = subject_kinds(mapping.columns) == (ColumnKind.IMAGE,)
        kinds = {column.kind for column in mapping.columns}
        self._by_either = {ColumnKind.WELL, ColumnKind.IMAGE} <= kinds
        self.plates = PlateNames(plates, mapping.plates)
        self._wells = WellPlaces(mapping.columns)
        self._images = ImageNames(images)
        self._said: set[bytes] = set()
        self._there = there
        self._asked: set[int] = set()

    def place(self, row: LongRow) -> Placement:
        """Where a row belongs, whatever was said before it."""
        if row.verdict is RowVerdict.NO_MAP and row.plate:
            # A barcode file names plates that are expected, whatever is said of their wells.
            return Placement(row.verdict, plate=self.plates.match(row.plate))
        if row.verdict not in PLACED:
            return Placement(row.verdict)
        if not row.values and not row.texts:
            return Placement(RowVerdict.EMPTY)
        if self._by_either and len(row.subject) == _EITHER:
            well, image = row.subject
            return self._well_place(row, (well,)) if well else self._image_place(row, image)
        if self._by_image:
            return self._image_place(row, row.subject[0])
        return self._well_place(row, row.subject)

    def news(self, spots: tuple[Spot, ...], said: bytes) -> tuple[Spot, ...]:
        """The spots of which this was not said before; none: the row is a duplicate.

        `said` has to be the same for rows that say the same, and for no others.
        """
        fresh = []
        for spot in spots:
            if self._there is not None and spot[0] not in self._asked:
                self._remember(spot[0], self._there(spot[0]))
            key = _at(spot, said)
            if key not in self._said:
                self._said.add(key)
                fresh.append(spot)
        return tuple(fresh)

    def _remember(self, carrier: int, there: Iterable[tuple[int, bytes]]) -> None:
        self._asked.add(carrier)
        for position, said in there:
            self._said.add(_at((carrier, position), said))

    def _image_place(self, row: LongRow, image: str) -> Placement:
        found = self._images.match(image, store=row.plate)
        if found.image is None:
            return Placement(found.verdict, message=found.message)
        return Placement(row.verdict, ((found.image.carrier, found.image.position),))

    def _well_place(self, row: LongRow, subject: tuple[str, ...]) -> Placement:
        match = self.plates.match(row.plate or self._only_plate)
        if not match.plates:
            if not any(subject):
                # A line of totals, say: it would wait in vain for a plate of that name.
                return Placement(NO_WELL.verdict, message=NO_WELL.message)
            return Placement(match.verdict, (), match, match.message)
        spots = []
        for plate in match.plates:
            place = self._wells.place(subject, plate)
            if place.position is None:
                return Placement(place.verdict, (), match, place.message)
            spots.append((plate.carrier, place.position))
        return Placement(row.verdict, tuple(spots), match)


def _at(spot: Spot, said: bytes) -> bytes:
    return blake2b(b"%d/%d:" % spot + said, digest_size=_DIGEST_BYTES).digest()
