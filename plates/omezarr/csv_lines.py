"""Lines of CSV that are safe to be opened in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from plates.omezarr.printable import printable

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@")


def csv_line(cells: Iterable[str]) -> str:
    """One line, with its end.

    A cell that a spreadsheet might run as a formula begins with an apostrophe. What is no visible
    character is an escape.
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_cell, cells))
    return line.getvalue()


def _cell(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
