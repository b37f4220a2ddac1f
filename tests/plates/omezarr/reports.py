"""Reports made by hand, for what renders them."""

from collections.abc import Sequence

from plates.omezarr.findings import Finding, Level
from plates.omezarr.report import Coverage, Report, RuleTotal
from plates.states import Reach, Verdict


def finding(
    rule: str = "HCS-WELL-PATH",
    node: str = "B/03",
    pointer: str = "/plate/wells/3/path",
    message: str = "The path is wrong.",
    document: str = ".zattrs",
    expected: str = "",
    found: str = "",
    level: Level = Level.ERROR,
) -> Finding:
    """One finding."""
    return Finding(rule, level, node, document, pointer, message, expected, found)


def report(
    *findings: Finding,
    totals: Sequence[RuleTotal] | None = None,
    url: str = "/data/plate.zarr",
    kind: str = "plate",
    version: str = "0.4",
    verdict: Verdict = Verdict.INVALID,
    coverage: Coverage | None = None,
    error: str = "",
) -> Report:
    """A report with these findings; each rule has one total per finding, if none are given."""
    counts: dict[str, RuleTotal] = {}
    for one in findings:
        known = counts.get(one.rule)
        counts[one.rule] = RuleTotal(one.rule, one.level, (known.total if known else 0) + 1)
    return Report(
        url=url,
        kind=kind,
        version=version,
        zarr_format=2 if version else None,
        reach=Reach.OK,
        verdict=verdict,
        depth="labels",
        policy="spec",
        documents=1200,
        seconds=1.234,
        totals=tuple(counts.values() if totals is None else totals),
        findings=findings,
        coverage=coverage or Coverage(documents=1200),
        error=error,
    )
