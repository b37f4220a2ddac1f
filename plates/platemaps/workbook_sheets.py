"""The rows of one sheet of a workbook."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINE,
    MAX_ROWS,
    MAX_STRINGS_BYTES,
    MAX_TEXT_BYTES,
)
from plates.platemaps.remarks import Remark
from plates.platemaps.tables import Row
from plates.platemaps.workbook_parts import Handlers, WorkbookParts
from plates.platemaps.workbook_styles import Moment, moment_text

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMN: Final = re.compile(r"[A-Za-z]{1,3}", re.ASCII)
_DIGITS: Final = "0123456789"
_EXACT: Final = 1e15
"""Below it whole numbers are exact in a spreadsheet."""
_MOST_DIGITS: Final = 400


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the cells of all sheets of a workbook rely on."""

    strings: tuple[str, ...]
    """The texts that cells refer to by number."""
    moments: Mapping[str, Moment]
    """The styles that make dates of numbers."""
    epoch: datetime


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """The rows of a sheet that hold anything; numbers and dates as text."""

    parts: WorkbookParts
    part: str
    name: str
    conventions: Conventions
    remarks: tuple[Remark, ...] = ()
    comments: int = 0
    """Nobody counts them without reading the sheet."""
    pads: bool = True

    def rows(self) -> Iterator[Row]:
        """Each row with a cell that is not blank, by its number in the sheet.

        PlateMapRefused on damage, for a formula without its result, and beyond the limits.
        """
        reading = _Reading(self.name, self.conventions)
        handlers = Handlers(reading.start, reading.end, reading.text)
        for _ in self.parts.pieces(self.part, handlers, most=MAX_TEXT_BYTES):
            yield from reading.done
            reading.done.clear()


@dataclass(slots=True)
class _Reading:
    """A sheet as far as it was read."""

    name: str
    conventions: Conventions
    done: list[Row] = field(default_factory=list)
    _number: int = 0
    _cells: list[str] = field(default_factory=list)
    _size: int = 0
    _column: int = -1
    _type: str = ""
    _style: str = ""
    _pieces: list[str] = field(default_factory=list)
    _listens: bool = False
    _has_value: bool = False
    _has_formula: bool = False
    _aside: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "t"):
            self._listens = not self._aside
            self._has_value = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._aside = True

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._listens = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            if any(self._cells):
                self.done.append(Row(self._number, self._cells))
        elif tag == "rPh":
            self._aside = False

    def text(self, piece: str) -> None:
        if self._listens:
            self._pieces.append(piece)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r")
        number = self._number + 1 if said is None else _whole(said)
        if number <= self._number:
            raise PlateMapRefused(
                f"The rows of {self.name} are not in order after row {self._number}. Open it in a "
                "spreadsheet program and save it again."
            )
        if number > MAX_ROWS:
            raise PlateMapRefused(f"{self.name} has more than {MAX_ROWS:,} rows. Split it.")
        self._number = number
        self._cells, self._size, self._column = [], 0, -1

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("r")
        self._column = self._column + 1 if said is None else _column_of(said.rstrip(_DIGITS))
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._pieces = []
        self._has_value = self._has_formula = False

    def _end_cell(self) -> None:
        if not self._has_value:
            if self._has_formula:
                raise PlateMapRefused(
                    f"Row {self._number} of {self.name} has a formula without its result. Open it "
                    "in a spreadsheet program and save it again, or save the sheet as CSV."
                )
            return
        said = "".join(self._pieces)
        if not said:
            return
        cell = self._cell(said).strip()
        if not cell:
            return
        self._size += len(cell)
        if self._column >= MAX_COLUMNS or self._size > MAX_LINE or len(cell) > MAX_CELL:
            raise PlateMapRefused(
                f"Row {self._number} of {self.name} has more than {MAX_COLUMNS:,} columns or too "
                "long a text. Take out what is no annotation."
            )
        missing = self._column - len(self._cells)
        if missing < 0:
            self._cells[self._column] = cell
            return
        if missing:
            self._cells.extend([""] * missing)
        self._cells.append(cell)

    def _cell(self, said: str) -> str:
        """What a cell shows: a shared text, a number without noise, a date, TRUE or FALSE."""
        match self._type:
            case "n":
                return self._number_text(said)
            case "s":
                return self._shared(said)
            case "b":
                return "TRUE" if said.strip() == "1" else "FALSE"
            case "d" | "e":
                return said
            case _:
                return unescaped(said)

    def _shared(self, said: str) -> str:
        strings = self.conventions.strings
        index = int(said) if len(said) <= len(str(MAX_ROWS)) + 1 and said.isdecimal() else -1
        if not 0 <= index < len(strings):
            raise PlateMapRefused(
                f"Row {self._number} of {self.name} refers to a text that the workbook does not "
                "have: it is damaged. Open it in a spreadsheet program and save it again."
            )
        return strings[index]

    def _number_text(self, said: str) -> str:
        if said.isdecimal() and len(said) <= len("999999999999999"):
            number: float = int(said)
            plain = said
        else:
            try:
                number = float(said) if len(said) <= _MOST_DIGITS else float("nan")
            except ValueError:
                return said
            if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124
                return said
            whole = number.is_integer() and abs(number) < _EXACT
            plain = str(int(number)) if whole else repr(number)
        moment = self.conventions.moments.get(self._style)
        if moment is None:
            return plain
        return moment_text(number, moment, self.conventions.epoch) or plain


def _whole(said: str) -> int:
    if said.isdecimal() and len(said) <= len(str(MAX_ROWS)):
        return int(said)
    return MAX_ROWS + 1


@lru_cache(maxsize=MAX_COLUMNS)
def _column_of(letters: str) -> int:
    """The column, from 0, that letters such as `AB` name; beyond all limits if they name none."""
    if _COLUMN.fullmatch(letters) is None:
        return MAX_COLUMNS
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, or a spreadsheet did not want to write.

    `_x000A_` is the end of a line; what would be no text stays as it is written.
    """
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\t\n\r" else match[0]


def shared_strings(parts: WorkbookParts, part: str) -> tuple[str, ...]:
    """The texts that the cells of a workbook refer to, without what tells how to say them."""
    reading = _StringsReading()
    if part in parts:
        handlers = Handlers(reading.start, reading.end, reading.text)
        parts.read(part, handlers, most=MAX_STRINGS_BYTES)
    return tuple(reading.strings)


@dataclass(slots=True)
class _StringsReading:
    """The shared texts as far as they were read."""

    strings: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _listens: bool = False
    _aside: bool = False

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        if tag == "si":
            self._pieces.clear()
        elif tag == "rPh":
            self._aside = True
        elif tag == "t":
            self._listens = not self._aside

    def end(self, tag: str) -> None:
        if tag == "si":
            self.strings.append(unescaped("".join(self._pieces)))
        elif tag == "rPh":
            self._aside = False
        elif tag == "t":
            self._listens = False

    def text(self, piece: str) -> None:
        if self._listens:
            self._pieces.append(piece)
