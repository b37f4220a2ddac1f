"""Rows of text whose cells stand between separators: CSV, TSV and their like."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TextIO

from plates.platemaps.encodings import TextFile
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.exported_headers import is_export
from plates.platemaps.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from plates.platemaps.remarks import Remark
from plates.platemaps.tables import Row

SEPARATORS: Final = ("\t", ";", ",", "|")
"""Between two that explain a file equally well, the first: `1,5` may be a number."""
_BEGINS: Final = 80
_SAMPLE: Final = 200
_ENOUGH: Final = 0.6
"""The share of rows with as many cells as the first that makes a separator credible: blocks of
small plates have titles between them."""
_SAID: Final = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DelimitedGrid:
    """The rows of a text file as they stand in it, comments and blank rows too."""

    text: TextFile
    separator: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.text.name

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be said of its encoding."""
        return self.text.remarks

    @property
    def comments(self) -> int:
        """How many of its lines may be comments."""
        return self.text.comments

    @property
    def pads(self) -> bool:
        """Every cell has its separator."""
        return False

    def rows(self) -> Iterator[Row]:
        """Each row, counted from 1 as a spreadsheet counts; PlateMapRefused where it cannot."""
        return self.read_rows(strict=False)

    def read_rows(self, *, strict: bool) -> Iterator[Row]:
        """The rows; where strict, text between a closing quote and a separator is refused too."""
        number = 0
        with self.text.open() as stream:
            lines = _Lines(stream)
            source = lines if self.text.quotes else stream
            reader = csv.reader(source, delimiter=self.separator, strict=strict)
            try:
                for number, cells in enumerate(reader, 1):
                    lines.inside = False
                    if len(cells) > MAX_COLUMNS or number > MAX_ROWS:
                        raise _too_many(self.name, number, len(cells))
                    yield Row(number, list(map(str.strip, cells)))
            except csv.Error as error:
                raise _unclosed(self.name, number + 1) from error
            except _CutOffError as error:
                raise _unclosed(self.name, number + 1) from error


def delimited_grid(text: TextFile) -> DelimitedGrid:
    """The rows of a text file, by the separator that makes the most of it."""
    with text.open() as stream:
        begins = stream.readline(_BEGINS)
    if (said := _SAID.fullmatch(begins[:20])) is not None:
        return DelimitedGrid(text, said[1])
    for separator in SEPARATORS:
        if is_export(next(csv.reader([begins], delimiter=separator))):
            return DelimitedGrid(text, separator)
    grids = [DelimitedGrid(text, separator) for separator in SEPARATORS]
    # Of equally good ones `max` takes the first.
    best = max((grid for grid in grids if grid.separator), key=_credit)
    return best if _credit(best) > _NO_CREDIT else DelimitedGrid(text, ",")


Credit = tuple[bool, int, bool, int, float]
_NO_CREDIT: Final[Credit] = (False, -_SAMPLE, False, 0, 0.0)


def _credit(grid: DelimitedGrid) -> Credit:
    """How well a separator explains the beginning of a file; larger is better.

    Whether most rows have as many cells as the first that has several, how few lines precede that
    one, whether it comes after each quoted cell, then how many cells there are.
    """
    strictly = _counts(grid, strict=True)
    counts = _counts(grid, strict=False) if strictly is None else strictly
    first = next((at for at, count in enumerate(counts or ()) if count > 1), None)
    if counts is None or first is None:
        return _NO_CREDIT
    rest = counts[first:]
    share = rest.count(rest[0]) / len(rest)
    return (share >= _ENOUGH, -first, strictly is not None, rest[0], share)


def _counts(grid: DelimitedGrid, *, strict: bool) -> list[int] | None:
    """How many cells the first rows have, without comments; None if they cannot be read."""
    try:
        rows = [row.cells for row in islice(grid.read_rows(strict=strict), _SAMPLE)]
    except PlateMapRefused:
        return None
    return [len(cells) for cells in rows if any(cells) and not cells[0].startswith("#")]


class _CutOffError(Exception):
    """The file ends within a quoted cell."""


class _Lines:
    """Lines for the csv module, which itself would take a quote that is never closed for a cell."""

    __slots__ = ("_stream", "inside")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.inside = False
        """Whether the row that is being read began on an earlier line."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = next(self._stream)
        except StopIteration:
            if self.inside:
                raise _CutOffError from None
            raise
        if not self.inside:
            self.inside = True
            # A comment may hold a stray quote, which must not swallow the rows after it.
            if line[0] == "#" and line.count('"') % 2:
                return line.replace('"', "")
        return line


def _too_many(name: str, number: int, cells: int) -> PlateMapRefused:
    if number > MAX_ROWS:
        return PlateMapRefused(f"{name} has more than {MAX_ROWS:,} rows. Split it.")
    return PlateMapRefused(
        f"Row {number} of {name} has {cells:,} cells; {MAX_COLUMNS:,} columns are the most that "
        "are read. Take out what is no annotation."
    )


def _unclosed(name: str, number: int) -> PlateMapRefused:
    return PlateMapRefused(
        f"Row {number} of {name} has a quotation mark that is never closed, or a cell of more than "
        f"{MAX_CELL:,} characters. Double the quotation marks inside of cells."
    )
