"""What every file of a plate map is read as: named columns and rows of text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """A row of a table as it stands in the file."""

    number: int
    """As an editor or a spreadsheet counts it: from 1, the header counted too."""
    cells: Sequence[str]
    """As found, blanks around them taken off; a ragged row has more or fewer than columns."""


class Table(Protocol):
    """A table of a file, read again from its beginning each time its rows are asked for.

    Rows come as they are read: a table of any size needs no more memory than one row.
    """

    @property
    def name(self) -> str:
        """The file's name, with the sheet's after a colon where a workbook has several."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers, blanks around them taken off; empty where the file has none."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of the file is no data and was passed over, a sentence each."""

    def rows(self) -> Iterator[Row]:
        """The rows of data in their order, blank ones left out.

        PlateMapRefused where the file cannot be read on.
        """
