"""The heads of tables: what a mapping is edited by without the files at hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from plates.platemaps.tables import Row, Table

EXAMPLES: Final = 4
_LOOKED_AT: Final = 300
_LONGEST: Final = 80
_MOST_REMARKS: Final = 20


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table without its rows: its name, its headers, and some cells of each column."""

    name: str
    columns: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    examples: tuple[tuple[str, ...], ...] = ()
    """For each column the first cells that differ, cut."""

    def rows(self) -> Iterator[Row]:
        """None: a head stands for its table where only headers count."""
        return iter(())


def head_of(table: Table) -> TableHead:
    """The head of a table, with examples out of its first 300 rows."""
    seen: list[dict[str, None]] = [{} for _ in table.columns]
    for row in islice(table.rows(), _LOOKED_AT):
        for found, cell in zip(seen, row.cells, strict=False):
            if cell and len(found) < EXAMPLES:
                found.setdefault(shortened(cell))
    return TableHead(
        name=table.name,
        columns=table.columns,
        remarks=table.remarks[:_MOST_REMARKS],
        examples=tuple(tuple(found) for found in seen),
    )


def shortened(cell: str) -> str:
    """A cell as an example of it is shown."""
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 3] + "..."


def heads_told(heads: Sequence[TableHead]) -> list[dict[str, object]]:
    """Heads as JSON."""
    return [
        {
            "name": head.name,
            "columns": list(head.columns),
            "remarks": list(head.remarks),
            "examples": [list(cells) for cells in head.examples],
        }
        for head in heads
    ]
