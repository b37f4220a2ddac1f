"""Scans in one process: what a worker does for the jobs of a source, one after the other."""

import time
from dataclasses import dataclass
from typing import Any

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.services.discover import discover_stores
from catalog.services.harvest import harvest_store
from catalog.services.sources import create_source, request_scan
from catalog.words import JobState
from tests import factories
from workers.tasks import work_on


@dataclass(frozen=True)
class Scan:
    """How long a scan took, with the harvests that it led to, and what it told."""

    seconds: float
    harvests: int
    told: dict[str, Any]


def make_source(name: str, url: str, **told: object) -> Source:
    """A source that is scanned only when it is asked for."""
    dataset: Dataset = factories.dataset(name)
    return create_source(by=None, name=name, url=url, default_dataset=dataset, schedule="", **told)


def scan(source: Source) -> Scan:
    """Scan a source, and harvest all that it asks for."""
    started = time.perf_counter()
    job = request_scan(source=source, by=None)
    work_on(Kind.DISCOVER, discover_stores)
    queued = Job.objects.filter(kind=Kind.HARVEST.value, state=JobState.QUEUED.value, parent=job)
    harvests = queued.count()
    for _ in range(harvests):
        work_on(Kind.HARVEST, harvest_store)
    seconds = time.perf_counter() - started
    job.refresh_from_db()
    assert job.state == JobState.DONE.value, job.error
    done = Job.objects.filter(kind=Kind.HARVEST.value, parent=job)
    assert set(done.values_list("state", flat=True)) <= {JobState.DONE.value}
    return Scan(seconds, harvests, job.outcome)
