"""A report for the person who wrote the file: what is wrong, where, and what was not looked at."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from plates.omezarr.depth import Depth
from plates.omezarr.findings import Finding, Level
from plates.omezarr.meanings import DEPTHS, VERDICTS, spec_url
from plates.omezarr.printable import Colour, painted, printable
from plates.omezarr.report import Coverage, Report, RuleTotal
from plates.omezarr.rules.book import RULES
from plates.states import StoreKind, Verdict

EXAMPLES: Final = 5
"""How many findings of one rule are shown."""
_MAX_COLUMN: Final = 60
_ROOT: Final = "(root)"
_KINDS: Final = {
    StoreKind.COLLECTION.value: "collection of images",
    StoreKind.LABELS.value: "list of labels",
    StoreKind.TABLES.value: "list of tables",
    StoreKind.ZARR.value: "Zarr without OME-Zarr metadata",
}
_VERDICT_COLOURS: Final = {
    Verdict.VALID: Colour.GREEN,
    Verdict.INCOMPLETE: Colour.YELLOW,
    Verdict.INVALID: Colour.RED,
    Verdict.UNREADABLE: Colour.RED,
    Verdict.UNCHECKED: Colour.YELLOW,
}
_LEVEL_COLOURS: Final = {Level.ERROR: Colour.RED, Level.WARNING: Colour.YELLOW}


def report_text(report: Report, *, colours: bool = False) -> Iterator[str]:
    """The lines of the report, each with its end; no character of the store moves the cursor."""
    for line in _lines(report, colours=colours):
        yield f"{line}\n"


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 error`, `1,200 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _lines(report: Report, *, colours: bool) -> Iterator[str]:
    yield from _head(report, colours=colours)
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for total in report.totals:
        yield ""
        yield from _group(total, by_rule.get(total.rule, []), report.version, colours=colours)
    yield ""
    yield from _scope(report)


def _head(report: Report, *, colours: bool) -> Iterator[str]:
    yield painted(printable(report.url), Colour.BOLD, on=colours)
    if report.kind:
        yield _what(report)
    colour = _VERDICT_COLOURS[report.verdict]
    word = painted(report.verdict.value.upper(), Colour.BOLD, colour, on=colours)
    counts = f"{counted(report.errors, 'error')}, {counted(report.warnings, 'warning')}"
    yield f"{word}: {counts} (policy {report.policy})"
    yield VERDICTS[report.verdict]


def _what(report: Report) -> str:
    kind = _KINDS.get(report.kind, report.kind)
    version = f", OME-Zarr {printable(report.version)}" if report.version else ""
    return f"{kind}{version}, Zarr format {report.zarr_format}"


def _group(
    total: RuleTotal, findings: list[Finding], version: str, *, colours: bool
) -> Iterator[str]:
    level = painted(total.level.value, _LEVEL_COLOURS[total.level], on=colours)
    name = painted(total.rule, Colour.BOLD, on=colours)
    yield f"{level} {name}, {total.total:,} time{'' if total.total == 1 else 's'}"
    rule = RULES.get(total.rule)
    if rule is not None:
        yield f"  {rule.sentence}"
    url = spec_url(total.rule, version)
    if url:
        yield f"  {painted(url, Colour.DIM, on=colours)}"
    shown = list(islice(findings, EXAMPLES))
    yield from _examples(shown)
    if total.total > len(shown):
        yield f"    and {total.total - len(shown):,} more"


def _examples(findings: Iterable[Finding]) -> Iterator[str]:
    places = [(printable(one.node) or _ROOT, _place(one), _what_is_wrong(one)) for one in findings]
    nodes = min(max((len(node) for node, _, _ in places), default=0), _MAX_COLUMN)
    pointers = min(max((len(place) for _, place, _ in places), default=0), _MAX_COLUMN)
    for node, place, wrong in places:
        where = f"{node:{nodes}}  {place:{pointers}}  " if pointers else f"{node:{nodes}}  "
        yield f"    {where}{wrong}"


def _place(finding: Finding) -> str:
    """The pointer, after the document if that is not the node's own."""
    folder = finding.document.rpartition("/")[0]
    if not finding.document or folder == finding.node:
        return printable(finding.pointer)
    return printable(f"{finding.document} {finding.pointer}".rstrip())


def _what_is_wrong(finding: Finding) -> str:
    said = [
        f"{word} {printable(text)}"
        for word, text in (("expected", finding.expected), ("found", finding.found))
        if text
    ]
    return printable(finding.message) + (f" ({', '.join(said)})" if said else "")


def _scope(report: Report) -> Iterator[str]:
    """What was looked at and what was not."""
    if not report.error:
        yield f"Looked at: {_amount(report)} (depth {report.depth}: {_read(report.depth)})."
    gaps = list(_gaps(report.coverage))
    if gaps:
        yield "Limits of this report:"
        yield from (f"  {gap}" for gap in gaps)
    yield f"Took {report.seconds:,.2f} s."


def _gaps(coverage: Coverage) -> Iterator[str]:
    if coverage.refused:
        yield f"{counted(coverage.refused, 'document')} could not be had; see STORE-READ."
    yield from map(printable, coverage.remarks)
    if coverage.not_asked:
        yield f"Rules that could not be asked: {', '.join(coverage.not_asked)}."


def _amount(report: Report) -> str:
    chunks = report.coverage.chunks
    decoded = f" and {counted(chunks, 'chunk')}" if chunks else ""
    return f"{counted(report.documents, 'document')}{decoded}"


def _read(depth: str) -> str:
    return ", ".join(text for one, text in DEPTHS.items() if one <= Depth[depth.upper()])
