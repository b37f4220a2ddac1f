"""The one shape in which joined tables arrive at wells."""

from dataclasses import dataclass

from plates.platemaps.mappings import Place
from plates.platemaps.values import Value
from plates.platemaps.verdicts import RowVerdict


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be read as its column asks."""

    place: Place
    """Its column; one behind the last of the table where it is the row as a whole."""
    message: str
    """What is wrong and what to do, the cell quoted."""


@dataclass(frozen=True, slots=True)
class LongRow:
    """One row about one well or image, joined and read, not yet matched to a plate."""

    rows: tuple[int, ...]
    """Its row number in each table of the import; 0 where none of that table belongs to it."""
    plate: str
    """As it is written; empty where the mapping or the image says which plate it is."""
    subject: tuple[str, ...]
    """How the well is named, as the mapping's columns have it: (well,), (row, column) or
    (number,); or (image,); or (well, image), one of them empty."""
    values: tuple[tuple[int, Value], ...]
    """Index into the mapping's columns, and a value: of kinds TERM and QUANTITY."""
    texts: tuple[tuple[int, str], ...] = ()
    """Index into the mapping's columns, and the cell: of kinds READOUT and TEXT."""
    problems: tuple[CellProblem, ...] = ()
    verdict: RowVerdict = RowVerdict.MATCHED
    """What is already known against it: RAGGED, EMPTY, NO_SUCH_REAGENT, UNREADABLE_VALUE."""
