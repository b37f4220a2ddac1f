"""Where a well lies: row and column, the ways people write them, and the shapes of plates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_ROWS = 702
"""Rows A to ZZ: what two letters can say. Longer names are words, not rows."""
MAX_COLUMNS = 999

_STANDARD_SHAPES = {
    6: (2, 3),
    12: (3, 4),
    24: (4, 6),
    48: (6, 8),
    96: (8, 12),
    384: (16, 24),
    1536: (32, 48),
    3456: (48, 72),
}
_LETTERS = 26
_SPELLING = re.compile(r"\s*([A-Za-z]{1,2})\s*[/_-]?\s*([0-9]{1,4})\s*", re.ASCII)
_LETTER_NAME = re.compile(r"[A-Za-z]{1,2}", re.ASCII)
_NUMBER_NAME = re.compile(r"[0-9]{1,4}", re.ASCII)


class AddressError(ValueError):
    """A text or number that names no well."""


def row_letters(row: int) -> str:
    """The letters of a row counted from 0: 0 is A, 25 is Z, 26 is AA, 31 is AF."""
    if not 0 <= row < MAX_ROWS:
        raise AddressError(f"There is no row number {row + 1}: rows run from A to ZZ.")
    if row < _LETTERS:
        return chr(ord("A") + row)
    return chr(ord("A") + row // _LETTERS - 1) + chr(ord("A") + row % _LETTERS)


def row_of_letters(letters: str) -> int:
    """The row, counted from 0, of one or two letters in either case; AddressError otherwise."""
    if _LETTER_NAME.fullmatch(letters) is None:
        raise AddressError(f"{letters[:40]!r} is no row: rows are A to Z, then AA to ZZ.")
    row = 0
    for letter in letters.upper():
        row = row * _LETTERS + ord(letter) - ord("A") + 1
    return row - 1


@dataclass(frozen=True, slots=True, order=True)
class WellAddress:
    """A well of a plate: row and column, both from 0. Sorts row by row."""

    row: int
    column: int

    def __post_init__(self) -> None:
        if not (0 <= self.row < MAX_ROWS and 0 <= self.column < MAX_COLUMNS):
            raise AddressError(
                f"Row {self.row + 1}, column {self.column + 1} lies on no plate: there are at "
                f"most {MAX_ROWS} rows and {MAX_COLUMNS} columns."
            )

    @property
    def label(self) -> str:
        """The well as people write it: letters and at least two digits, `B03`."""
        return f"{row_letters(self.row)}{self.column + 1:02d}"

    @classmethod
    def parse(cls, text: str) -> "WellAddress":
        """The address that a text such as `b3`, `B03`, `B/03` or `AA01` names.

        Letters in either case, then a number from 1 with or without leading zeros; between
        them nothing, blanks, or one of `/`, `-`, `_`. AddressError otherwise.
        """
        match = _SPELLING.fullmatch(text) if len(text) <= MAX_COLUMNS else None
        if match is None:
            raise AddressError(
                f"{text[:40]!r} is no well: write the row as letters and the column as a number, "
                "such as B03."
            )
        return cls(row=row_of_letters(match[1]), column=int(match[2]) - 1)

    @classmethod
    def of_names(cls, row_name: str, column_name: str) -> "WellAddress | None":
        """The address of the well in the row and column of these names, None if they are no grid.

        A row is one or two letters in either case, or a number from 1; a column is a number
        from 1. Leading zeros do not count: `B` and `03` are row 1, column 2.
        """
        row = _row_of_name(row_name)
        column = _index_of_number(column_name, below=MAX_COLUMNS)
        return None if row is None or column is None else cls(row=row, column=column)


def label_of(text: str) -> str:
    """A label as it is stored: an address in its one spelling, anything else as it is."""
    try:
        return WellAddress.parse(text).label
    except AddressError:
        return text


def _row_of_name(name: str) -> int | None:
    if _LETTER_NAME.fullmatch(name) is not None:
        return row_of_letters(name)
    return _index_of_number(name, below=MAX_ROWS)


def _index_of_number(name: str, *, below: int) -> int | None:
    if _NUMBER_NAME.fullmatch(name) is None:
        return None
    index = int(name) - 1
    return index if 0 <= index < below else None


@dataclass(frozen=True, slots=True, order=True)
class PlateShape:
    """A grid of rows and columns; positions number its wells from 0, row by row."""

    rows: int
    columns: int

    def __post_init__(self) -> None:
        if not (1 <= self.rows <= MAX_ROWS and 1 <= self.columns <= MAX_COLUMNS):
            raise AddressError(
                f"A plate of {self.rows} rows and {self.columns} columns cannot be: there are 1 "
                f"to {MAX_ROWS} rows and 1 to {MAX_COLUMNS} columns."
            )

    @classmethod
    def standard(cls, wells: int) -> "PlateShape":
        """The usual shape of a plate of so many wells (6, 12, 24, 48, 96, 384, 1536, 3456)."""
        if wells not in _STANDARD_SHAPES:
            usual = ", ".join(map(str, _STANDARD_SHAPES))
            raise AddressError(f"No usual plate has {wells} wells; usual are {usual}.")
        return cls(*_STANDARD_SHAPES[wells])

    @classmethod
    def holding(cls, addresses: Iterable[WellAddress]) -> "PlateShape":
        """The smallest usual shape that holds all of these wells, else the exact odd grid.

        Without any well it is the smallest usual shape.
        """
        rows = columns = 1
        for address in addresses:
            rows = max(rows, address.row + 1)
            columns = max(columns, address.column + 1)
        for shape in STANDARD_SHAPES:
            if rows <= shape.rows and columns <= shape.columns:
                return shape
        return cls(rows, columns)

    @property
    def size(self) -> int:
        """How many wells the plate has."""
        return self.rows * self.columns

    def __contains__(self, address: WellAddress) -> bool:
        return address.row < self.rows and address.column < self.columns

    def position(self, address: WellAddress) -> int:
        """The number of a well, from 0, row by row; AddressError if it lies outside."""
        if address not in self:
            raise AddressError(
                f"{address.label} lies outside of a plate of {self.rows} rows and "
                f"{self.columns} columns."
            )
        return address.row * self.columns + address.column

    def address(self, position: int) -> WellAddress:
        """The well at a position; AddressError if there is none."""
        if not 0 <= position < self.size:
            raise AddressError(
                f"A plate of {self.size} wells has no position {position}: they run from 0 to "
                f"{self.size - 1}."
            )
        return WellAddress(*divmod(position, self.columns))


STANDARD_SHAPES = tuple(PlateShape(*grid) for grid in _STANDARD_SHAPES.values())
"""The usual shapes, smallest first."""
