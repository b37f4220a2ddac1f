import json

from plates.omezarr.findings import Level
from plates.omezarr.report import Coverage, RuleTotal
from plates.omezarr.report_json import report_json
from plates.states import Verdict
from tests.plates.omezarr.reports import finding, report


def test_a_report_is_plain_json() -> None:
    whole = report_json(report(finding(expected="B/03", found="03/B")))
    assert json.loads(json.dumps(whole)) == whole
    assert whole | {"coverage": None, "rules": None} == {
        "url": "/data/plate.zarr",
        "kind": "plate",
        "version": "0.4",
        "zarr_format": 2,
        "reach": "ok",
        "verdict": "invalid",
        "error": "",
        "depth": "labels",
        "policy": "spec",
        "documents": 1200,
        "seconds": 1.234,
        "summary": {"error": 1, "warning": 0},
        "coverage": None,
        "rules": None,
        "findings": [
            {
                "rule": "HCS-WELL-PATH",
                "level": "error",
                "node": "B/03",
                "document": ".zattrs",
                "pointer": "/plate/wells/3/path",
                "message": "The path is wrong.",
                "expected": "B/03",
                "found": "03/B",
                "spec": "https://ngff.openmicroscopy.org/0.4/#plate-md",
            }
        ],
    }


def test_totals_count_what_is_not_kept_too() -> None:
    totals = [RuleTotal("HCS-WELL-PATH", Level.ERROR, 20_000), RuleTotal("X", Level.WARNING, 3)]
    whole = report_json(report(finding(), totals=totals))
    assert whole["summary"] == {"error": 20_000, "warning": 3}
    assert whole["rules"] == [
        {
            "rule": "HCS-WELL-PATH",
            "level": "error",
            "total": 20_000,
            "sentence": "The path of a well is the name of a row, a slash, and the name of a column.",
            "spec": "https://ngff.openmicroscopy.org/0.4/#plate-md",
        },
        {"rule": "X", "level": "warning", "total": 3, "sentence": "", "spec": ""},
    ]


def test_it_says_what_was_not_looked_at() -> None:
    coverage = Coverage(7, 2, listed=False, not_asked=("LBL-UNLISTED",), remarks=("None.",))
    assert report_json(report(coverage=coverage))["coverage"] == {
        "documents": 7,
        "refused": 2,
        "listed": False,
        "chunks": 0,
        "not_asked": ["LBL-UNLISTED"],
        "remarks": ["None."],
    }


def test_a_store_that_could_not_be_read_says_why() -> None:
    unread = report(kind="", version="", verdict=Verdict.UNCHECKED, error="Nothing lies there.")
    whole = report_json(unread)
    assert (whole["error"], whole["zarr_format"]) == ("Nothing lies there.", None)
