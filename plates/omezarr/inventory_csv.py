"""Inventories in CSV: those of S3 Inventory, and others with a header."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from plates.omezarr.errors import InventoryMalformed
from plates.omezarr.inventory_columns import RowMaker, guessed_columns, named_columns
from plates.omezarr.inventory_lines import Part, lines_of
from plates.omezarr.inventory_rows import InventoryRow, OpenPart, Rows
from plates.omezarr.row_problems import RowProblems

_SAMPLE: Final = 100
_FEWEST: Final = 2
"""Columns of an inventory: a bucket and a key, or a key and a size."""


def csv_columns(lines: Sequence[str], name: str) -> tuple[dict[str, int], bool] | None:
    """The columns of what begins with some lines, and whether the first is a header.

    None if this is no inventory in CSV: it has neither a header that names keys, nor quotes around
    all that it says, as S3 Inventory has, nor a name in `.csv`.
    """
    try:
        rows = [row for row in csv.reader(islice(lines, _SAMPLE)) if row]
    except csv.Error:
        return None
    if not rows or min(map(len, rows)) < _FEWEST:
        return None
    header = named_columns(rows[0])
    if "key" in header and len(header) >= _FEWEST:
        return header, True
    is_named = name.lower().removesuffix(".gz").endswith(".csv")
    if is_named or all(line.startswith('"') for line in lines[:_SAMPLE]):
        return guessed_columns(rows), False
    return None


def csv_rows(open_part: OpenPart, part: Part, columns: Mapping[str, int], *, header: bool) -> Rows:
    """Reads a file in CSV; without a header its keys are escaped as S3 Inventory escapes them."""
    if "key" not in columns:
        raise InventoryMalformed(f"The inventory {part.name} has no column of keys.")
    maker = RowMaker(columns, encoded=not header)

    def rows(problems: RowProblems) -> Iterator[InventoryRow]:
        lines = _Numbered(lines_of(open_part, part, problems))
        reader = csv.reader(lines)
        skipped = not header
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                problems.add(lines.number, f"The row cannot be taken apart ({error}).")
                continue
            if not cells:
                continue
            if not skipped:
                skipped = True
                continue
            row = maker.row(lines.number, cells)
            if isinstance(row, str):
                problems.add(lines.number, row)
            else:
                yield row

    return rows


class _Numbered:
    """Lines, and the number of the one that was read last."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self.number = 0

    def __iter__(self) -> "_Numbered":
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        return line + "\n"
