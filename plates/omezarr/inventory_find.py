"""Inventories in lines: what `find`, `stat`, `aws s3 ls`, `rclone` and `gsutil` print."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from plates.omezarr.inventory_columns import moment_of
from plates.omezarr.inventory_lines import Part, lines_of
from plates.omezarr.inventory_rows import InventoryRow, OpenPart, Rows, size_told, time_of
from plates.omezarr.row_problems import RowProblems

PLAIN: Final = re.compile(r"(?P<path>.+)", re.DOTALL)

_SIZE: Final = r"(?P<size>-?\d+)"
# Seconds since 1970, or ISO 8601 with a zone; a time without one is that of an unknown machine.
_TIME: Final = (
    r"(?:(?P<epoch>\d{9,10}(?:\.\d+)?)|(?P<iso>\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d))|"
    r"(?P<local>\d{4}-\d\d-\d\d[ +T][\d:]{8}(?:\.\d+)?))"
)
_PATH: Final = r"(?P<path>.+?)"
_TYPE: Final = r"(?:(?P<type>[bcdflpsD])%s)?"
_COLUMNS: Final = {"s": _SIZE, "t": _TIME, "p": _PATH}
_ORDERS: Final = ("stp", "tsp", "pst", "pts", "spt", "tps", "sp", "ps", "tp", "pt")
_SEPARATORS: Final = ("\t", ";", " +")
# What else these tools print: folders, headings, sums.
_ASIDE: Final = re.compile(
    r"\s*|\s+PRE .+/|Total Objects: .*|\s*Total Size: .*|TOTAL: .*|gs://\S.*/:", re.DOTALL
)
_LONG_LISTING: Final = re.compile(r"total \d+\S*|[-bcdlps][-rwxsStT]{9}[.+@]? +\d+ .*")
_ENOUGH: Final = 0.9
"""Of the first lines: names with line breaks in them spoil some."""


def _pattern(separator: str, order: str) -> re.Pattern[str]:
    """The pattern of one order of columns.

    Blanks may pad a number on its left; but exactly one stands beside a path, which may begin or
    end with blanks of its own, unless it is a URL.
    """
    by_blanks = separator == " +"
    beside_path = " " if by_blanks else separator
    before_path = r"(?: | +(?=\w+://))" if by_blanks else separator
    text = _COLUMNS[order[0]]
    for before, column in pairwise(order):
        between = before_path if column == "p" else beside_path if before == "p" else separator
        text += between + _COLUMNS[column]
    start = " *" if by_blanks else ""
    return re.compile(f"{start}{_TYPE % separator}{text}", re.DOTALL)


_PATTERNS: Final = tuple(
    _pattern(separator, order) for separator in _SEPARATORS for order in _ORDERS
)


class LineForm(NamedTuple):
    """How the lines of an inventory are laid out."""

    pattern: re.Pattern[str]
    tells_sizes: bool
    tells_times: bool
    of_bucket: bool = False
    """Whether paths are keys from the top of the bucket, as `aws s3 ls` has them."""


def is_long_listing(lines: Sequence[str]) -> bool:
    """Whether lines come from `ls -l`, whose names and times cannot be read back."""
    return any(_LONG_LISTING.fullmatch(line) for line in lines[:5])


def line_form(lines: Sequence[str]) -> LineForm | None:
    """How lines are laid out, told by the first of them; None if they hold no paths."""
    lines = [line for line in lines if _ASIDE.fullmatch(line) is None]
    for pattern in _PATTERNS:
        found = [match for match in map(pattern.fullmatch, lines) if match is not None]
        if found and len(found) >= _ENOUGH * len(lines):
            return _form(pattern, found)
    paths = sum("/" in line and line.isprintable() for line in lines)
    if paths and 2 * paths >= len(lines):
        return LineForm(PLAIN, tells_sizes=False, tells_times=False)
    return None


def _form(pattern: re.Pattern[str], found: Sequence[re.Match[str]]) -> LineForm:
    names = pattern.groupindex
    told = [match for match in found if "epoch" in names and not match["local"]]
    # Only `aws s3 ls` begins with a time in whole seconds and without a zone.
    starts_local = all(
        "local" in names
        and match["local"]
        and match.start("local") == 0
        and "." not in match["local"]
        for match in found
    )
    by_blanks = pattern.pattern.startswith(" *")
    of_bucket = starts_local and by_blanks and "size" in names
    return LineForm(pattern, "size" in names, bool(told), of_bucket)


def line_rows(open_part: OpenPart, part: Part, form: LineForm, separator: bytes) -> Rows:
    """Reads lines of one form.

    A folder that is followed by what lies in it is left out, as `find` prints it without `-type f`.
    """

    def rows(problems: RowProblems) -> Iterator[InventoryRow]:
        held: InventoryRow | None = None
        for number, line in lines_of(open_part, part, problems, separator=separator):
            row = _row(number, line, form, problems)
            if row is None:
                continue
            if held is not None and (form.of_bucket or not _holds(held.path, row.path)):
                yield held
            held = row
        if held is not None:
            yield held

    return rows


def _holds(folder: str, path: str) -> bool:
    """Whether a path lies in a folder of a file system; in a bucket a key may begin like another."""
    return path.startswith(f"{folder}/") and "://" not in folder


def _row(number: int, line: str, form: LineForm, problems: RowProblems) -> InventoryRow | None:
    if form.pattern is PLAIN:
        return InventoryRow(number, line) if line else None
    match = form.pattern.fullmatch(line)
    if match is None:
        if _ASIDE.fullmatch(line) is None:
            problems.add(
                number,
                f"The line is not laid out like the others: {line[:80]!r}. If names hold line "
                "breaks, let find end them with -print0 or \\0.",
            )
        return None
    told = match.groupdict()
    if (told["type"] or "f") != "f":
        return None
    size = size_told(told.get("size") or "0")
    if size is None:
        if not told["path"].endswith("/"):
            problems.add(number, f"{told['size'][:40]!r} is no size in bytes.")
        return None
    epoch, iso = told.get("epoch"), told.get("iso")
    changed = time_of(float(epoch)) if epoch else moment_of(iso) if iso else None
    return InventoryRow(number, told["path"], size, changed, is_key=form.of_bucket)
