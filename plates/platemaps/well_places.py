"""Where on a plate a row lies that names its well in one of the ways people do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plates.addresses import PlateShape
from plates.platemaps.candidates import PlateCandidate
from plates.platemaps.mappings import WAYS_TO_NAME_SUBJECTS, ColumnKind, ColumnMapping
from plates.platemaps.verdicts import RowVerdict
from plates.platemaps.well_names import address_at, address_numbered, address_of

_ROW_AND_COLUMN: Final = 2
_MOST_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class WellPlace:
    """A position on a plate, or why there is none."""

    position: int | None
    verdict: RowVerdict = RowVerdict.MATCHED
    message: str = ""


NO_WELL: Final = WellPlace(
    None, RowVerdict.UNREADABLE_WELL, "The row names no well. Fill its well column."
)


def subject_kinds(columns: tuple[ColumnMapping, ...]) -> tuple[ColumnKind, ...]:
    """The kinds of the columns by which rows name their well or image, in the order of the names."""
    kinds = {column.kind for column in columns}
    return next((way for way in WAYS_TO_NAME_SUBJECTS if kinds.issuperset(way)), ())


class WellPlaces:
    """Wells of plates of any shape, each spelling understood once for all plates of a shape."""

    def __init__(self, columns: tuple[ColumnMapping, ...]) -> None:
        self._counts = subject_kinds(columns) == (ColumnKind.WELL_NUMBER,)
        self._known: dict[PlateShape, dict[tuple[str, ...], WellPlace]] = {}

    def place(self, subject: tuple[str, ...], plate: PlateCandidate) -> WellPlace:
        """Where a well lies that a row names so: (well,), (row, column) or (number,)."""
        if plate.strays and (stray := _stray(subject, plate.strays)) is not None:
            return WellPlace(stray)
        known = self._known.setdefault(plate.shape, {})
        place = known.get(subject)
        if place is None:
            if len(known) > _MOST_REMEMBERED:
                known.clear()
            place = known[subject] = self._placed(subject, plate.shape)
        return place

    def _placed(self, subject: tuple[str, ...], shape: PlateShape) -> WellPlace:
        if not any(subject):
            return NO_WELL
        if self._counts and len(subject) == 1:
            return _by_number(subject[0], shape)
        return _by_address(subject, shape)


def _stray(subject: tuple[str, ...], strays: Mapping[str, int]) -> int | None:
    """The position of a well whose name is no grid: as it is written, or by its path."""
    for name in (subject[0], "/".join(subject)):
        if name in strays:
            return strays[name]
    return None


def _by_number(text: str, shape: PlateShape) -> WellPlace:
    address = address_numbered(text, shape)
    if address is not None:
        return WellPlace(shape.position(address))
    if any(letter.isdigit() for letter in text):
        message = (
            f"The plate has no well number {text[:40]}: it has {shape.size}, counted row by row "
            "from 1."
        )
        return WellPlace(None, RowVerdict.NO_SUCH_WELL, message)
    message = f"{text[:40]!r} is no well number: they count the wells row by row from 1."
    return WellPlace(None, RowVerdict.UNREADABLE_WELL, message)


def _by_address(subject: tuple[str, ...], shape: PlateShape) -> WellPlace:
    address = address_at(*subject) if len(subject) == _ROW_AND_COLUMN else address_of(subject[0])
    if address is None:
        return WellPlace(None, RowVerdict.UNREADABLE_WELL, _no_well(subject))
    if address in shape:
        return WellPlace(shape.position(address))
    message = f"The plate has no well {address.label}: it has {shape.rows} rows and {shape.columns} columns."
    return WellPlace(None, RowVerdict.NO_SUCH_WELL, message)


def _no_well(subject: tuple[str, ...]) -> str:
    if len(subject) == _ROW_AND_COLUMN:
        return (
            f"Row {subject[0][:20]!r} and column {subject[1][:20]!r} name no well: write the row "
            "as letters or a number, the column as a number from 1."
        )
    return (
        f"{subject[0][:40]!r} is no well: write the row as letters and the column as a number, such "
        "as B03."
    )
