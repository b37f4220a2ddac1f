"""Lists of addresses in lines: one on each, or a table of whichever delimiter."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from plates.omezarr.listed_addresses import NOTHING, likeness
from plates.omezarr.row_problems import RowProblems
from plates.omezarr.url_list_columns import (
    Column,
    address_column,
    beside,
    mostly_relative,
    names_addresses,
)
from plates.omezarr.url_list_rows import ListForm, ListRow

DELIMITERS: Final = {
    "": "line",
    "\t": "tab",
    ",": "comma",
    ";": "semicolon",
    "|": "pipe",
    " ": "blanks",
}
"""What may stand between the columns, and its name; none at all where each line is an address."""

_SAMPLE: Final = 200
_SAMPLE_CHARACTERS: Final = 1_048_576
_MAX_CELLS: Final = 500
_COMMENT: Final = "#"
_BULLETS: Final = ("- ", "* ")
_BRACKETS: Final = "<>"
_HINT: Final = "sep="

_Row = tuple[int, list[str]]


class Layout(NamedTuple):
    """How a table is laid out: what divides it, its header if any, and the column of addresses."""

    delimiter: str
    header: tuple[str, ...] | None
    column: Column
    relative: bool

    def form(self, encoding: str) -> ListForm:
        """How the list was understood."""
        index = self.column.number
        named = self.header is not None and index < len(self.header)
        return ListForm(
            kind="table" if self.delimiter else "lines",
            encoding=encoding,
            delimiter=self.delimiter,
            header=self.header is not None,
            column=self.header[index].strip() if named and self.header else str(index + 1),
        )


def layout_of(text: str) -> Layout | None:
    """How a text is laid out as a table of addresses; None if no column holds any."""
    start = text[:_SAMPLE_CHARACTERS]
    if len(start) < len(text):
        start = start[: start.rfind("\n") + 1] or start
    found: list[tuple[tuple[float, bool], Layout]] = []
    for delimiter in DELIMITERS:
        rows = [cells for _, cells in islice(_rows(start, delimiter, RowProblems()), _SAMPLE)]
        layout = _laid_out(delimiter, rows)
        if layout is not None:
            widths = [len(cells) for cells in rows]
            is_even = bool(delimiter) and min(widths) == max(widths) > 1
            found.append(((layout.column.score, is_even), layout))
    return max(found, key=lambda pair: pair[0], default=(None, None))[1]


def _laid_out(delimiter: str, rows: list[list[str]]) -> Layout | None:
    if not rows:
        return None
    header = [cell.strip() for cell in rows[0]]
    column = address_column(header, rows[1:] or rows)
    if column is None:
        return None
    first = header[column.number] if column.number < len(header) else ""
    is_header = likeness(first) == NOTHING and (len(rows) > 1 or names_addresses(first))
    if not column.score or (not is_header and column.score < 1):
        return None
    cells = [row[column.number] for row in rows[is_header:] if column.number < len(row)]
    return Layout(delimiter, tuple(header) if is_header else None, column, mostly_relative(cells))


def table_rows(text: str, layout: Layout, problems: RowProblems) -> Iterator[ListRow]:
    """The rows of a table that have something in the column of addresses."""
    rows = _rows(text, layout.delimiter, problems)
    index, header = layout.column.number, layout.header or ()
    for row, cells in islice(rows, int(layout.header is not None), None):
        address = cells[index].strip() if index < len(cells) else ""
        if not address:
            problems.add(row, "There is no address in this row.")
            continue
        if any("\n" in cell and "://" in cell.partition("\n")[2] for cell in cells):
            problems.add(
                row, "A quote is opened here and closed some lines later; what is between was lost."
            )
        yield ListRow(row, address, beside(header, cells, but=index), layout.relative)


def _rows(text: str, delimiter: str, problems: RowProblems) -> Iterator[_Row]:
    """The rows that are neither blank nor a comment, with the line where each begins."""
    lines = _Lines(io.StringIO(text, newline=""))
    parsed = (
        _by_quotes(lines, delimiter, problems)
        if delimiter.strip(" ")
        else _by_line(lines, delimiter)
    )
    for row, cells in parsed:
        if any(map(str.strip, cells)):
            yield row, cells[:_MAX_CELLS]


def _by_line(lines: "_Lines", delimiter: str) -> Iterator[_Row]:
    for line in lines:
        text = line.strip()
        if text.startswith(_BULLETS):
            text = text[2:].strip()
        text = text.strip(_BRACKETS)
        yield lines.number, text.split(None, 1) if delimiter else [text]
        lines.begins = True


def _by_quotes(lines: "_Lines", delimiter: str, problems: RowProblems) -> Iterator[_Row]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        lines.begins = True
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.add(lines.start, f"The row cannot be taken apart ({error}).")
            continue
        yield lines.start, cells


class _Lines:
    """The lines of a text; blank ones and comments are left out where a row begins."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.start = 0
        self.begins = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            if not self.begins:
                return line
            text = line.strip()
            if text and not text.startswith(_COMMENT) and not self._is_hint(text):
                self.start, self.begins = self.number, False
                return line
        raise StopIteration

    def _is_hint(self, text: str) -> bool:
        """Whether this is the first line that Excel writes to say its delimiter."""
        return self.number == 1 and text.lower().startswith(_HINT) and len(text) == len(_HINT) + 1
