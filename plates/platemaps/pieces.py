"""What a row of one table adds to a joined row."""

from collections.abc import Sequence
from typing import NamedTuple

from plates.platemaps.cells import CellReader
from plates.platemaps.exported_cells import plain
from plates.platemaps.formats import Format
from plates.platemaps.long_rows import CellProblem
from plates.platemaps.mappings import (
    WAYS_TO_NAME_SUBJECTS,
    ColumnKind,
    ColumnMapping,
    Mapping,
    Place,
)
from plates.platemaps.tables import Row, Table
from plates.platemaps.values import Value
from plates.platemaps.verdicts import RowVerdict

# What is said of a row when several things are: the first of these.
_WORST = (
    RowVerdict.RAGGED,
    RowVerdict.NO_MAP,
    RowVerdict.NO_SUCH_REAGENT,
    RowVerdict.UNREADABLE_VALUE,
    RowVerdict.MATCHED,
)
RANKS = {verdict: rank for rank, verdict in enumerate(_WORST)}


class Piece(NamedTuple):
    """A row of a table with the rows that it is joined to, read but not yet whole."""

    rows: tuple[tuple[int, int], ...]
    """Each table that has a part in it, and the number of the row."""
    plate: str = ""
    subject: tuple[str, ...] = ()
    values: tuple[tuple[int, Value], ...] = ()
    texts: tuple[tuple[int, str], ...] = ()
    problems: tuple[CellProblem, ...] = ()
    verdict: RowVerdict = RowVerdict.MATCHED

    def joined(self, other: "Piece") -> "Piece":
        """Both together; what the first says of plate and well counts."""
        return Piece(
            self.rows + other.rows,
            self.plate or other.plate,
            self.subject or other.subject,
            self.values + other.values,
            self.texts + other.texts,
            self.problems + other.problems,
            min(self.verdict, other.verdict, key=RANKS.__getitem__),
        )

    def blamed(self, verdict: RowVerdict, *problems: CellProblem) -> "Piece":
        """The same, with something more against it."""
        return self._replace(
            problems=self.problems + problems,
            verdict=min(self.verdict, verdict, key=RANKS.__getitem__),
        )


class PieceReader:
    """Reads the rows of one table, by the columns that the mapping has of it."""

    def __init__(self, mapping: Mapping, number: int, table: Table) -> None:
        columns = [column for column in mapping.columns if column.place.table == number]
        self._number = number
        self._width = len(table.columns)
        self._cells = CellReader(mapping, number)
        self._is_export = mapping.format is Format.PLATECAT
        self._plate = _first_of(columns, ColumnKind.PLATE)
        self._subject = subject_columns(columns)
        if self._is_export:
            # Each row of an export is about a well or an image.
            kinds = (ColumnKind.WELL, ColumnKind.IMAGE)
            self._subject = tuple(c.place.column for c in columns if c.kind in kinds)

    def read(self, row: Row) -> Piece:
        """What the row says by itself."""
        cells: Sequence[str] = row.cells
        if len(cells) != self._width:
            return self._ragged(row)
        if self._is_export:
            cells = [plain(cell) for cell in cells]
        values, texts, problems = self._cells.read(cells)
        return Piece(
            ((self._number, row.number),),
            cells[self._plate] if self._plate is not None else "",
            tuple([cells[column] for column in self._subject]),
            values,
            texts,
            problems,
            RowVerdict.UNREADABLE_VALUE if problems else RowVerdict.MATCHED,
        )

    def _ragged(self, row: Row) -> Piece:
        """The row as far as it names a plate and a well, which says where to look for it."""
        cells = dict(enumerate(row.cells))
        return Piece(
            rows=((self._number, row.number),),
            plate=cells.get(self._plate, "") if self._plate is not None else "",
            subject=tuple(cells.get(column, "") for column in self._subject),
            # Behind the last column: it is the whole row's.
            problems=(CellProblem(Place(self._number, self._width), self._miscounted(row)),),
            verdict=RowVerdict.RAGGED,
        )

    def _miscounted(self, row: Row) -> str:
        advice = (
            "a cell that holds the separator has to stand in quotes"
            if len(row.cells) > self._width
            else "write the empty cells at its end too"
        )
        return f"The row has {len(row.cells)} cells, the header {self._width}: {advice}."


def subject_columns(columns: Sequence[ColumnMapping]) -> tuple[int, ...]:
    """The columns of a table that name its wells or images; none where it names none."""
    for way in WAYS_TO_NAME_SUBJECTS:
        found = [_first_of(columns, kind) for kind in way]
        numbers = tuple(number for number in found if number is not None)
        if len(numbers) == len(way):
            return numbers
    return ()


def _first_of(columns: Sequence[ColumnMapping], kind: ColumnKind) -> int | None:
    return next((column.place.column for column in columns if column.kind is kind), None)
