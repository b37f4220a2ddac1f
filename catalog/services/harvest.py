"""Harvest: find the stores below a URL, read each, and write what was seen."""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import StoreIsElsewhere
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.addresses import address_of, allowed_address
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import (
    ask_for,
    end,
    finish_job,
    locked_under,
    missed,
    try_again,
)
from catalog.services.leases import Lease
from catalog.services.opening import options_of
from catalog.services.record import record
from catalog.services.scans import scan_source
from catalog.services.stores import register_store, url_of
from catalog.services.validate import (
    keep_failure,
    record_verdict,
    refuse_all_but_curators,
    request_validation_when_due,
    store_of,
)
from catalog.words import JobState
from plates.models import Store
from plates.omezarr.discover import search_stores
from plates.omezarr.errors import StoreError
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.evidence import Seen, keep_evidence, seen_before, seen_with
from plates.services.layouts import ensure_layouts
from plates.services.load import Loaded, load_snapshot
from plates.states import Strength

log = logging.getLogger(__name__)


@transaction.atomic
def request_harvests(
    *, urls: Sequence[str], dataset: Dataset, by: User | None, source: Source | None = None
) -> list[Job]:
    """A job for each URL that harvests the store there, or every store below it; all or none."""
    addresses = [
        address_of(url) if by is None else allowed_address(url, parameter="url") for url in urls
    ]
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


@transaction.atomic
def request_store_harvest(*, store: Store, by: User | AnonymousUser | None) -> Job:
    """The job that reads a known store again: a new one, or the one that waits already.

    NotAllowed for a person who is no curator of the store's dataset.
    """
    locked = Holding.objects.select_for_update(no_key=True, of=("self",))
    holding = locked.select_related("dataset", "source").get(store=store)
    refuse_all_but_curators(by, holding.dataset)
    waiting = Job.objects.filter(
        kind=jobs.Job.HARVEST.value, store=store, state=JobState.QUEUED.value
    ).first()
    if waiting is not None:
        return waiting
    person = by if isinstance(by, User) else None
    job = ask_for(
        jobs.Job.HARVEST,
        dataset=holding.dataset,
        by=person,
        url=url_of(store),
        store=store,
        source=holding.source,
    )
    record("harvest", store, by=person, dataset=holding.dataset, job=job)
    return job


def discover_stores(*, lease: Lease) -> None:
    """Find the stores at or below the job's URL, and ask for the harvest of each as it is found."""
    job = job_of(lease)
    if job.options.get(jobs.IS_SCAN) and job.source is not None:
        scan_source(lease=lease, job=job, source=job.source)
        return
    refused: list[dict[str, str]] = []
    stores = 0
    with heartbeat(lease) as alive:
        search = search_stores(
            job.url,
            options=options_of(job),
            progress=alive.progress,
            stop=alive.is_lost,
        )
        for batch in search:
            refused += ask_for_stores(lease, job, [store.url for store in batch])
            stores += len(batch)
    if search.passes and try_again(lease=lease, error=missed(search.unread)):
        return
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
                url=url,
                dataset=job.dataset,
                by=job.requested_by,
                source=job.source,
                guarded=job.guarded,
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
    began_at = timezone.now()
    with heartbeat(lease) as alive:
        snapshot, seen = read(lease, job, store, alive, began_at)
        layouts = ensure_layouts(snapshot)
        loaded = write_harvest(lease, store, snapshot, layouts, started)
        keep_evidence(store, seen, read_at=began_at)
    log.info("store %s: %s", store.id, told(snapshot, loaded))


def read(
    lease: Lease, job: Job, store: Store, alive: Heartbeat, began_at: datetime
) -> tuple[StoreSnapshot, Seen]:
    """The store as it is now, and by what a change will show; what failed is told on it too."""
    url, options = url_of(store), options_of(job)
    try:
        before = seen_before(url, options=options)
        snapshot = read_store(
            url,
            options=options,
            progress=alive.progress,
            stop=alive.is_lost,
            copies=not job.options.get(jobs.BY_DOCUMENTS),
        )
    except StoreError as error:
        keep_failure(lease=lease, store=store, error=error)
        raise
    strength = Strength(job.source.strength) if job.source else Strength.CONSOLIDATED
    seen = seen_with(snapshot, before=before, began_at=began_at, options=options, strength=strength)
    return snapshot, seen


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
