"""The life of a job: asked for, leased, kept alive, ended; the row is the truth, the bell is not.

A worker holds a job by a lease token that it renews. Whoever writes under a lease locks the job's
row and compares the token first, so that a worker that was given up cannot write after all.
"""

import logging
import random
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog import jobs
from catalog.errors import LeaseLost
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.leases import Lease
from catalog.services.places import place_of_url
from catalog.words import JobState
from plates.models import Store

log = logging.getLogger(__name__)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0
MOST_BELLS = 32
NAMED_ATTEMPTS = 4


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
    place = place_of_url(url, source)
    job = Job.objects.create(
        kind=kind.value,
        dataset=dataset,
        source=source,
        store=store,
        parent=parent,
        url=url,
        place=place,
        guarded=is_guarded(store, by, is_scan=jobs.IS_SCAN in (options or {})),
        lane=f"{source.pk if source else dataset.pk}@{place}",
        requested_by=by,
        options=options or {},
    )
    jobs.enqueue(kind, job.id)
    return job


def is_guarded(store: Store | None, by: User | None, *, is_scan: bool) -> bool:
    """Whether a job reads only where the operator allows.

    What the operator's own command names may lie anywhere; sources, and what people ask for, may not.
    """
    holding = Holding.objects.filter(store=store).first() if store else None
    return holding.guarded if holding else is_scan or by is not None


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
    if passing and try_again(lease=lease, error=error):
        return True
    job = locked_under(lease)
    job.error = storable(error)
    end(job, JobState.FAILED)
    return False


@transaction.atomic
def try_again(*, lease: Lease, error: str) -> bool:
    """Put a job back after a fault that may pass; False, and nothing done, after the last attempt."""
    job = locked_under(lease)
    failures = job.attempts - job.losses
    if failures >= most_attempts(job):
        return False
    job.error = storable(error)
    queue_again(job, wait_s=wait_before(failures + 1))
    return True


def most_attempts(job: Job) -> int:
    """How often a job is tried: fewer times if nothing ever answered at an address that was named.

    It may be mistyped, and somebody waits.
    """
    is_named = job.kind == jobs.Job.DISCOVER.value and not job.options.get(jobs.IS_SCAN)
    if is_named and not job.children.exists():
        return min(NAMED_ATTEMPTS, settings.ATTEMPTS)
    return settings.ATTEMPTS


def storable(error: str) -> str:
    """A sentence as the database takes it."""
    return error.replace("\0", "").encode("utf-8", "replace").decode()


def missed(unread: Sequence[str]) -> str:
    """Why a search is made again that could not look into all folders."""
    return f"Some folders could not be looked into. {' '.join(unread[:1])}".rstrip()


def end(job: Job, state: JobState) -> None:
    """Close a job that the present transaction has locked, and ring for one that waits for room."""
    job.state = state.value
    job.lease_token = job.lease_until = None
    job.requests = 0
    job.finished_at = timezone.now()
    job.save()
    ring_for_next(job.place)


def queue_again(job: Job, *, wait_s: float) -> None:
    """Put a locked job back; the clock rings when it is due."""
    job.state = JobState.QUEUED.value
    job.lease_token = job.lease_until = None
    job.requests = 0
    job.due_at = timezone.now() + timedelta(seconds=wait_s)
    job.save()
    ring_for_next(job.place)


def ring_for_next(place: str) -> None:
    """Ring for the job that has waited longest for room at a place."""
    waiting = Job.objects.filter(
        place=place, state=JobState.QUEUED.value, due_at__lte=timezone.now()
    )
    job = waiting.order_by("due_at", "id").first()
    if job is not None:
        jobs.enqueue(jobs.Job(job.kind), job.pk)


def wait_before(attempt: int) -> float:
    """Seconds before the given attempt: doubled each time, spread so that not all come at once."""
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 2))
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, hides nothing


def tend_jobs() -> int:
    """Take up jobs whose worker is gone and ring again for those nobody took; how many."""
    return reclaim_lost() + ring_waiting()


@transaction.atomic
def reclaim_lost() -> int:
    """Queue again, or give up, each job whose lease ran out.

    That a worker is lost is hardly ever a job's fault, so it is counted apart from what failed; but
    one that takes its workers with it, for want of memory say, must not do so for ever.
    """
    lost = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        state=JobState.RUNNING.value, lease_until__lt=timezone.now()
    )
    count = 0
    for job in lost:
        count += 1
        job.losses += 1
        log.warning("job %s: worker lost in attempt %d", job.pk, job.attempts)
        if job.losses < settings.ATTEMPTS:
            queue_again(job, wait_s=wait_before(job.losses) if job.losses > 1 else 0)
            continue
        job.error = (
            f"The worker was lost {job.losses} times while it was on this job. "
            "Look for memory limits or crashes in the worker's log, then retry."
        )
        end(job, JobState.FAILED)
    return count


@transaction.atomic
def ring_waiting() -> int:
    """Ring for jobs that are due and were not rung for lately; for some of each kind.

    A bell starts whichever job has its turn, so a few are enough to wake the workers; and a bell
    that was heard too late is worth nothing, or thousands would pile up behind a long harvest.
    """
    return sum(ring_for_kind(kind) for kind in jobs.Job)


def ring_for_kind(kind: jobs.Job) -> int:
    """Ring for some waiting jobs of a kind, those first that were not rung for the longest."""
    now = timezone.now()
    waiting = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        Q(rung_at__lt=now - timedelta(seconds=settings.RESEND_S)) | Q(rung_at__lt=F("due_at")),
        kind=kind.value,
        state=JobState.QUEUED.value,
        due_at__lte=now,
    )
    chosen = [job.pk for job in waiting.order_by("rung_at")[:MOST_BELLS]]
    for job_id in chosen:
        jobs.enqueue(kind, job_id, expires_s=2 * settings.RESEND_S)
    return Job.objects.filter(pk__in=chosen).update(rung_at=now)
