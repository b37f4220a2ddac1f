"""Places on plates as bits: rows, columns, and how far from the edge."""

from typing import NamedTuple

from catalog.search.meanings import AtPlace, Axis


class Shape(NamedTuple):
    """Rows and columns of a plate."""

    rows: int
    columns: int


def bits_of(wanted: AtPlace, shape: Shape) -> str:
    """A 1 for each position of the grid, row by row, that lies in the range."""
    return "".join(
        "1" if counted(wanted.axis, row, column, shape) in wanted.range else "0"
        for row in range(shape.rows)
        for column in range(shape.columns)
    )


def counted(axis: Axis, row: int, column: int, shape: Shape) -> int:
    """The number of a place along an axis."""
    if axis is Axis.ROW:
        return row
    if axis is Axis.COLUMN:
        return column
    return min(row, column, shape.rows - 1 - row, shape.columns - 1 - column)
