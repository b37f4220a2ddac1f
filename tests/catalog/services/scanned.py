"""What tests of scans share: scans whose harvests were done as workers do them."""

import json
from pathlib import Path
from typing import Any

from catalog.jobs import Job as Kind
from catalog.models import Job, Source
from catalog.services.discover import discover_stores
from catalog.services.harvest import harvest_store
from catalog.services.sources import request_scan
from catalog.words import JobState
from plates.models import Store
from tests import factories, stores
from tests.store_writer import consolidate
from workers.tasks import work_on


def scan(source: Source, *, accept_losses: bool = False, failing: int = 0) -> dict[str, Any]:
    """What a scan finds, once all that it asks for is done."""
    job = request_scan(source=source, by=None, accept_losses=accept_losses)
    discover_stores(lease=factories.taken(job))
    waiting = Job.objects.filter(kind=Kind.HARVEST.value, state=JobState.QUEUED.value)
    for _ in range(waiting.count()):
        work_on(Kind.HARVEST, harvest_store)
    assert Job.objects.filter(state=JobState.FAILED.value).count() == failing
    job.refresh_from_db()
    assert job.state == JobState.DONE.value
    told: dict[str, Any] = job.outcome
    return told


def store(name: str) -> Store:
    return Store.objects.get(name=name)


def rename(folder: Path, name: str) -> None:
    document = folder / "zarr.json"
    told = json.loads(document.read_text())
    told["attributes"]["ome"]["plate"]["name"] = name
    document.write_text(json.dumps(told))


def three_plates(folder: Path) -> Path:
    """A folder of the plates a, b and c, of one well each."""
    for name in "abc":
        consolidate(stores.plate(folder / f"{name}.zarr", wells=["A/1"], name=name))
    return folder
