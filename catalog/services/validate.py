"""Validation: ask every rule about a store, and keep what was found."""

import logging

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog import jobs
from catalog.errors import NotAllowed, NotUnderstood
from catalog.models import Dataset, Holding, Job
from catalog.queries.visible import may
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import Lease, ask_for, end, locked_under
from catalog.services.opening import options_for
from catalog.services.record import record
from catalog.services.stores import url_of
from catalog.words import JobState, Role
from plates.models import Store, Validation
from plates.omezarr.errors import StoreError
from plates.omezarr.report import Report
from plates.omezarr.rules.book import EDITION
from plates.omezarr.rules.rule import Policy
from plates.omezarr.validate import examine_store, is_unreadable, unread
from plates.omezarr.walk import Depth
from plates.services.stores import mark_unread
from plates.services.validations import keep_report

log = logging.getLogger(__name__)

DEPTHS = (Depth.LABELS, Depth.SAMPLE)
"""The depths of a stored verdict: one that rests on less would hide what is known."""


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

    Nobody (None) is Platecat itself or the operator's command. NotAllowed for a person who is no curator of the store's dataset.
    """
    holding = Holding.objects.select_related("dataset", "source").get(store=store)
    refuse_all_but_curators(by, holding.dataset)
    person = by if isinstance(by, User) else None
    if depth not in DEPTHS:
        raise NotUnderstood("depth", TOO_SHALLOW)
    told: dict[str, object] = {"depth": depth.word, "policy": policy.value}
    waiting = Job.objects.filter(
        kind=jobs.Job.VALIDATE.value, store=store, state=JobState.QUEUED.value, options=told
    ).first()
    if waiting is not None:
        return waiting
    job = ask_for(
        jobs.Job.VALIDATE,
        dataset=holding.dataset,
        by=person,
        url=url_of(store),
        store=store,
        source=holding.source,
        parent=parent,
        options=told,
    )
    if parent is None:
        record("validate", store, by=person, dataset=holding.dataset, job=job)
    return job


TOO_SHALLOW = (
    "The verdict of the catalog rests on the depth 'labels' or 'sample'. To look less deep, use "
    "the command platecat-validate."
)


def refuse_all_but_curators(by: User | AnonymousUser | None, dataset: Dataset) -> None:
    """NotAllowed for a person who may not have the stores of a dataset validated."""
    if by is not None and not may(by, Role.CURATOR, dataset):
        raise NotAllowed("Only curators of the dataset may have its stores validated.")


def request_validation_when_due(*, store: Store, job: Job) -> None:
    """Ask for the validation of a store that was just harvested, unless its content was judged.

    It is asked as it was the last time: depth and policy stay what a person chose.
    """
    last = Validation.objects.filter(store=store).first()
    digest = Store.objects.values_list("digest", flat=True).get(pk=store.pk)
    if last is None:
        request_validation(store=store, by=None, parent=job.parent or job)
    elif (last.digest, last.edition) != (digest, EDITION):
        request_validation(
            store=store,
            by=None,
            depth=Depth[last.depth.upper()],
            policy=Policy(last.policy),
            parent=job.parent or job,
        )


def validate_store(*, lease: Lease) -> None:
    """Look at a store with no transaction open, then write what was found in one."""
    job = Job.objects.select_related("dataset", "source", "store").get(pk=lease.job_id)
    store = store_of(job)
    depth = Depth[str(job.options.get("depth", Depth.LABELS.word)).upper()]
    policy = Policy(str(job.options.get("policy", Policy.SPEC.value)))
    with heartbeat(lease) as alive:
        try:
            snapshot, report = examine_store(
                url_of(store) or job.url,
                options=options_for(job.source),
                depth=depth,
                policy=policy,
                progress=alive.progress,
                stop=alive.is_lost,
            )
        except StoreError as error:
            keep_failure(lease=lease, store=store, error=error, depth=depth, policy=policy)
            raise
        write_report(lease=lease, store=store, report=report, digest=snapshot.digest)
    log.info(
        "store %s: %s, %d errors, %d warnings in %d documents, %.1f s",
        store.id,
        report.verdict,
        report.errors,
        report.warnings,
        report.documents,
        report.seconds,
    )


def store_of(job: Job) -> Store:
    """The store of a job; the database promises that there is one."""
    if job.store is None:
        raise Store.DoesNotExist(f"job {job.pk} has no store")
    return job.store


@transaction.atomic
def keep_failure(
    *,
    lease: Lease,
    store: Store,
    error: StoreError,
    depth: Depth = Depth.LABELS,
    policy: Policy = Policy.SPEC,
) -> None:
    """Say on a store why it could not be read; what is wrong with its root is a finding as well."""
    job = locked_under(lease)
    mark_unread(store, error)
    if is_unreadable(error):
        report = unread(url_of(store) or job.url, error, depth=depth, policy=policy, seconds=0.0)
        keep_report(store, report, digest="")


@transaction.atomic
def write_report(*, lease: Lease, store: Store, report: Report, digest: str) -> None:
    """Write a report and end its job, both or neither, if the lease still holds."""
    job = locked_under(lease)
    before = Store.objects.values_list("verdict", flat=True).get(pk=store.pk)
    changed = keep_report(store, report, digest=digest)
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
    if before != report.verdict.value:
        changes = {"verdict": (before, report.verdict.value)}
        record("validate", store, by=None, dataset=job.dataset, job=job, changes=changes)
