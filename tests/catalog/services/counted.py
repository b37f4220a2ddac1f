"""What tests of counting share: stores that were counted as a worker does it, made old or young."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from catalog.jobs import Job as Kind
from catalog.models import Job
from catalog.services.count import count_store, request_count
from catalog.words import JobState
from plates.models import Count, Finding, Store
from tests import factories

DAY_S = timedelta(days=1).total_seconds()


def age(folder: Path, *, seconds: float = DAY_S) -> Path:
    """Make all files of a store as old as that, so that it is not arriving."""
    then = time.time() - seconds
    for path in folder.rglob("*"):
        os.utime(path, (then, then))
    return folder


def counts_of(store: Store) -> list[Job]:
    """The counts that were asked for, the oldest first."""
    return list(Job.objects.filter(store=store, kind=Kind.COUNT.value).order_by("id"))


def work(job: Job) -> Job:
    """Do the work of a count, as a worker does."""
    count_store(lease=factories.taken(job))
    job.refresh_from_db()
    return job


def counted(store: Store) -> Count:
    """A store, counted as somebody asked."""
    job = work(request_count(store=store, by=None))
    assert job.state == JobState.DONE.value
    store.refresh_from_db()
    return Count.objects.get(store=store)


def findings(store: Store) -> dict[str, list[str]]:
    """The nodes of the examples of each finding, by rule."""
    rows = Finding.objects.filter(store=store)
    return {row.rule: [example["node"] for example in row.examples] for row in rows}


def moment(folder: Path) -> datetime:
    """When the newest file of a store was changed."""
    newest = max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())
    return datetime.fromtimestamp(newest).astimezone()
