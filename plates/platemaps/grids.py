"""What every container is read as before anybody asks which of its rows is the header."""

from collections.abc import Iterator
from typing import Protocol

from plates.platemaps.remarks import Remark
from plates.platemaps.tables import Row


class Grid(Protocol):
    """Rows as they stand in a file or a sheet: headers, comments and titles too."""

    @property
    def name(self) -> str:
        """The file's name, with the sheet's after a colon where there are several."""

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be said of the container."""

    @property
    def comments(self) -> int:
        """How many of its rows may be comments, as far as that is known without reading them."""

    @property
    def pads(self) -> bool:
        """Whether empty cells at the end of a row are not written, so that no row is ragged."""

    def rows(self) -> Iterator[Row]:
        """Each row, read anew; a sheet leaves blank rows out. PlateMapRefused on damage."""


def is_comment(row: Row, width: int) -> bool:
    """Whether a row of a table of so many columns is no data: it begins with `#`.

    A row that fills most columns is data all the same, unless a blank follows the `#`: a plate
    may be called `#12`. So are the errors of spreadsheets, such as `#N/A`.
    """
    cells = row.cells
    if not cells or cells[0][:1] != "#" or cells[0] in SHEET_ERRORS:
        return False
    return cells[0][1:2] in {" ", "#", ""} or 2 * sum(map(bool, cells)) <= max(width, 2)


SHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
