"""The findings of a report as CSV, safe to be opened in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from plates.omezarr.meanings import spec_url
from plates.omezarr.printable import printable
from plates.omezarr.report import Report

COLUMNS: Final = (
    "rule",
    "level",
    "node",
    "document",
    "pointer",
    "message",
    "expected",
    "found",
    "spec",
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@")


def report_csv(report: Report) -> Iterator[str]:
    """The lines of the report: the names of the columns, then one line for each finding.

    A cell that a spreadsheet might run as a formula begins with an apostrophe. What is no visible
    character is an escape.
    """
    yield _line(COLUMNS)
    for one in report.findings:
        where = (one.node, one.document, one.pointer)
        what = (one.message, one.expected, one.found)
        yield _line((one.rule, one.level.value, *where, *what, spec_url(one.rule, report.version)))


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_cell, cells))
    return line.getvalue()


def _cell(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
