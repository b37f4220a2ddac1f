"""A report as JSON: what `--format json` prints and what the REST API serves."""

from plates.omezarr.findings import Finding
from plates.omezarr.meanings import spec_url
from plates.omezarr.report import Coverage, Report, RuleTotal
from plates.omezarr.rules.book import RULES


def report_json(report: Report) -> dict[str, object]:
    """The report in plain JSON values: dicts, lists, texts, numbers, None.

    `findings` has at most some thousands of one rule; `rules` says how many there are. `spec` is
    the address of the section that a rule stands on, empty where the specification says nothing.
    """
    return {
        "url": report.url,
        "kind": report.kind,
        "version": report.version,
        "zarr_format": report.zarr_format,
        "reach": report.reach.value,
        "verdict": report.verdict.value,
        "error": report.error,
        "depth": report.depth,
        "policy": report.policy,
        "documents": report.documents,
        "seconds": report.seconds,
        "summary": {"error": report.errors, "warning": report.warnings},
        "coverage": _coverage(report.coverage),
        "rules": [_total(one, report.version) for one in report.totals],
        "findings": [_finding(one, report.version) for one in report.findings],
    }


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "documents": coverage.documents,
        "refused": coverage.refused,
        "listed": coverage.listed,
        "chunks": coverage.chunks,
        "not_asked": list(coverage.not_asked),
        "remarks": list(coverage.remarks),
    }


def _total(one: RuleTotal, version: str) -> dict[str, object]:
    known = RULES.get(one.rule)
    return {
        "rule": one.rule,
        "level": one.level.value,
        "total": one.total,
        "sentence": "" if known is None else known.sentence,
        "spec": spec_url(one.rule, version),
    }


def _finding(one: Finding, version: str) -> dict[str, object]:
    return {
        "rule": one.rule,
        "level": one.level.value,
        "node": one.node,
        "document": one.document,
        "pointer": one.pointer,
        "message": one.message,
        "expected": one.expected,
        "found": one.found,
        "spec": spec_url(one.rule, version),
    }
