"""The life of a job: asked for, leased, kept alive, ended; the row is the truth, the bell is not.

A worker holds a job by a lease token that it renews. Whoever writes under a lease locks the job's
row and compares the token first, so that a worker that was given up cannot write after all.
"""

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog import jobs
from catalog.errors import LeaseLost
from catalog.models import Dataset, Job, Source
from catalog.services.record import record
from catalog.words import JobState
from plates.models import Store

log = logging.getLogger(__name__)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one job, until it is not renewed."""

    job_id: uuid.UUID
    token: uuid.UUID


@transaction.atomic
def ask_for(
    kind: jobs.Job,
    *,
    dataset: Dataset,
    by: User | None,
    url: str,
    store: Store | None = None,
    source: Source | None = None,
    parent: Job | None = None,
    options: dict[str, object] | None = None,
) -> Job:
    """A new job, queued; the bell rings when the transaction is committed."""
    job = Job.objects.create(
        kind=kind.value,
        dataset=dataset,
        source=source,
        store=store,
        parent=parent,
        url=url,
        requested_by=by,
        options=options or {},
    )
    jobs.enqueue(kind, job.id)
    return job


@transaction.atomic
def take_lease(*, job_id: uuid.UUID) -> Lease | None:
    """The lease of a job that is due, or None if it is taken, over, or not due yet."""
    now = timezone.now()
    job = (
        Job.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=job_id, state=JobState.QUEUED.value, due_at__lte=now)
        .first()
    )
    if job is None:
        return None
    job.state = JobState.RUNNING.value
    job.attempts += 1
    job.lease_token = uuid.uuid4()
    job.lease_until = now + timedelta(seconds=settings.LEASE_S)
    job.started_at = job.started_at or now
    job.progress_done = job.progress_total = 0
    job.save()
    return Lease(job.pk, job.lease_token)


def renew_lease(*, lease: Lease, done: int, total: int) -> bool:
    """Keep the job for another while and tell how far it is; False if it is lost."""
    held = Job.objects.filter(
        pk=lease.job_id, lease_token=lease.token, state=JobState.RUNNING.value
    )
    until = timezone.now() + timedelta(seconds=settings.LEASE_S)
    return bool(held.update(lease_until=until, progress_done=done, progress_total=total))


def locked_under(lease: Lease) -> Job:
    """The job's row, locked until the transaction ends; LeaseLost if another has the job."""
    job = (
        Job.objects.select_for_update(no_key=True)
        .filter(pk=lease.job_id, lease_token=lease.token, state=JobState.RUNNING.value)
        .first()
    )
    if job is None:
        raise LeaseLost
    return job


@transaction.atomic
def finish_job(*, lease: Lease, outcome: dict[str, object]) -> None:
    """End a job well."""
    job = locked_under(lease)
    job.outcome = outcome
    job.error = ""
    job.progress_done = job.progress_total = max(job.progress_done, job.progress_total)
    end(job, JobState.DONE)


@transaction.atomic
def fail_job(*, lease: Lease, error: str, passing: bool) -> bool:
    """Store what went wrong; a fault that may pass is tried again. True if it will be."""
    job = locked_under(lease)
    job.error = error.replace("\0", "").encode("utf-8", "replace").decode()
    if passing and job.attempts < settings.ATTEMPTS:
        queue_again(job, wait_s=wait_before(job.attempts + 1))
        return True
    end(job, JobState.FAILED)
    return False


def end(job: Job, state: JobState) -> None:
    """Close a job that the present transaction has locked."""
    job.state = state.value
    job.lease_token = job.lease_until = None
    job.finished_at = timezone.now()
    job.save()


def queue_again(job: Job, *, wait_s: float) -> None:
    """Put a locked job back; the clock rings when it is due."""
    job.state = JobState.QUEUED.value
    job.lease_token = job.lease_until = None
    job.due_at = timezone.now() + timedelta(seconds=wait_s)
    job.save()


def wait_before(attempt: int) -> float:
    """Seconds before the given attempt: doubled each time, spread so that not all come at once."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 2))
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, hides nothing


def tend_jobs() -> int:
    """Take up jobs whose worker is gone and ring again for those nobody took; how many."""
    return reclaim_lost() + ring_waiting()


@transaction.atomic
def reclaim_lost() -> int:
    """Queue again, or give up, each job whose lease ran out."""
    lost = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        state=JobState.RUNNING.value, lease_until__lt=timezone.now()
    )
    count = 0
    for job in lost:
        count += 1
        log.warning("job %s: worker lost in attempt %d", job.pk, job.attempts)
        if job.attempts < settings.ATTEMPTS:
            queue_again(job, wait_s=0)
            continue
        job.error = (
            f"The worker was lost {job.attempts} times while it was on this job. "
            "Look for memory limits or crashes in the worker's log, then retry."
        )
        end(job, JobState.FAILED)
    return count


@transaction.atomic
def ring_waiting() -> int:
    """Ring for every job that is due and was not rung for lately."""
    now = timezone.now()
    waiting = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        Q(rung_at__lt=now - timedelta(seconds=settings.RESEND_S)) | Q(rung_at__lt=F("due_at")),
        state=JobState.QUEUED.value,
        due_at__lte=now,
    )
    for job in waiting:
        jobs.enqueue(jobs.Job(job.kind), job.pk)
    return Job.objects.filter(pk__in=[job.pk for job in waiting]).update(rung_at=now)


@transaction.atomic
def retry_job(*, job: Job, by: User | None) -> None:
    """Start a job anew that has failed or was cancelled."""
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if locked.state not in {JobState.FAILED.value, JobState.CANCELLED.value}:
        return
    locked.attempts = 0
    locked.error = ""
    locked.finished_at = None
    queue_again(locked, wait_s=0)
    record("retry", locked, by=by, dataset=locked.dataset, job=locked)
    jobs.enqueue(jobs.Job(locked.kind), locked.pk)
