"""Validation: ask every rule about a store, and keep what was found."""

import logging
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog import jobs
from catalog.errors import NotUnderstood
from catalog.models import Job
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import ask_for, end, locked_under
from catalog.services.leases import Lease, job_of
from catalog.services.locations import read_somewhere, whereabouts
from catalog.services.standing import locked_store, record_standing
from catalog.services.store_jobs import ask_once, curated_holding, store_of
from catalog.services.stores import url_of
from catalog.words import JobState
from plates.models import Store, Validation
from plates.omezarr.depth import Depth
from plates.omezarr.errors import StoreError
from plates.omezarr.report import Report
from plates.omezarr.rules.book import EDITION
from plates.omezarr.rules.rule import Policy
from plates.omezarr.validate import examine_store, is_unreadable, unread
from plates.services.stores import mark_unread
from plates.services.validations import ReportOutdated, keep_report, pack

log = logging.getLogger(__name__)

DEPTHS = (Depth.LABELS, Depth.SAMPLE)
"""The depths of a stored verdict: one that rests on less would hide what is known."""
TOO_SHALLOW = (
    "The verdict of the catalog rests on the depth 'labels' or 'sample'. To look less deep, use "
    "the command platecat-validate."
)


@transaction.atomic
def request_validation(
    *,
    store: Store,
    by: User | AnonymousUser | None,
    depth: Depth = Depth.LABELS,
    policy: Policy = Policy.SPEC,
    parent: Job | None = None,
) -> Job:
    """The job that validates a store: a new one, or the one that waits for the same already.

    Nobody (None) is Platecat itself or the operator's command. NotAllowed for a person who is no
    curator of the store's dataset, NotUnderstood for a depth that is no stored verdict's.
    """
    holding = curated_holding(store, by)
    if depth not in DEPTHS:
        raise NotUnderstood("depth", TOO_SHALLOW)
    told: dict[str, object] = {"depth": depth.word, "policy": policy.value}
    return ask_once(
        jobs.Job.VALIDATE,
        holding=holding,
        by=by,
        parent=parent,
        options=told,
        alike=Q(options=told),
    )


def request_validation_when_due(*, store: Store, job: Job) -> None:
    """Ask for the validation of a store that was just harvested, unless its content was judged.

    It is asked as it was the last time: depth and policy stay what a person chose.
    """
    last = Validation.objects.filter(store=store).first()
    digest = Store.objects.values_list("digest", flat=True).get(pk=store.pk)
    if last is not None and (last.digest, last.edition) == (digest, EDITION):
        return
    depth, policy = last_asked(store)
    request_validation(store=store, by=None, depth=depth, policy=policy, parent=job.parent or job)


def validate_store(*, lease: Lease) -> None:
    """Look at a store with no transaction open, then write what was found in one."""
    job = job_of(lease)
    store = store_of(job)
    depth = Depth[str(job.options.get("depth", Depth.LABELS.word)).upper()]
    policy = Policy(str(job.options.get("policy", Policy.SPEC.value)))
    began_at = timezone.now()
    with heartbeat(lease) as alive:
        try:
            _, (snapshot, report) = read_somewhere(
                whereabouts(store, job),
                lambda place: examine_store(
                    place.url,
                    options=place.options(job),
                    depth=depth,
                    policy=policy,
                    progress=alive.progress,
                    stop=alive.is_lost,
                ),
                fits=lambda found: found[0].digest_like(store.digest) == store.digest,
            )
        except StoreError as error:
            keep_failure(lease=lease, store=store, error=error, depth=depth, policy=policy)
            raise
        packed = pack(report)
        write_report(
            lease=lease,
            store=store,
            report=report,
            digest=snapshot.digest_like(store.digest),
            began_at=began_at,
            packed=packed,
        )
    log.info(
        "store %s: %s, %d errors, %d warnings in %d documents, %.1f s",
        store.id,
        report.verdict,
        report.errors,
        report.warnings,
        report.documents,
        report.seconds,
    )


@transaction.atomic
def keep_failure(
    *,
    lease: Lease,
    store: Store,
    error: StoreError,
    depth: Depth | None = None,
    policy: Policy | None = None,
) -> None:
    """Say on a store why it could not be read; what is wrong with its root is a finding as well.

    Depth and policy stay those of the last validation where none are given.
    """
    job = locked_under(lease)
    before = locked_store(store)
    mark_unread(store, error)
    if is_unreadable(error):
        kept_depth, kept_policy = last_asked(store)
        report = unread(
            url_of(store) or job.url,
            error,
            depth=depth or kept_depth,
            policy=policy or kept_policy,
            seconds=0.0,
        )
        now = timezone.now()
        keep_report(store, report, digest="", began_at=now, packed=pack(report))
    record_standing(before, job=job)


def last_asked(store: Store) -> tuple[Depth, Policy]:
    """The depth and policy of a store's last validation; the usual ones if there was none."""
    last = Validation.objects.filter(store=store).first()
    if last is None:
        return Depth.LABELS, Policy.SPEC
    return Depth[last.depth.upper()], Policy(last.policy)


@transaction.atomic
def write_report(
    *,
    lease: Lease,
    store: Store,
    report: Report,
    digest: str,
    began_at: datetime,
    packed: bytes,
) -> None:
    """Write a report and end its job, both or neither, if the lease still holds.

    A report that another one has overtaken is dropped. Where the content is another than was
    harvested, a harvest is asked for.
    """
    job = locked_under(lease)
    before = locked_store(store)
    try:
        changed = keep_report(store, report, digest=digest, began_at=began_at, packed=packed)
    except ReportOutdated:
        job.outcome = {"outdated": True}
        end(job, JobState.DONE)
        return
    job.progress_done = job.progress_total = report.documents
    job.error = ""
    job.outcome = {
        "verdict": report.verdict.value,
        "errors": report.errors,
        "warnings": report.warnings,
        "documents": report.documents,
        "seconds": report.seconds,
        "changed": changed,
    }
    end(job, JobState.DONE)
    if before.digest and before.digest != digest:
        ask_for_newer_rows(job, store)
    record_standing(before, job=job)


def ask_for_newer_rows(job: Job, store: Store) -> None:
    """Ask for the harvest of a store whose content has changed since, unless that was just done.

    Its consolidated metadata may be what is behind, so the documents themselves are read.
    """
    if job.parent is not None and job.parent.kind == jobs.Job.VALIDATE.value:
        return
    ask_for(
        jobs.Job.HARVEST,
        dataset=job.dataset,
        by=None,
        url=url_of(store) or job.url,
        store=store,
        source=job.source,
        parent=job,
        options={jobs.BY_DOCUMENTS: True},
    )
