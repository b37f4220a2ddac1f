"""From tables to rows about wells: barcodes to plate maps to reagents, or any one table."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from plates.platemaps.held_tables import HeldTable, Room
from plates.platemaps.join_reports import JoinReport
from plates.platemaps.links import Leftovers, Link, MapLink, ReagentLink
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import Mapping, ends_first, naming_subjects, roots
from plates.platemaps.pieces import Piece, PieceReader
from plates.platemaps.tables import Row, Table
from plates.platemaps.verdicts import RowVerdict


class Joined:
    """The tables of one import, joined as a mapping says.

    Tables that others are joined to are held in memory, of bounded size; all others are read as
    they stream by, in their order.
    """

    def __init__(self, tables: Sequence[Table], mapping: Mapping) -> None:
        self._tables = tables
        self._mapping = mapping
        self._roots = roots(mapping)
        self._naming = naming_subjects(mapping)
        self._leftovers = Leftovers()
        self._readers: dict[int, PieceReader] = {}
        self._held = self._hold()
        self._links: dict[int, tuple[Link, ...]] = {}
        for number in ends_first(mapping.joins, len(tables)):
            self._links[number] = tuple(self._links_of(number))

    def rows(self) -> Iterator[LongRow]:
        """The rows about wells, images or whole plates, in the order of the main table.

        A row whose plate has no map, or whose table names plates alone, names no well and has the
        verdict NO_MAP. PlateMapRefused where a table cannot be read on.
        """
        for number in self._roots:
            plate = self._mapping.file_plates.get(number, "")
            reader = self._reader(number)
            lonely = number not in self._naming
            for row in self._tables[number].rows():
                for piece in self._extended(number, row, reader.read(row)):
                    yield _long_row(piece, plate, len(self._tables), lonely=lonely)

    def report(self) -> JoinReport:
        """What was left over on each side, by the rows that have come so far."""
        return self._leftovers.report()

    def _hold(self) -> dict[int, HeldTable]:
        room = Room()
        return {
            number: HeldTable(number, self._tables[number], room)
            for number in sorted({join.table for join in self._mapping.joins})
        }

    def _reader(self, number: int) -> PieceReader:
        if number not in self._readers:
            self._readers[number] = PieceReader(self._mapping, number, self._tables[number])
        return self._readers[number]

    def _links_of(self, number: int) -> Iterator[Link]:
        joins = [join for join in self._mapping.joins if join.left.table == number]
        nulls = {column.place: column.nulls for column in self._mapping.columns}
        for left, same in groupby(sorted(joins, key=attrgetter("left")), attrgetter("left")):
            alternatives = tuple(same)
            maps = [join for join in alternatives if join.table in self._naming]
            facts = [join for join in alternatives if join not in maps]
            if maps:
                yield MapLink(left, maps, self._held, self._whole, self._leftovers)
            if facts:
                yield ReagentLink(
                    left, facts, self._held, self._whole, self._leftovers, nulls.get(left, ())
                )

    def _whole(self, number: int, row: Row) -> list[Piece]:
        """A row of a held table with all that is joined to it."""
        return self._extended(number, row, self._reader(number).read(row))

    def _extended(self, number: int, row: Row, piece: Piece) -> list[Piece]:
        pieces = [piece]
        if piece.verdict is not RowVerdict.RAGGED:
            for link in self._links[number]:
                pieces = link.extended(pieces, row)
        return pieces


def long_rows(tables: Sequence[Table], mapping: Mapping) -> Iterator[LongRow]:
    """The rows about wells that the tables say, as the mapping understands them.

    The mapping is one that mapping_checks let pass. PlateMapRefused where a table cannot be read
    on, or is too large to be joined to.
    """
    return Joined(tables, mapping).rows()


def join_report(tables: Sequence[Table], mapping: Mapping) -> JoinReport:
    """What the joins leave over on each side, once all rows were read."""
    joined = Joined(tables, mapping)
    for _ in joined.rows():
        pass
    return joined.report()


def _long_row(piece: Piece, plate: str, tables: int, *, lonely: bool) -> LongRow:
    rows, own_plate, subject, values, texts, problems, verdict = piece
    if verdict is RowVerdict.MATCHED and lonely:
        verdict = RowVerdict.NO_MAP
    elif not values and not texts and verdict is RowVerdict.MATCHED:
        verdict = RowVerdict.EMPTY
    return LongRow(
        _numbers(rows, tables), own_plate or plate, subject, values, texts, problems, verdict
    )


def _numbers(rows: tuple[tuple[int, int], ...], tables: int) -> tuple[int, ...]:
    if tables == 1:
        return (rows[0][1],)
    numbers = [0] * tables
    for table, number in rows:
        numbers[table] = number
    return tuple(numbers)
