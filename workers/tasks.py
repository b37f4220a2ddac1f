"""Each task is limits and one service call; what goes wrong is stored on the job."""

import logging
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection

from catalog.errors import CatalogError, LeaseLost
from catalog.jobs import Job
from catalog.services.count import count_store
from catalog.services.discover import discover_stores
from catalog.services.forgetting import forget_idle_scans
from catalog.services.harvest import harvest_store
from catalog.services.jobs import fail_job, tend_jobs
from catalog.services.leases import Lease, take_turn
from catalog.services.link_tests import try_links
from catalog.services.plate_map_jobs import (
    apply_plate_map,
    check_plate_map,
    match_plate_map,
    undo_plate_map,
)
from catalog.services.previews import draw_store
from catalog.services.publication import make_version
from catalog.services.sign_ins import forget_sign_ins
from catalog.services.sources import request_due_scans
from catalog.services.term_counts import fold_term_counts
from catalog.services.validate import validate_store
from catalog.services.vocabulary import work_on_vocabulary
from catalog.tracing import traced
from catalog.words import JobState
from plates.omezarr.errors import ReadCancelled, StoreError
from plates.platemaps.errors import PlateMapRefused
from plates.services.annotation_lock import ImportStopped

log = logging.getLogger(__name__)

HOUR = 3600


Task = TypeVar("Task", bound=Callable[..., None])


def task(name: str, *, limit_s: int) -> Callable[[Task], Task]:
    """Register a function under a name; past its limit it is interrupted, a minute later killed."""
    registered: Callable[[Task], Task] = shared_task(
        name=name, soft_time_limit=limit_s, time_limit=limit_s + 60
    )
    return registered


class Work(Protocol):
    """A service that works under a lease."""

    def __call__(self, *, lease: Lease) -> None:
        """Do the work; raise what goes wrong."""


def work_on(kind: Job, work: Work) -> None:
    """Take the turn of a job of this kind, work, and store what went wrong; or do nothing.

    The bell names the job that it was rung for, but the job whose turn it is may be another one.
    """
    lease = take_turn(kind=kind)
    if lease is None:
        return
    began = time.monotonic()
    with traced(**lease.known_as):
        how = worked(lease, work)
        facts = {"state": how, "milliseconds": round((time.monotonic() - began) * 1000)}
        log.info("job %s: %s", lease.job_id, how, extra=facts)


def worked(lease: Lease, work: Work) -> str:
    """How it went: `done`, `failed`, `queued` where it will be tried again, or `dropped`."""
    try:
        work(lease=lease)
    except (LeaseLost, ReadCancelled, ImportStopped):
        log.warning("job %s: the lease was lost, the work is dropped", lease.job_id)
        return DROPPED
    except StoreError as error:
        return give_up(lease, str(error), passing=error.passing)
    except (CatalogError, PlateMapRefused) as error:
        return give_up(lease, str(error), passing=False)
    except SoftTimeLimitExceeded:
        return give_up(lease, TOO_LONG, passing=False)
    except Exception as error:
        log.exception("job %s failed", lease.job_id)
        # A database that went away comes back; what is wrong with the work itself stays wrong.
        away = isinstance(error, OperationalError | InterfaceError)
        if away and not connection.in_atomic_block:
            # The next statement gets a connection that works, if there is one again.
            connection.close_if_unusable_or_obsolete()
        return give_up(lease, UNEXPECTED.format(job_id=lease.job_id), passing=away)
    return JobState.DONE.value


DROPPED = "dropped"
TOO_LONG = (
    "This took longer than a job may take; nothing was half-written. Ask for less at once, a smaller "
    "root or a smaller file, or look whether the storage is slow."
)
UNEXPECTED = (
    "Something went wrong inside Platecat while it was on this job; nothing was half-written. "
    "The worker's log tells more under the number {job_id}."
)


def give_up(lease: Lease, sentence: str, *, passing: bool) -> str:
    """Store a failure, unless another worker has the job by now; how that left the job."""
    try:
        again = fail_job(lease=lease, error=sentence, passing=passing)
    except LeaseLost:
        return DROPPED
    log.warning("job %s: %s%s", lease.job_id, sentence, " Trying again." if again else "")
    return JobState.QUEUED.value if again else JobState.FAILED.value


@task(Job.DISCOVER.value, limit_s=6 * HOUR)
def discover_task(job_id: str) -> None:
    """Look for stores below a URL."""
    work_on(Job.DISCOVER, discover_stores)


@task(Job.HARVEST.value, limit_s=2 * HOUR)
def harvest_task(job_id: str) -> None:
    """Read one store and write what was seen."""
    work_on(Job.HARVEST, harvest_store)


@task(Job.VALIDATE.value, limit_s=2 * HOUR)
def validate_task(job_id: str) -> None:
    """Ask every rule about one store."""
    work_on(Job.VALIDATE, validate_store)


@task(Job.COUNT.value, limit_s=6 * HOUR)
def count_task(job_id: str) -> None:
    """Count the chunk objects of one store."""
    work_on(Job.COUNT, count_store)


@task(Job.TEST_LINKS.value, limit_s=HOUR // 6)
def test_links_task(job_id: str) -> None:
    """Ask for one store as a viewer would."""
    work_on(Job.TEST_LINKS, try_links)


@task(Job.PREVIEW.value, limit_s=6 * HOUR)
def preview_task(job_id: str) -> None:
    """Draw one store."""
    work_on(Job.PREVIEW, draw_store)


@task(Job.CHECK_PLATE_MAP.value, limit_s=HOUR)
def check_plate_map_task(job_id: str) -> None:
    """Try a plate map."""
    work_on(Job.CHECK_PLATE_MAP, check_plate_map)


@task(Job.APPLY_PLATE_MAP.value, limit_s=2 * HOUR)
def apply_plate_map_task(job_id: str) -> None:
    """Apply a plate map."""
    work_on(Job.APPLY_PLATE_MAP, apply_plate_map)


@task(Job.UNDO_PLATE_MAP.value, limit_s=2 * HOUR)
def undo_plate_map_task(job_id: str) -> None:
    """Undo a plate map."""
    work_on(Job.UNDO_PLATE_MAP, undo_plate_map)


@task(Job.MATCH_PLATE_MAP.value, limit_s=2 * HOUR)
def match_plate_map_task(job_id: str) -> None:
    """Apply what of a plate map waited for plates."""
    work_on(Job.MATCH_PLATE_MAP, match_plate_map)


@task(Job.PUBLISH.value, limit_s=6 * HOUR)
def publish_task(job_id: str) -> None:
    """Make a version of a dataset."""
    work_on(Job.PUBLISH, make_version)


@task(Job.MERGE_TERMS.value, limit_s=2 * HOUR)
def merge_terms_task(job_id: str) -> None:
    """Tell values as one, or as themselves again."""
    work_on(Job.MERGE_TERMS, work_on_vocabulary)


@task("workers.tend_jobs", limit_s=60)
def tend_jobs_task() -> None:
    """Take up lost jobs, ring for waiting ones, and ask for the scans that are due."""
    tend_jobs()
    request_due_scans()


@task("workers.fold_term_counts", limit_s=600)
def fold_term_counts_task() -> None:
    """Add up what imports and harvests wrote down of counts of terms."""
    fold_term_counts()


@task("workers.forget_idle_scans", limit_s=600)
def forget_idle_scans_task() -> None:
    """Delete old scans that found nothing new, and sign-ins that are kept no longer."""
    forget_idle_scans()
    forget_sign_ins()
