"""The findings of a report as CSV, safe to be opened in a spreadsheet."""

from collections.abc import Iterator
from typing import Final

from plates.omezarr.csv_lines import csv_line
from plates.omezarr.meanings import spec_url
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


def report_csv(report: Report) -> Iterator[str]:
    """The lines of the report: the names of the columns, then one line for each finding."""
    yield csv_line(COLUMNS)
    for one in report.findings:
        where = (one.node, one.document, one.pointer)
        what = (one.message, one.expected, one.found)
        yield csv_line(
            (one.rule, one.level.value, *where, *what, spec_url(one.rule, report.version))
        )
