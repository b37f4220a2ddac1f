"""Steering: a person stops work that goes on, or starts anew what has failed."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import JobGoesOn, JobIsOver, NotAllowed
from catalog.jobs import IS_SCAN
from catalog.models import Dataset, Holding, Job
from catalog.queries.families import family_of
from catalog.queries.visible import may, runs_the_catalog
from catalog.services.curators import refuse_all_but_publishers
from catalog.services.jobs import ring_for_next
from catalog.services.record import record
from catalog.words import JobState, Role


@transaction.atomic
def cancel_job(*, job: Job, by: User | None) -> Job:
    """Stop a job and all that it led to; workers let go of it within seconds. JobIsOver else.

    What was written before stays; nothing is half-written, since work under a lost lease is not.
    NotAllowed for a person who neither asked for it nor may ask for all of it.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    going_on = locked_of_family(locked, [JobState.QUEUED, JobState.RUNNING])
    if not going_on:
        raise JobIsOver(locked.state)
    if by is None or by.pk != locked.requested_by_id:
        refuse_who_may_not_ask(by, going_on)
    Job.objects.filter(pk__in=[one.pk for one in going_on]).update(
        state=JobState.CANCELLED.value,
        error=f"Cancelled by {by}." if by else "Cancelled by the operator.",
        lease_token=None,
        lease_until=None,
        requests=0,
        finished_at=timezone.now(),
    )
    for place in {one.place for one in going_on}:
        ring_for_next(place)
    changes = {"state": (locked.state, JobState.CANCELLED.value), "jobs": (None, len(going_on))}
    record("cancel", locked, by=by, dataset=locked.dataset, job=locked, changes=changes)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def retry_job(*, job: Job, by: User | None) -> Job:
    """Start anew what failed or was cancelled of a job and all that it led to. JobGoesOn else.

    NotAllowed for a person who may not ask for all of it now, whoever asked for it then.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    stopped = locked_of_family(locked, [JobState.FAILED, JobState.CANCELLED])
    if not stopped:
        raise JobGoesOn(locked.state)
    refuse_who_may_not_ask(by, stopped)
    now = timezone.now()
    Job.objects.filter(pk__in=[one.pk for one in stopped]).update(
        state=JobState.QUEUED.value,
        attempts=0,
        losses=0,
        error="",
        started_at=None,
        finished_at=None,
        due_at=now,
        rung_at=now,
    )
    for one in stopped:
        jobs.enqueue(jobs.Job(one.kind), one.pk)
    record("retry", locked, by=by, dataset=locked.dataset, job=locked)
    locked.refresh_from_db()
    return locked


def refuse_who_may_not_ask(by: User | None, steered: Sequence[Job]) -> None:
    """NotAllowed for a person who may not have done what these jobs do; nobody is the operator.

    That is for curators of every dataset that they write to, publications for its publishers, and
    scans for who runs the catalog.
    """
    if by is None:
        return
    if any(IS_SCAN in job.options for job in steered) and not runs_the_catalog(by):
        raise NotAllowed("Only operators may have a source scanned, or stop it.")
    if any(jobs.ACROSS in job.options for job in steered) and not runs_the_catalog(by):
        raise NotAllowed("Only operators start or stop what goes across datasets.")
    for job in steered:
        if job.kind == jobs.Job.PUBLISH.value:
            refuse_all_but_publishers(by, job.dataset)
    stores = {job.store_id for job in steered if job.store_id is not None}
    scopes = {job.dataset_id for job in steered}
    scopes.update(Holding.objects.filter(store__in=stores).values_list("dataset", flat=True))
    for dataset in Dataset.objects.filter(pk__in=scopes):
        if not may(by, Role.CURATOR, dataset):
            raise NotAllowed("Only curators of all that this job writes to may start or stop it.")


def locked_of_family(job: Job, states: list[JobState]) -> list[Job]:
    """The job and all that it led to, those in some states, locked one after the other.

    One that was about to end while it was waited for may have led to others: they are found anew
    until there are no more.
    """
    rows = Job.objects.select_for_update(no_key=True, of=("self",))
    family: list[UUID] = []
    found = family_of(job.pk)
    locked: list[Job] = []
    while set(found) != set(family):
        family = found
        locked = list(rows.filter(pk__in=family, state__in=states).order_by("id"))
        found = family_of(job.pk)
    return locked
