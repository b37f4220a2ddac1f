"""Which row of a grid is the header, and the table below it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from plates.addresses import AddressError, WellAddress
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.exported_headers import is_export
from plates.platemaps.grids import Grid, is_comment
from plates.platemaps.remarks import Remark, RemarkKind, said_rows
from plates.platemaps.tables import Row

SAMPLE_ROWS: Final = 100
"""Of the beginning of a grid, by which it is judged."""
STUDY_KEYS: Final = frozenset({"Study Title", "Study Description", "Screen Number"})
"""A table of IDR that says its keys in the first column, so that no row is a header."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_PATH: Final = re.compile(r"(/|\.{1,2}/|[A-Za-z]:[\\/]|[a-z0-9]+://)\S.*")
_OMERO: Final = re.compile(r"#\s*header\s+(\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeaderTable:
    """The rows of a grid below its header."""

    grid: Grid
    columns: tuple[str, ...]
    remarks: tuple[Remark, ...]
    header: int
    """The number of the last row that is no data, 0 if the first row is."""

    @property
    def name(self) -> str:
        """The grid's name."""
        return self.grid.name

    def rows(self) -> Iterator[Row]:
        """Its rows of data; empty cells beyond the last column are cut off."""
        header, width, pads = self.header, len(self.columns), self.grid.pads
        for row in self.grid.rows():
            number, cells = row
            if number <= header:
                continue
            if len(cells) > width:
                row = Row(number, _fitted(cells, width))  # noqa: PLW2901
            elif pads and len(cells) < width:
                row = Row(number, [*cells, *[""] * (width - len(cells))])  # noqa: PLW2901
            if any(cells) and not (cells[0][:1] == "#" and is_comment(row, width)):
                yield row


def header_table(grid: Grid, sample: Sequence[Row]) -> HeaderTable | None:
    """The table that begins with some rows of a grid, None if nothing is in them but comments."""
    first = _first_row(sample)
    if first is None:
        return _only_comments(grid, sample)
    if is_export(first.cells):
        return HeaderTable(grid, tuple(first.cells), grid.remarks, first.number)
    above = [row for row in sample if row.number < first.number and any(row.cells)]
    rest = [row for row in sample if row.number > first.number and any(row.cells)]
    data = [row for row in rest if not is_comment(row, len(first.cells))]
    remarks = [*grid.remarks, *_remarks_above(above)]
    hidden = _hidden_header(above, first)
    if hidden is not None:
        columns, header = hidden, first.number - 1
        remarks = [remark for remark in remarks if remark.kind is not RemarkKind.COMMENT]
    elif _is_headerless(first, data):
        width = max(len(_fitted(row.cells, 0)) for row in (first, *data))
        columns, header = tuple(map(str, range(1, width + 1))), first.number - 1
    else:
        columns, header = _columns(first, data), first.number
        if data and _is_help(data[0]):
            remarks.append(_help_remark(data[0]))
            header = data[0].number
    table = HeaderTable(grid, columns, (), header)
    return HeaderTable(grid, columns, (*remarks, *_remarks_below(table, sample, above)), header)


def _fitted(cells: Sequence[str], width: int) -> Sequence[str]:
    """The cells without the empty ones at their end that no column asks for."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells if end == len(cells) else cells[:end]


def _first_row(sample: Sequence[Row]) -> Row | None:
    """The first row that is no comment, nor a title that stands alone above several columns."""
    rows = [row for row in sample if any(row.cells) and not row.cells[0].startswith("#")]
    if not rows:
        return None
    if STUDY_KEYS & {row.cells[0] for row in rows}:
        return rows[0]
    filled = [sum(map(bool, row.cells)) for row in rows]
    usual = Counter(filled).most_common(1)[0][0]
    if usual > 1:
        return next(row for row, count in zip(rows, filled, strict=True) if count > 1)
    return rows[0]


def _only_comments(grid: Grid, sample: Sequence[Row]) -> HeaderTable | None:
    """A header that is a comment, with nothing below it, is a table without rows."""
    rows = [row for row in sample if any(row.cells)]
    named = [row for row in rows if sum(map(bool, row.cells)) > 1 and not _omero_types(row)]
    if len(named) != 1 or named[0] is not rows[-1] or not named[0].cells[0][1:2].strip():
        return None
    cells = _fitted(named[0].cells, 0)
    return HeaderTable(grid, (cells[0][1:].strip(), *cells[1:]), grid.remarks, named[0].number)


def _hidden_header(above: Sequence[Row], first: Row) -> tuple[str, ...] | None:
    """The header if it is the comment above the first row, as in NCBI's `#tax_id`."""
    if not above:
        return None
    cells = _fitted(above[-1].cells, 0)
    begins = cells[0][:1] == "#" and not cells[0][1:2].isspace()
    if not begins or len(cells) < 2 or not all(cells) or _omero_types(above[-1]):  # noqa: PLR2004
        return None
    if len(cells) != len(first.cells) or not any(map(_is_value, first.cells)):
        return None
    return (cells[0][1:].strip() or "#", *cells[1:])


def _is_value(cell: str) -> bool:
    return not cell or _NUMBER.fullmatch(cell) is not None or _is_well(cell)


def _is_well(cell: str) -> bool:
    try:
        WellAddress.parse(cell)
    except AddressError:
        return False
    return True


def _is_headerless(first: Row, data: Sequence[Row]) -> bool:
    """Whether the first row is data: a well, a path or a study's key where all others have one."""
    if STUDY_KEYS & {row.cells[0] for row in (first, *data)}:
        return True
    if len(_fitted(first.cells, 0)) < 2:  # noqa: PLR2004
        return False
    rows = [first, *data]
    return any(
        all(column) and (all(map(_is_well, column)) or all(map(_PATH.fullmatch, column)))
        for column in zip(*(row.cells for row in rows), strict=False)
    )


def _columns(first: Row, data: Sequence[Row]) -> tuple[str, ...]:
    """The headers; those at the end that are empty count only where some row fills them."""
    columns = tuple(first.cells)
    filled = max((len(_fitted(row.cells, 0)) for row in data), default=0)
    return tuple(_fitted(columns, min(filled, len(columns))))


def _is_help(row: Row) -> bool:
    said = [cell for cell in row.cells if cell]
    return len(said) > 1 and all(cell.startswith("#") for cell in said)


def _help_remark(row: Row) -> Remark:
    sentence = f"Row {row.number} explains the columns and is no data."
    return Remark(sentence, RemarkKind.HELP, next(filter(None, row.cells)))


def _omero_types(row: Row) -> str:
    """The types that a line `# header well,plate,s` gives, separated by commas; empty if none."""
    match = _OMERO.fullmatch(",".join(row.cells))
    return "" if match is None else match[1]


def _remarks_above(above: Sequence[Row]) -> Iterator[Remark]:
    typed = [(row, types) for row in above if (types := _omero_types(row))]
    for row, types in typed:
        sentence = f"Row {row.number} gives the types of columns, as OMERO has them."
        yield Remark(sentence, RemarkKind.OMERO_HEADER, types)
    marked = {row.number for row, _ in typed}
    comments = [row for row in above if row.cells[0][:1] == "#" and row.number not in marked]
    titles = [row for row in above if row.cells[0][:1] != "#"]
    if comments:
        yield _comment_remark([row.number for row in comments], comments[0])
    if titles:
        said = said_rows([row.number for row in titles])
        sentence = f"What stands above the header was passed over: {said}."
        yield Remark(sentence, RemarkKind.TITLE, next(filter(None, titles[0].cells)))


def _comment_remark(numbers: list[int], first: Row) -> Remark:
    sentence = f"What begins with # is a comment and was passed over: {said_rows(numbers)}."
    return Remark(sentence, RemarkKind.COMMENT, " ".join(filter(None, first.cells)))


def _remarks_below(
    table: HeaderTable, sample: Sequence[Row], above: Sequence[Row]
) -> Iterator[Remark]:
    """The comments between rows; the whole grid is read only where there may be some."""
    known = sum(row.cells[0][:1] == "#" for row in above)
    later = table.grid.comments > sum(bool(row.cells) and row.cells[0][:1] == "#" for row in sample)
    if not later and all(not row.cells or row.cells[0][:1] != "#" for row in sample[known:]):
        return
    width = len(table.columns)
    rows = table.grid.rows() if later else iter(sample)
    comments = [row for row in rows if row.number > table.header and is_comment(row, width)]
    if comments:
        yield _comment_remark([row.number for row in comments], comments[0])


def sample_of(grid: Grid) -> list[Row]:
    """The rows by which a grid is judged; PlateMapRefused if it has none at all."""
    sample = list(islice(grid.rows(), SAMPLE_ROWS))
    if not any(any(row.cells) for row in sample):
        raise PlateMapRefused(f"{grid.name} is empty: there is no table in it.")
    return sample
