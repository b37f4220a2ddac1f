"""Findings into the table: what a validation found and what a count found, side by side."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum

from django.db.models import Q

from plates.models import Finding, Store
from plates.omezarr.findings import Finding as Found
from plates.omezarr.report import RuleTotal
from plates.omezarr.rules.book import RULES

KEPT_EXAMPLES = 10
SHOWN_KEYS = ("node", "document", "pointer", "message", "expected", "found")
COUNTED_RULES = frozenset(rule.id for rule in RULES.values() if rule.needs_objects)
"""The rules that only a count of all objects can ask."""


class Asker(Enum):
    """Who asked the rules; neither touches what the other one found."""

    VALIDATION = "validation"
    COUNT = "count"


def keep_findings(
    store: Store, totals: Sequence[RuleTotal], found: Sequence[Found], *, asker: Asker
) -> bool:
    """Make a store's findings of one asker say what was found; whether any is another than before.

    Findings that are the same are not written again. The store is locked by the caller.
    """
    own = Q(rule__in=COUNTED_RULES)
    own = own if asker is Asker.COUNT else ~own
    wanted = {finding.rule: finding for finding in _grouped(store, totals, found)}
    there = {finding.rule: finding for finding in Finding.objects.filter(own, store=store)}
    gone = [finding.pk for rule, finding in there.items() if rule not in wanted]
    differing = [
        finding
        for rule, finding in wanted.items()
        if rule not in there or _said(there[rule]) != _said(finding)
    ]
    Finding.objects.filter(pk__in=gone).delete()
    Finding.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["store", "rule"],
        update_fields=["level", "total", "examples"],
    )
    return bool(gone or differing)


def _said(finding: Finding) -> tuple[str, int, object]:
    return finding.level, finding.total, finding.examples


def _grouped(
    store: Store, totals: Sequence[RuleTotal], found: Sequence[Found]
) -> Iterator[Finding]:
    examples: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for one in found:
        if len(examples[one.rule]) < KEPT_EXAMPLES:
            examples[one.rule].append(_example(one))
    for total in totals:
        yield Finding(
            store=store,
            rule=total.rule,
            level=total.level.value,
            total=total.total,
            examples=examples[total.rule],
        )


def _example(found: Found) -> dict[str, str]:
    return {key: getattr(found, key).replace("\0", "") for key in SHOWN_KEYS}
