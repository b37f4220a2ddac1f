"""Tables that others are joined to: held in memory, found by their cells."""

from collections.abc import Iterator, Sequence

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.tables import Row, Table

MAX_ROWS = 500_000
MAX_LETTERS = 200_000_000
"""Of all tables that are held for one import together."""


class Room:
    """How much may still be held."""

    def __init__(self, rows: int = MAX_ROWS, letters: int = MAX_LETTERS) -> None:
        self._rows = rows
        self._letters = letters

    def take(self, row: Row, table: Table) -> None:
        """Counts a row; PlateMapRefused where there is no room for it."""
        self._rows -= 1
        self._letters -= sum(map(len, row.cells))
        if self._rows < 0 or self._letters < 0:
            raise PlateMapRefused(
                f"{table.name} is too large to be joined to: tables that others are joined to may "
                f"have {MAX_ROWS:,} rows and {MAX_LETTERS:,} letters together. Join them outside "
                "and import the one table that comes of it."
            )


class HeldTable:
    """The rows of a table, in memory."""

    def __init__(self, number: int, table: Table, room: Room) -> None:
        self.number = number
        self.name = table.name
        self.columns = table.columns
        self.rows = tuple(self._held(table, room))
        self._indexes: dict[int, dict[str, list[int]]] = {}

    @staticmethod
    def _held(table: Table, room: Room) -> Iterator[Row]:
        for row in table.rows():
            room.take(row, table)
            yield Row(row.number, tuple(row.cells))

    def by(self, column: int) -> dict[str, list[int]]:
        """The cells of a column, and where in `rows` each stands; empty cells are left out."""
        if column not in self._indexes:
            self._indexes[column] = _index(self.rows, column)
        return self._indexes[column]


def _index(rows: Sequence[Row], column: int) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for place, (_, cells) in enumerate(rows):
        if column < len(cells) and cells[column]:
            index.setdefault(cells[column], []).append(place)
    return index
