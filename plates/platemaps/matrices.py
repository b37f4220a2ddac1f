"""Tables that are drawn as the plate is: a block of wells for each attribute."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from plates.addresses import MAX_COLUMNS as LAST_COLUMN
from plates.addresses import AddressError, WellAddress, row_of_letters
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.grids import Grid
from plates.platemaps.limits import MAX_MATRIX_CELLS, MAX_MATRIX_ROWS
from plates.platemaps.remarks import Remark, RemarkKind, said_rows
from plates.platemaps.tables import Row

_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,2})(?:\.0)?", re.ASCII)
_NO_TITLE: Final = frozenset({"", "row", "rows", "well", "wells", "<>", "-", "row/column", "\\"})
"""What a corner may hold without naming anything."""
_PLATE: Final = re.compile(r"(?:plate|barcode|plate[ _]?(?:name|barcode|id))", re.IGNORECASE)
_PLATE_TITLE: Final = re.compile(
    r"(?:plate|barcode)(?:[ _]?(?:name|barcode|id))?\s*[:=]\s*(\S.*)", re.IGNORECASE
)
_PLATE_WORDS: Final = re.compile(r"plate[ _-]?#?[0-9]+[A-Za-z]?", re.IGNORECASE)
_ENDING: Final = re.compile(
    r"(?:\.xls[xm](?::.*)?|(?:\.(?:csv|tsv|txt|tab))?(?:\.gz)?)$", re.IGNORECASE
)
_FEWEST: Final = 2
"""Rows and columns of a block: the smallest plates have 2 by 3 wells."""


@dataclass(frozen=True, slots=True)
class Block:
    """A drawing of one attribute: where it lies in the grid and what it is called."""

    header: int
    """Index of the row with the numbers of the columns."""
    left: int
    """Index of the cell before the first number: the corner."""
    letters: int
    """Index of the cells with the letters of the rows."""
    height: int
    width: int
    first_row: int
    """Of the plate, from 0."""
    first_column: int
    plate: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """The wells of all blocks, one row for each well, one column for each attribute."""

    name: str
    columns: tuple[str, ...]
    remarks: tuple[Remark, ...]
    wells: tuple[Row, ...]

    def rows(self) -> Iterator[Row]:
        """The wells that say anything, in the order of the file.

        Several wells have the number of the row that they share in the first block.
        """
        yield from self.wells


def matrix_table(grid: Grid, sample: Sequence[Row]) -> MatrixTable | None:
    """The table that a grid draws, None if the rows that it begins with draw none."""
    if not any(_blocks_at(index, sample) for index in range(len(sample))):
        return None
    rows = _all_rows(grid)
    blocks = _named(_blocks(rows), rows)
    columns = list(dict.fromkeys(block.title for block in blocks))
    has_plates = any(block.plate for block in blocks)
    wells = _wells(blocks, rows, columns, has_plates=has_plates)
    leading = ("Plate", "Well") if has_plates else ("Well",)
    remarks = (*grid.remarks, *_remarks(grid, rows, blocks, has_plates=has_plates))
    return MatrixTable(grid.name, (*leading, *columns), remarks, tuple(wells))


def _all_rows(grid: Grid) -> list[Row]:
    """The rows that hold anything; PlateMapRefused for more than plates can need."""
    rows: list[Row] = []
    cells = 0
    for row in grid.rows():
        cells += len(row.cells)
        if row.number > MAX_MATRIX_ROWS or cells > MAX_MATRIX_CELLS:
            raise PlateMapRefused(
                f"{grid.name} is drawn as plates are, but has more than {MAX_MATRIX_ROWS:,} rows "
                f"or {MAX_MATRIX_CELLS:,} cells. Split it into several files."
            )
        if any(row.cells):
            rows.append(row)
    return rows


def _blocks(rows: Sequence[Row]) -> list[Block]:
    blocks: list[Block] = []
    end = 0
    for index in range(len(rows)):
        if index >= end:
            found = _blocks_at(index, rows)
            blocks.extend(found)
            end = max((block.header + block.height + 1 for block in found), default=end)
    return blocks


def _blocks_at(index: int, rows: Sequence[Row]) -> list[Block]:
    """The blocks, side by side, whose columns are numbered in one row."""
    found: list[Block] = []
    for left, first, width in _runs(rows[index].cells):
        # A neighbour may leave its letters to the block before it.
        for letters in (left, *(block.letters for block in found[-1:])):
            lettered = _lettered(rows, index + 1, letters)
            if lettered is not None:
                row, height = lettered
                found.append(Block(index, left, letters, height, width, row, first - 1))
                break
    return found


def _runs(cells: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where numbers rise one by one: the index before them, the first of them, how many."""
    at = 1
    while at < len(cells):
        first = _column_number(cells[at])
        if first is None or _column_number(cells[at - 1]) == first - 1:
            at += 1
            continue
        end = at + 1
        while end < len(cells) and _column_number(cells[end]) == first + end - at:
            end += 1
        if end - at >= _FEWEST:
            yield at - 1, first, end - at
        at = end + 1 if end < len(cells) and not cells[end] else end


def _column_number(cell: str) -> int | None:
    match = _NUMBER.fullmatch(cell)
    return int(match[1]) if match is not None and int(match[1]) <= LAST_COLUMN else None


def _lettered(rows: Sequence[Row], start: int, at: int) -> tuple[int, int] | None:
    """The first row of the plate and how many follow it, by the letters in one column."""
    first = _row(rows, start, at)
    if first is None:
        return None
    height = 1
    while _row(rows, start + height, at) == first + height:
        height += 1
    return (first, height) if height >= _FEWEST else None


def _row(rows: Sequence[Row], index: int, at: int) -> int | None:
    if index >= len(rows) or at >= len(rows[index].cells):
        return None
    try:
        return row_of_letters(rows[index].cells[at])
    except AddressError:
        return None


def _named(blocks: Sequence[Block], rows: Sequence[Row]) -> list[Block]:
    """The blocks with their titles, none of them twice for one plate."""
    named: list[Block] = []
    taken: set[tuple[str, str]] = set()
    plate, end = "", 0
    for block in blocks:
        above = range(end, block.header)
        plate = _plate_above(rows, above) or plate
        title = _title(block, rows, above)
        own = _plate_of_title(title)
        title = "" if own else title
        title = _free(title or "Value", own or plate, taken)
        named.append(replace(block, plate=own or plate, title=title))
        if all(other.header != block.header for other in blocks[len(named) :]):
            end = block.header + block.height + 1
    return named


def _free(title: str, plate: str, taken: set[tuple[str, str]]) -> str:
    number, name = 1, title
    while (plate, name) in taken:
        number += 1
        name = f"{title} {number}"
    taken.add((plate, name))
    return name


def _title(block: Block, rows: Sequence[Row], above: range) -> str:
    """What the corner says, else the nearest line above the block, else nothing."""
    corner = rows[block.header].cells[block.left].strip(" :")
    if corner.casefold() not in _NO_TITLE:
        return corner
    for index in reversed(above):
        cells = rows[index].cells
        over = [cell for cell in cells[block.left : block.left + block.width + 1] if cell]
        said = over or ([cell for cell in cells if cell] if block.left == 0 else [])
        if said and not _plate_above(rows, range(index, index + 1)):
            return said[0].strip(" :")
    return ""


def _plate_above(rows: Sequence[Row], above: range) -> str:
    """The plate that the lines above a block name: `Plate: P1`, or `Barcode` and `P1` beside it."""
    for index in reversed(above):
        said = [cell for cell in rows[index].cells if cell]
        if (match := _PLATE_TITLE.fullmatch(said[0])) is not None:
            return match[1]
        if len(said) > 1 and _PLATE.fullmatch(said[0].strip(" :")) is not None:
            return said[1]
    return ""


def _plate_of_title(title: str) -> str:
    """The plate if the title of a block names one, such as `Plate 3`."""
    match = _PLATE_TITLE.fullmatch(title)
    if match is not None:
        return match[1]
    return title if _PLATE_WORDS.fullmatch(title) is not None else ""


def _wells(
    blocks: Sequence[Block], rows: Sequence[Row], columns: list[str], *, has_plates: bool
) -> list[Row]:
    leading = 2 if has_plates else 1
    found: dict[tuple[str, WellAddress], tuple[int, list[str]]] = {}
    for block in blocks:
        at = leading + columns.index(block.title)
        for address, number, cell in _cells(block, rows):
            names = (block.plate, address.label)[-leading:]
            empty = (number, [*names, *[""] * len(columns)])
            _, cells = found.setdefault((block.plate, address), empty)
            cells[at] = cell
    return [Row(number, cells) for number, cells in found.values()]


def _cells(block: Block, rows: Sequence[Row]) -> Iterator[tuple[WellAddress, int, str]]:
    """The wells of a block that hold anything: where, in which row of the file, and what."""
    for down in range(block.height):
        row = rows[block.header + 1 + down]
        for across in range(block.width):
            at = block.left + 1 + across
            if at < len(row.cells) and row.cells[at]:
                address = WellAddress(block.first_row + down, block.first_column + across)
                yield address, row.number, row.cells[at]


def _remarks(
    grid: Grid, rows: Sequence[Row], blocks: Sequence[Block], *, has_plates: bool
) -> Iterator[Remark]:
    drawn = {
        index for block in blocks for index in range(block.header, block.header + block.height + 1)
    }
    titles = {block.title for block in blocks} | {block.plate for block in blocks}
    others = [
        row
        for index, row in enumerate(rows)
        if index not in drawn
        and not titles & {cell.strip(" :") for cell in row.cells}
        and not _plate_above(rows, range(index, index + 1))
    ]
    if others:
        said = said_rows([row.number for row in others])
        sentence = f"What stands around the drawn plates was passed over: {said}."
        yield Remark(sentence, RemarkKind.TITLE, next(filter(None, others[0].cells)))
    if not has_plates:
        stem = plate_of_file(grid.name)
        sentence = f"No plate is named; the file's name proposes {stem}."
        yield Remark(sentence, RemarkKind.PLATE_NAME, stem)


def plate_of_file(name: str) -> str:
    """The plate that a file's name proposes: the name without folders, sheet and ending."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    return _ENDING.sub("", stem)
