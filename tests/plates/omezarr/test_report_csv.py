import csv

import pytest

from plates.omezarr.findings import Finding
from plates.omezarr.report_csv import COLUMNS, report_csv
from tests.plates.omezarr.reports import finding, report


def cells(*findings: Finding) -> list[dict[str, str]]:
    return list(csv.DictReader(report_csv(report(*findings))))


def test_a_report_without_findings_is_its_header() -> None:
    assert list(report_csv(report())) == [",".join(COLUMNS) + "\n"]


def test_each_finding_is_one_row() -> None:
    rows = cells(finding(node="A/1"), finding(node="A/2"))
    assert [row["node"] for row in rows] == ["A/1", "A/2"]
    assert rows[0] == {
        "rule": "HCS-WELL-PATH",
        "level": "error",
        "node": "A/1",
        "document": ".zattrs",
        "pointer": "/plate/wells/3/path",
        "message": "The path is wrong.",
        "expected": "",
        "found": "",
        "spec": "https://ngff.openmicroscopy.org/0.4/#plate-md",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cells(finding(found=text))[0]["found"] == f"'{text}"
    assert cells(finding(node=text))[0]["node"] == f"'{text}"


def test_quotes_commas_and_line_breaks_stay_in_their_cell() -> None:
    [row] = cells(finding(message='a "b", c\r\n=d\x1b[2J'))
    assert row["message"] == 'a "b", c\\r\\n=d\\x1b[2J'
