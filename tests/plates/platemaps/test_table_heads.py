"""The heads of tables stand for them where only headers count."""

from collections.abc import Iterator
from dataclasses import dataclass

from plates.platemaps.table_heads import EXAMPLES, TableHead, head_of, heads_told
from plates.platemaps.tables import Row, Table


@dataclass
class Listed:
    """A table of some cells, that counts how far it was read."""

    cells: list[list[str]]
    name: str = "layout.csv"
    columns: tuple[str, ...] = ("Plate", "Well", "Drug")
    remarks: tuple[str, ...] = ("a remark",)
    read: int = 0

    def rows(self) -> Iterator[Row]:
        for number, cells in enumerate(self.cells, 2):
            self.read += 1
            yield Row(number, cells)


def test_examples_are_the_first_cells_that_differ_and_empty_ones_are_none() -> None:
    table: Table = Listed([["P1", "A1", ""], ["P1", "A2", "x"], ["P1", "A3", "x"], ["P1"]])
    head = head_of(table)
    assert head.examples == (("P1",), ("A1", "A2", "A3"), ("x",))
    assert (head.name, head.columns, head.remarks) == (table.name, table.columns, table.remarks)
    assert list(head.rows()) == []


def test_of_a_large_table_only_the_beginning_is_read_and_long_cells_are_cut() -> None:
    table = Listed([["P1", f"A{number}", "x" * 5000] for number in range(10_000)])
    head = head_of(table)
    assert table.read < 1000
    assert len(head.examples[1]) == EXAMPLES
    assert len(head.examples[2][0]) < 100


def test_heads_are_told_as_json() -> None:
    head = TableHead("a", ("x",), ("r",), (("1", "2"),))
    assert heads_told([head]) == [
        {"name": "a", "columns": ["x"], "remarks": ["r"], "examples": [["1", "2"]]}
    ]
