"""Harvest: read a store, and write what was seen."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.models import Job
from catalog.services.changes import changes_by_load, write_changes
from catalog.services.due_counts import request_count_when_due
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import (
    end,
    locked_under,
)
from catalog.services.leases import Lease, job_of
from catalog.services.locations import Whereabouts, read_somewhere, whereabouts
from catalog.services.mirrors import ask_for_mirrors, end_at_mirror
from catalog.services.plate_map_matches import request_matches
from catalog.services.previews import request_preview_when_due
from catalog.services.proposals import propose_identities, settle_proposals
from catalog.services.record import record
from catalog.services.standing import locked_store, record_standing, record_verdict
from catalog.services.store_jobs import store_of
from catalog.services.validate import keep_failure, request_validation_when_due
from catalog.words import JobState
from plates.models import Evidence, Store
from plates.omezarr.errors import StoreError
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.validate import is_unreadable
from plates.services.evidence import (
    Seen,
    are_copies_behind,
    chunks_seen,
    keep_evidence,
    listed_before,
    seen_before,
    seen_of_unreadable,
    seen_with,
)
from plates.services.layouts import ensure_layouts
from plates.services.load import Loaded, load_snapshot
from plates.services.stores import lie_again
from plates.states import Strength

log = logging.getLogger(__name__)

Reading: TypeAlias = tuple[StoreSnapshot, Seen]
"""A store as it was read, and by what a change will show."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a store before it was read: the signs of its root, and of all of it."""

    signs: Mapping[str, str | None] = field(default_factory=dict)
    listed: bytes | None = None
    inventoried: bytes | None = None


def harvest_store(*, lease: Lease) -> None:
    """Read a store with no transaction open, then write all of it in one."""
    started = time.monotonic()
    job = job_of(lease)
    store = store_of(job)
    began_at = timezone.now()
    with heartbeat(lease) as alive:
        place, (snapshot, seen) = read(lease, job, store, alive, began_at)
        if place.is_mirror:
            write_mirror(lease, store, place, snapshot, seen, began_at)
            return
        layouts = ensure_layouts(snapshot)
        loaded = write_harvest(lease, store, snapshot, layouts, started, place, seen, began_at)
    settle_proposals(job=job, store=store)
    log.info("store %s: %s", store.id, told(snapshot, loaded))


def read(
    lease: Lease, job: Job, store: Store, alive: Heartbeat, began_at: datetime
) -> tuple[Whereabouts, Reading]:
    """The store as it is now, by what a change will show, and where it was read.

    What failed is told on it too, unless it was looked at as a mirror alone.
    """
    places = whereabouts(store, job)
    sights: dict[str, Sight] = {}

    def read_there(place: Whereabouts) -> Reading:
        before = sights[place.url] = sight_of(place, job)
        return read_at(place, job, alive, began_at, before)

    try:
        return read_somewhere(
            places,
            read_there,
            fits=lambda reading: reading[0].digest == store.digest,
        )
    except StoreError as error:
        if not places[0].is_mirror:
            keep_failure(lease=lease, store=store, error=error)
            if is_unreadable(error):  # until it changes there is no use in reading it again
                before = sights.get(places[0].url, Sight())
                seen = with_whole(seen_of_unreadable(before.signs), before)
                keep_evidence(places[0].location, seen, read_at=began_at)
        raise


def strength_of(job: Job) -> Strength:
    """By what the stores of a job are compared."""
    return Strength(job.source.strength) if job.source else Strength.CONSOLIDATED


def sight_of(place: Whereabouts, job: Job) -> Sight:
    """What is seen of a store before it is read, so that a change during that shows."""
    options = place.options(job)
    told = job.options.get(jobs.INVENTORIED) if place.url == job.url else None
    return Sight(
        seen_before(place.url, options=options),
        listed_before(place.url, options=options, strength=strength_of(job)),
        bytes.fromhex(str(told)) if told else None,
    )


def with_whole(seen: Seen, before: Sight) -> Seen:
    """The evidence for a reading, with what was told of the store as a whole before."""
    return replace(seen, listed=before.listed, inventoried=before.inventoried)


def read_at(
    place: Whereabouts, job: Job, alive: Heartbeat, began_at: datetime, before: Sight
) -> Reading:
    """What is to be read at one place of a store, whose root had these signs before."""
    url, options = place.url, place.options(job)
    known = Evidence.objects.filter(location=place.location).first()
    by_documents = bool(job.options.get(jobs.BY_DOCUMENTS)) or are_copies_behind(
        known, before.signs
    )
    snapshot = read_store(
        url,
        options=options,
        progress=alive.progress,
        stop=alive.is_lost,
        copies=not by_documents,
    )
    seen = seen_with(
        snapshot,
        before=before.signs,
        began_at=began_at,
        options=options,
        strength=strength_of(job),
    )
    digest = store_of(job).digest
    chunks = chunks_seen(snapshot, known, digest=digest, options=options)
    return snapshot, replace(with_whole(seen, before), chunks=chunks)


@transaction.atomic
def write_mirror(
    lease: Lease,
    store: Store,
    place: Whereabouts,
    snapshot: StoreSnapshot,
    seen: Seen,
    began_at: datetime,
) -> None:
    """End the harvest of a store that was read at a mirror: the rows of the store stay."""
    job = locked_under(lease)
    before = locked_store(store)
    if end_at_mirror(lease, store, place, snapshot.digest, {"documents": snapshot.documents}):
        keep_evidence(place.location, seen, read_at=began_at)
    record_standing(before, job=job, verb="harvest")


@transaction.atomic
def write_harvest(
    lease: Lease,
    store: Store,
    snapshot: StoreSnapshot,
    layouts: dict[str, int],
    started: float,
    place: Whereabouts,
    seen: Seen,
    began_at: datetime,
) -> Loaded:
    """Write a snapshot and end its job, both or neither, if the lease still holds."""
    job = locked_under(lease)
    loaded = load_snapshot(store, snapshot, layouts=layouts)
    lie_again(place.location)
    job.progress_done = job.progress_total = snapshot.documents
    job.error = ""
    job.outcome = loaded.told() | {
        "seconds": round(time.monotonic() - started, 3),
        "documents": snapshot.documents,
        "changed": loaded.rows_written > 0,
        "url": place.url,
    }
    end(job, JobState.DONE)
    keep_evidence(place.location, seen, read_at=began_at)
    request_validation_when_due(store=store, job=job)
    request_count_when_due(store=store, job=job)
    request_preview_when_due(store=store, job=job)
    if (written := loaded.written) is not None:
        before, after = written.before, written.after
        changes = {"digest": (before.digest, after.digest)}
        record("harvest", store, by=None, dataset=job.dataset, job=job, changes=changes)
        record_verdict(before, after, job=job)
    if store.digest and store.digest != snapshot.digest:
        ask_for_mirrors(store, job)
    propose_identities(store=store)
    if written is not None:
        request_matches_of(written.after, job)
        # Last of all: who writes changes holds up all others who do.
        write_changes(changes_by_load(written, job=job))
    return loaded


def request_matches_of(store: Store, job: Job) -> None:
    """Ask for what waits in plate maps for the plate that a store shows, as it is called now."""
    if store.plate is not None:
        request_matches(plate=store.plate, job=job)


def told(snapshot: StoreSnapshot, loaded: Loaded) -> str:
    """One line of the log about a harvest."""
    return (
        f"{snapshot.documents} documents, {loaded.wells} wells, {loaded.fields} fields, "
        f"{loaded.images} images, {loaded.missing} missing, {loaded.rows_written} rows written"
    )
