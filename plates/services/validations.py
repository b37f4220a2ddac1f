"""What a validation said, into the tables: the verdict, findings by rule, and the whole report."""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from plates.models import Finding, ReportFile, Store, Validation
from plates.omezarr.findings import Finding as Found
from plates.omezarr.report import Report
from plates.omezarr.rules.book import EDITION
from plates.states import Reach

KEPT_EXAMPLES = 10
SHOWN_KEYS = ("node", "document", "pointer", "message", "expected", "found")


class ReportOutdated(Exception):
    """A report whose reading began before that of the one which is kept."""


def pack(report: Report) -> bytes:
    """A report as it is stored; made before any row is locked, since it takes a while."""
    return gzip.compress(msgspec.json.encode(report), compresslevel=3, mtime=0)


@transaction.atomic
def keep_report(
    store: Store, report: Report, *, digest: str, began_at: datetime, packed: bytes
) -> bool:
    """Make the store say what its newest report says; whether the verdict or a finding changed.

    `digest` is that of the documents that were looked at, `packed` the report as `pack` makes it.
    Findings that are the same are not written again. ReportOutdated if a reading that began later
    was written already.
    """
    locked = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    if Validation.objects.filter(store=locked, began_at__gt=began_at).exists():
        raise ReportOutdated
    changed = _keep_findings(locked, report)
    validation = _keep_validation(locked, report, digest, began_at)
    ReportFile.objects.update_or_create(validation=validation, defaults={"content": packed})
    told = {"verdict": report.verdict.value, "reach": Reach.OK.value}
    return bool(Store.objects.filter(pk=locked.pk).exclude(**told).update(**told)) or changed


def _keep_validation(store: Store, report: Report, digest: str, began_at: datetime) -> Validation:
    validation, _ = Validation.objects.update_or_create(
        store=store,
        defaults={
            "verdict": report.verdict.value,
            "depth": report.depth,
            "policy": report.policy,
            "edition": EDITION,
            "digest": digest,
            "documents": report.documents,
            "seconds": report.seconds,
            "errors": report.errors,
            "warnings": report.warnings,
            "coverage": msgspec.to_builtins(report.coverage),
            "began_at": began_at,
            "checked_at": timezone.now(),
        },
    )
    return validation


def _keep_findings(store: Store, report: Report) -> bool:
    wanted = {finding.rule: finding for finding in _grouped(store, report)}
    there = {finding.rule: finding for finding in Finding.objects.filter(store=store)}
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


def _grouped(store: Store, report: Report) -> Iterator[Finding]:
    examples: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for found in report.findings:
        if len(examples[found.rule]) < KEPT_EXAMPLES:
            examples[found.rule].append(_example(found))
    for one in report.totals:
        yield Finding(
            store=store,
            rule=one.rule,
            level=one.level.value,
            total=one.total,
            examples=examples[one.rule],
        )


def _example(found: Found) -> dict[str, str]:
    return {key: getattr(found, key).replace("\0", "") for key in SHOWN_KEYS}
