"""Tables held in a list, for tests that need no file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plates.platemaps.tables import Row


@dataclass(frozen=True)
class ListedTable:
    """A table whose rows are numbered as if its header stood in row 1."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        for number, cells in enumerate(self.cells, 2):
            yield Row(number, cells)


def listed(name: str, text: str, separator: str = ",") -> ListedTable:
    """A table written as text: the first line is its header, cells have no blanks around them."""
    lines = [
        tuple(cell.strip() for cell in line.split(separator)) for line in text.strip().splitlines()
    ]
    return ListedTable(name, lines[0], tuple(lines[1:]))


def headed(name: str, *columns: str) -> ListedTable:
    return ListedTable(name, columns)


def of_rows(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> ListedTable:
    return ListedTable(name, tuple(columns), tuple(tuple(row) for row in rows))
