"""Leases: whose turn it is, and the right to work on a job until it is not renewed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog import jobs
from catalog.models import Job
from catalog.services.places import room_at, wanted_by
from catalog.words import JobState

LEAST_SHARE = 4
"""A job starts with a quarter of the requests that it wants at once, or waits for more room."""
_TURNS_LOCK = 7_203_114_901

# Every lane with a job that is due, its oldest such job, and how many of the lane run: one look
# into the index for each lane, however many jobs wait in it.
_HEADS = """
    WITH RECURSIVE lanes AS (
        (SELECT lane FROM catalog_job WHERE state = 'queued' AND kind = %(kind)s
          ORDER BY lane LIMIT 1)
        UNION ALL
        SELECT (SELECT j.lane FROM catalog_job j
                 WHERE j.state = 'queued' AND j.kind = %(kind)s AND j.lane > l.lane
                 ORDER BY j.lane LIMIT 1)
          FROM lanes l WHERE l.lane IS NOT NULL
    )
    SELECT head.id
      FROM lanes
      JOIN LATERAL (
          SELECT id, due_at FROM catalog_job j
           WHERE j.state = 'queued' AND j.kind = %(kind)s AND j.lane = lanes.lane
             AND j.due_at <= %(now)s
           ORDER BY j.due_at, j.id LIMIT 1) head ON TRUE
      LEFT JOIN LATERAL (
          SELECT count(*) AS number FROM catalog_job r
           WHERE r.state = 'running' AND r.lane = lanes.lane) running ON TRUE
     ORDER BY running.number, head.due_at, head.id
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one job, until it is not renewed."""

    job_id: uuid.UUID
    token: uuid.UUID
    known_as: Mapping[str, object] = field(default_factory=dict, compare=False)
    """What the log tells of the job in each line: its kind, its store, the request that asked for it."""


@transaction.atomic
def take_turn(*, kind: jobs.Job) -> Lease | None:
    """The lease of the job whose turn it is, or None if none is due and has room at its host.

    The lane (the source at its host) with the fewest running jobs comes first, so that ten thousand
    stores of one source do not keep another one waiting.
    """
    with connection.cursor() as cursor:
        # One after the other, or two would give away the same room.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS_LOCK])
        cursor.execute(_HEADS, {"kind": kind.value, "now": timezone.now()})
        heads = [job_id for (job_id,) in cursor.fetchall()]
    for job_id in heads:
        if (lease := take_lease(job_id=job_id)) is not None:
            return lease
    return None


@transaction.atomic
def take_lease(*, job_id: uuid.UUID) -> Lease | None:
    """The lease of a job that is due, or None if it is taken, over, not due or without room."""
    now = timezone.now()
    job = (
        Job.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("source", "store")
        .filter(pk=job_id, state=JobState.QUEUED.value, due_at__lte=now)
        .first()
    )
    if job is None or not (share := share_of(job)):
        return None
    job.state = JobState.RUNNING.value
    job.attempts += 1
    job.requests = share
    job.lease_token = uuid.uuid4()
    job.lease_until = now + timedelta(seconds=settings.LEASE_S)
    job.started_at = job.started_at or now
    job.progress_done = job.progress_total = 0
    job.save()
    return Lease(job.pk, job.lease_token, facts_of(job))


def facts_of(job: Job) -> Mapping[str, object]:
    """What the log tells of a job."""
    return {
        "request_id": job.request_id,
        "job_id": str(job.pk),
        "kind": job.kind.rpartition(".")[2],
        "store_id": str(job.store.id) if job.store else "",
        "user_id": job.requested_by_id,
    }


def share_of(job: Job) -> int:
    """How many requests at once a job gets at its host; 0 if it has to wait for others to end."""
    wanted = wanted_by(job.source)
    running = Job.objects.filter(place=job.place, state=JobState.RUNNING.value)
    share = min(wanted, room_at(job.place, taken=sum(running.values_list("requests", flat=True))))
    return share if share * LEAST_SHARE >= wanted else 0


def renew_lease(*, lease: Lease, done: int, total: int) -> bool:
    """Keep the job for another while and tell how far it is; False if it is lost."""
    held = Job.objects.filter(
        pk=lease.job_id, lease_token=lease.token, state=JobState.RUNNING.value
    )
    until = timezone.now() + timedelta(seconds=settings.LEASE_S)
    return bool(held.update(lease_until=until, progress_done=done, progress_total=total))


def job_of(lease: Lease) -> Job:
    """The job of a lease with all that its work needs."""
    return Job.objects.select_related(
        "dataset", "source", "store", "plate_map", "requested_by"
    ).get(pk=lease.job_id)
