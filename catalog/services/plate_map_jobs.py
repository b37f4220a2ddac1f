"""What workers do about plate maps; each is safe to run twice, and half of nothing is kept."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User

from catalog.models import Job
from catalog.services.heartbeat import heartbeat
from catalog.services.leases import Lease, job_of
from catalog.services.plate_map_dry_runs import try_plate_map
from catalog.services.plate_map_imports import import_plate_map, import_waiting_rows, take_back
from catalog.services.plate_map_watch import Watch, watch_under
from plates.models import PlateMap

log = logging.getLogger(__name__)


@contextmanager
def worked_on(lease: Lease) -> Iterator[tuple[Job, PlateMap, Watch]]:
    """The job of a lease and its plate map, watched until the block ends."""
    job = job_of(lease)
    if job.plate_map is None:
        raise PlateMap.DoesNotExist(f"job {job.pk} has no plate map")
    with heartbeat(lease) as alive:
        yield job, job.plate_map, watch_under(lease, alive)


def who_asked(job: Job) -> User | None:
    """The person for whom a job works."""
    return job.requested_by if isinstance(job.requested_by, User) else None


def check_plate_map(*, lease: Lease) -> None:
    """Say of each row what would become of it."""
    with worked_on(lease) as (_, plate_map, watch):
        try_plate_map(plate_map=plate_map, watch=watch)
    log.info("plate map %s: tried", plate_map.id)


def apply_plate_map(*, lease: Lease) -> None:
    """Put what all rows say at their wells."""
    with worked_on(lease) as (job, plate_map, watch):
        import_plate_map(plate_map=plate_map, by=who_asked(job), job=job, watch=watch)
    log.info("plate map %s: applied", plate_map.id)


def undo_plate_map(*, lease: Lease) -> None:
    """Take back what a plate map put at wells."""
    with worked_on(lease) as (job, plate_map, watch):
        take_back(plate_map=plate_map, by=who_asked(job), job=job, watch=watch)
    log.info("plate map %s: undone", plate_map.id)


def match_plate_map(*, lease: Lease) -> None:
    """Put at the wells of plates that came what waited for them."""
    with worked_on(lease) as (job, plate_map, watch):
        import_waiting_rows(plate_map=plate_map, job=job, watch=watch)
    log.info("plate map %s: matched again", plate_map.id)
