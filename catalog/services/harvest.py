"""Harvest: find the stores below a URL, read each, and write what was seen."""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction

from catalog import jobs
from catalog.errors import StoreIsElsewhere
from catalog.models import Dataset, Job, Source
from catalog.services.addresses import address_of
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import Lease, ask_for, end, finish_job, locked_under
from catalog.services.opening import options_for
from catalog.services.record import record
from catalog.services.stores import register_store, url_of
from catalog.services.validate import (
    keep_failure,
    record_verdict,
    request_validation_when_due,
    store_of,
)
from catalog.words import JobState
from plates.models import Store
from plates.omezarr.discover import search_stores
from plates.omezarr.errors import StoreError
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.layouts import ensure_layouts
from plates.services.load import Loaded, load_snapshot

log = logging.getLogger(__name__)


@transaction.atomic
def request_harvests(
    *, urls: Sequence[str], dataset: Dataset, by: User | None, source: Source | None = None
) -> list[Job]:
    """A job for each URL that harvests the store there, or every store below it; all or none."""
    addresses = [address_of(url) for url in urls]
    asked = []
    for address in addresses:
        job = ask_for(jobs.Job.DISCOVER, dataset=dataset, by=by, url=address, source=source)
        record("harvest", job, by=by, dataset=dataset, job=job, changes={"url": (None, address)})
        asked.append(job)
    return asked


def request_harvest(
    *, url: str, dataset: Dataset, by: User | None, source: Source | None = None
) -> Job:
    """A job that harvests the store at a URL, or every store below it."""
    (job,) = request_harvests(urls=[url], dataset=dataset, by=by, source=source)
    return job


def discover_stores(*, lease: Lease) -> None:
    """Find the stores at or below the job's URL, and ask for the harvest of each as it is found."""
    job = job_of(lease)
    refused: list[dict[str, str]] = []
    stores = 0
    with heartbeat(lease) as alive:
        search = search_stores(
            job.url,
            options=options_for(job.source),
            progress=alive.progress,
            stop=alive.is_lost,
        )
        for batch in search:
            refused += ask_for_stores(lease, job, [store.url for store in batch])
            stores += len(batch)
    outcome: dict[str, object] = {
        "stores": stores - len(refused),
        "refused": refused,
        "unread": list(search.unread),
        "complete": search.complete,
    }
    finish_job(lease=lease, outcome=outcome)
    log.info("job %s: %d stores at %s", job.pk, stores, job.url)


@transaction.atomic
def ask_for_stores(lease: Lease, job: Job, urls: Sequence[str]) -> list[dict[str, str]]:
    """Register some discovered stores and ask for their harvests; those that were refused.

    Small transactions, so that other work in the dataset does not wait; a store that the job asked
    for already, in an attempt before this one, is not asked for again.
    """
    locked_under(lease)
    refused = []
    asked = set(Job.objects.filter(parent=job).values_list("store", flat=True))
    for url in urls:
        try:
            store = register_store(
                url=url, dataset=job.dataset, by=job.requested_by, source=job.source
            )
        except StoreIsElsewhere as refusal:
            refused.append({"url": url, "error": str(refusal)})
            continue
        if store.pk not in asked:
            ask_for_harvest(job, store, url)
    return refused


def ask_for_harvest(job: Job, store: Store, url: str) -> None:
    """Ask for the harvest of a store that a job discovered."""
    ask_for(
        jobs.Job.HARVEST,
        dataset=job.dataset,
        by=job.requested_by,
        url=url,
        store=store,
        source=job.source,
        parent=job,
    )


def harvest_store(*, lease: Lease) -> None:
    """Read a store with no transaction open, then write all of it in one."""
    started = time.monotonic()
    job = job_of(lease)
    store = store_of(job)
    with heartbeat(lease) as alive:
        snapshot = read(lease, job, store, alive)
        layouts = ensure_layouts(snapshot)
        loaded = write_harvest(lease, store, snapshot, layouts, started)
    log.info("store %s: %s", store.id, told(snapshot, loaded))


def read(lease: Lease, job: Job, store: Store, alive: Heartbeat) -> StoreSnapshot:
    """The store as it is now; what keeps it from being read is told on the store too."""
    try:
        return read_store(
            url_of(store),
            options=options_for(job.source),
            progress=alive.progress,
            stop=alive.is_lost,
        )
    except StoreError as error:
        keep_failure(lease=lease, store=store, error=error)
        raise


@transaction.atomic
def write_harvest(
    lease: Lease,
    store: Store,
    snapshot: StoreSnapshot,
    layouts: dict[str, int],
    started: float,
) -> Loaded:
    """Write a snapshot and end its job, both or neither, if the lease still holds."""
    job = locked_under(lease)
    before = Store.objects.values_list("verdict", flat=True).get(pk=store.pk)
    loaded = load_snapshot(store, snapshot, layouts=layouts)
    job.progress_done = job.progress_total = snapshot.documents
    job.error = ""
    job.outcome = asdict(loaded) | {
        "seconds": round(time.monotonic() - started, 3),
        "documents": snapshot.documents,
        "changed": loaded.rows_written > 0,
    }
    end(job, JobState.DONE)
    request_validation_when_due(store=store, job=job)
    if loaded.rows_written:
        changes = {"digest": (store.digest, snapshot.digest)}
        record("harvest", store, by=None, dataset=job.dataset, job=job, changes=changes)
        after = Store.objects.values_list("verdict", flat=True).get(pk=store.pk)
        record_verdict(store, before, after, job=job)
    return loaded


def job_of(lease: Lease) -> Job:
    """The job of a lease with all that its work needs."""
    return Job.objects.select_related("dataset", "source", "store", "requested_by").get(
        pk=lease.job_id
    )


def told(snapshot: StoreSnapshot, loaded: Loaded) -> str:
    """One line of the log about a harvest."""
    return (
        f"{snapshot.documents} documents, {loaded.wells} wells, {loaded.fields} fields, "
        f"{loaded.images} images, {loaded.missing} missing, {loaded.rows_written} rows written"
    )
