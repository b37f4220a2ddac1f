"""How a row finds the rows of other tables that belong to it, and what is left over."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from plates.platemaps.held_tables import HeldTable
from plates.platemaps.join_reports import JoinReport, Tally
from plates.platemaps.long_rows import CellProblem
from plates.platemaps.map_names import match_name, says_no_map, table_name
from plates.platemaps.mappings import Join, Place
from plates.platemaps.pieces import Piece
from plates.platemaps.tables import Row
from plates.platemaps.verdicts import RowVerdict

Whole = Callable[[int, Row], list[Piece]]
"""A row of a table with all that is joined to it, by the table's number."""


class Link(Protocol):
    """What extends the rows of a table by those of others, through one of its columns."""

    def extended(self, pieces: Sequence[Piece], row: Row) -> list[Piece]:
        """The pieces of a row, each with what belongs to it; never fewer than came."""


class Leftovers:
    """What finds no partner, while rows are joined."""

    def __init__(self) -> None:
        self.without_map = Tally()
        self.no_map = Tally()
        self.without_reagent = Tally()
        self.repeated = Tally()
        self.contradictions = Tally()
        self.forgiven: dict[tuple[str, str], None] = {}
        self.maps: dict[str, bool] = {}
        self.reagents: dict[tuple[int, int], HeldTable] = {}
        self.used: set[tuple[int, int, str]] = set()

    def report(self) -> JoinReport:
        """What is left over so far."""
        return JoinReport(
            without_map=self.without_map.orphans(),
            no_map=self.no_map.orphans(),
            unused_maps=tuple(name for name, used in self.maps.items() if not used),
            without_reagent=self.without_reagent.orphans(),
            unused_reagents=self._unused().orphans(),
            repeated=self.repeated.orphans(),
            contradictions=self.contradictions.orphans(),
            forgiven=tuple(self.forgiven),
        )

    def _unused(self) -> Tally:
        tally = Tally()
        for (number, column), table in self.reagents.items():
            for text, places in table.by(column).items():
                if (number, column, text) not in self.used:
                    tally.add_row(Place(number, column), table.rows[places[0]].number, text)
        return tally


class MapLink:
    """From a plate to the rows of its map, of which there are many.

    A map is found by the name of its table, or by that in a column of it; map_names says what
    is forgiven. Several maps that could be meant are none.
    """

    def __init__(
        self,
        left: Place,
        joins: Sequence[Join],
        held: Mapping[int, HeldTable],
        whole: Whole,
        leftovers: Leftovers,
    ) -> None:
        self._left = left
        self._held = held
        self._whole = whole
        self._leftovers = leftovers
        self._maps: dict[str, list[tuple[int, int]]] = {}
        for name, places in _maps(joins, held):
            self._maps.setdefault(name, []).extend(places)
        self._found: dict[str, tuple[str, ...]] = {}
        self._pieces: dict[str, list[Piece]] = {}
        for name in self._maps:
            leftovers.maps.setdefault(name, False)

    def extended(self, pieces: Sequence[Piece], row: Row) -> list[Piece]:
        """Each piece with every row of its map; by itself, with NO_MAP, where there is none."""
        text = row.cells[self._left.column]
        names = self._names(text)
        if len(names) != 1:
            problems = self._missed(text, names, row)
            return [piece.blamed(RowVerdict.NO_MAP, *problems) for piece in pieces]
        return [piece.joined(other) for piece in pieces for other in self._map(names[0])]

    def _names(self, text: str) -> tuple[str, ...]:
        if text not in self._found:
            names, exact = match_name(text, self._maps) if text else ((), True)
            if names and not exact and says_no_map(text):
                names = ()
            if len(names) == 1 and not exact:
                self._leftovers.forgiven[text, names[0]] = None
            self._found[text] = names
        return self._found[text]

    def _map(self, name: str) -> list[Piece]:
        if name not in self._pieces:
            self._leftovers.maps[name] = True
            self._pieces[name] = [
                piece
                for number, place in self._maps[name]
                for piece in self._whole(number, self._held[number].rows[place])
            ]
        return self._pieces[name]

    def _missed(self, text: str, names: Sequence[str], row: Row) -> Iterator[CellProblem]:
        if not names and says_no_map(text):
            self._leftovers.no_map.add_row(self._left, row.number, text)
            return
        self._leftovers.without_map.add_row(self._left, row.number, text)
        yield CellProblem(
            self._left,
            f'The plate map "{text}" could be any of {", ".join(names[:5])}: write its name whole.'
            if names
            else f'The plate map "{text}" is not among the files: add it.',
        )


def _maps(
    joins: Sequence[Join], held: Mapping[int, HeldTable]
) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each name of a map, and where its rows stand: (table, place in its rows)."""
    for join in joins:
        table = held[join.table]
        if join.right is None:
            yield table_name(table.name), [(join.table, place) for place in range(len(table.rows))]
        else:
            for name, places in table.by(join.right.column).items():
                yield name, [(join.table, place) for place in places]


class ReagentLink:
    """From a row to the facts of the reagent that it names, in each table that has it.

    Rows that say the same are one; of rows that contradict each other only what they agree on
    is taken, and each cell that differs is a problem.
    """

    def __init__(
        self,
        left: Place,
        joins: Sequence[Join],
        held: Mapping[int, HeldTable],
        whole: Whole,
        leftovers: Leftovers,
        nulls: Sequence[str],
    ) -> None:
        self._left = left
        self._rights = [(held[join.table], join.right or Place(join.table, 0)) for join in joins]
        self._whole = whole
        self._leftovers = leftovers
        self._nulls = frozenset(nulls) | {""}
        self._facts: dict[str, tuple[Piece, ...]] = {}
        for table, right in self._rights:
            leftovers.reagents[right.table, right.column] = table

    def extended(self, pieces: Sequence[Piece], row: Row) -> list[Piece]:
        """Each piece with the facts; with NO_SUCH_REAGENT where no table has the reagent."""
        text = row.cells[self._left.column]
        if text in self._nulls:
            return list(pieces)
        facts = self._facts.get(text)
        if facts is None:
            facts = tuple(self._found(text))
            if facts:
                # Only what is there is kept: names that nobody knows may be without end.
                self._facts[text] = facts
        if not facts:
            problem = self._missed(text, row)
            return [piece.blamed(RowVerdict.NO_SUCH_REAGENT, problem) for piece in pieces]
        for fact in facts:
            pieces = [piece.joined(fact) for piece in pieces]
        return list(pieces)

    def _found(self, text: str) -> Iterator[Piece]:
        for table, right in self._rights:
            places = table.by(right.column).get(text)
            if places:
                self._leftovers.used.add((right.table, right.column, text))
                yield from self._fact(table, right, [table.rows[place] for place in places])

    def _fact(self, table: HeldTable, right: Place, rows: Sequence[Row]) -> list[Piece]:
        first = rows[0]
        different = [row for row in rows[1:] if row.cells != first.cells]
        for row in rows[1:]:
            if row not in different:
                self._leftovers.repeated.add_row(right, row.number, row.cells[right.column])
        if not different:
            return self._whole(table.number, first)
        self._leftovers.contradictions.add(right, first.number, first.cells[right.column])
        return self._agreed(table, right, [first, *different])

    def _agreed(self, table: HeldTable, right: Place, rows: Sequence[Row]) -> list[Piece]:
        first = rows[0]
        cells = tuple(
            cells[0] if len(set(cells)) == 1 else ""
            for cells in zip(*(row.cells for row in rows), strict=False)
        )
        numbers = ", ".join(str(row.number) for row in rows[:5])
        problems = [
            CellProblem(
                Place(table.number, column),
                f'"{first.cells[right.column]}" has different cells in the column '
                f'"{table.columns[column]}" of {table.name} (rows {numbers}): keep one of them.',
            )
            for column, cell in enumerate(cells)
            if not cell and any(row.cells[column] for row in rows)
        ]
        return [
            piece.blamed(RowVerdict.UNREADABLE_VALUE, *problems)
            for piece in self._whole(table.number, Row(first.number, cells))
        ]

    def _missed(self, text: str, row: Row) -> CellProblem:
        self._leftovers.without_reagent.add(self._left, row.number, text)
        where = " or ".join(
            f'the column "{table.columns[right.column]}" of {table.name}'
            for table, right in self._rights[:3]
        )
        return CellProblem(self._left, f'"{text[:200]}" is not in {where}.')
