"""What a validation said, into the tables: the verdict, findings by rule, and the whole report."""

import gzip
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from plates.models import ReportFile, Store, Validation
from plates.omezarr.report import Report
from plates.omezarr.rules.book import EDITION
from plates.services.findings import Asker, keep_findings
from plates.services.verdicts import verdict_with_count
from plates.states import Reach


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
    changed = keep_findings(locked, report.totals, report.findings, asker=Asker.VALIDATION)
    validation = _keep_validation(locked, report, digest, began_at)
    ReportFile.objects.update_or_create(validation=validation, defaults={"content": packed})
    verdict = verdict_with_count(report.verdict, locked, digest=digest)
    told = {"verdict": verdict.value, "reach": Reach.OK.value}
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
