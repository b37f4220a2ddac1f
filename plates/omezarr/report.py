"""The report of a validation: what was found, and what was and was not looked at."""

import msgspec

from plates.omezarr.collecting import Collected
from plates.omezarr.findings import Finding, Level
from plates.states import Reach, Verdict


class RuleTotal(msgspec.Struct, frozen=True, gc=False):
    """How often one rule was broken, all told, and the level of that."""

    rule: str
    level: Level
    total: int


def totals_of(collected: Collected) -> tuple[RuleTotal, ...]:
    """The totals of the rules that were broken, errors first, the most frequent first."""
    levels = {finding.rule: finding.level for finding in collected.findings}
    totals = [RuleTotal(rule, levels[rule], total) for rule, total in collected.totals.items()]
    return tuple(sorted(totals, key=lambda one: (one.level, -one.total, one.rule)))


class Coverage(msgspec.Struct, frozen=True, gc=False):
    """What a report rests on.

    `documents` were read, `refused` could not be had. `not_asked` are the rules that could not be
    asked since nothing could be listed; `chunks` is how many were decoded; `remarks` are sentences
    on what else was left out.
    """

    documents: int = 0
    refused: int = 0
    listed: bool = False
    not_asked: tuple[str, ...] = ()
    chunks: int = 0
    remarks: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """What a validation has to say of a store.

    `findings` are all of them, in the order of the store, but of each rule no more than are kept;
    `totals` counts all. `seconds` is how long it took.
    """

    url: str
    kind: str
    version: str
    zarr_format: int | None
    reach: Reach
    verdict: Verdict
    depth: str
    policy: str
    documents: int
    seconds: float
    totals: tuple[RuleTotal, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    error: str = ""
    """Why the store could not be read, in a sentence; empty if it could."""

    @property
    def errors(self) -> int:
        """How many errors there are, kept or not."""
        return sum(one.total for one in self.totals if one.level is Level.ERROR)

    @property
    def warnings(self) -> int:
        """How many warnings there are, kept or not."""
        return sum(one.total for one in self.totals if one.level is Level.WARNING)
