"""Counting: hold the objects of a store against what its arrays declare, and keep what is there."""

import logging
from datetime import datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import StoreUnread
from catalog.models import Job
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import end, locked_under
from catalog.services.leases import Lease, job_of
from catalog.services.locations import whereabouts
from catalog.services.standing import locked_store, record_standing
from catalog.services.store_jobs import ask_once, curated_holding, store_of
from catalog.services.validate import last_asked
from catalog.words import JobState
from plates.models import Store
from plates.omezarr.addressing import RootUrl
from plates.omezarr.chunk_counts import ChunkCounts
from plates.omezarr.object_listing import list_objects
from plates.omezarr.object_listing_local import UnreadFolder
from plates.omezarr.options import StoreOptions
from plates.omezarr.rules.rule import Policy
from plates.queries.declared import declared_of
from plates.services.counts import Counted, CountOutdated, counted_store, keep_count
from plates.states import Origin

log = logging.getLogger(__name__)

MOST: Final = 2**31 - 1
"""So far a job tells how far it is."""


@transaction.atomic
def request_count(
    *, store: Store, by: User | AnonymousUser | None, parent: Job | None = None
) -> Job:
    """The job that counts the chunks of a store: a new one, or the one that waits already.

    Nobody (None) is Platecat itself or the operator's command. NotAllowed for a person who is no
    curator of the store's dataset, StoreUnread for a store that was never read.
    """
    holding = curated_holding(store, by)
    if not Store.objects.filter(pk=store.pk).exclude(digest="").exists():
        raise StoreUnread
    return ask_once(jobs.Job.COUNT, holding=holding, by=by, parent=parent)


def count_store(*, lease: Lease) -> None:
    """List the objects of a store with no transaction open, then write what is there in one."""
    job = job_of(lease)
    store = store_of(job)
    _, policy = last_asked(store)
    with heartbeat(lease) as alive:
        place = whereabouts(store, job)[0]
        counted = counted_by_listing(
            store, place.url, place.options(job), policy=policy, alive=alive
        )
        write_count(lease=lease, store=store, counted=counted)
    log.info("store %s: %s", store.id, told(counted))


def counted_by_listing(
    store: Store, url: str, options: StoreOptions, *, policy: Policy, alive: Heartbeat
) -> Counted:
    """What of a store is there now; StoreError if its objects cannot be listed."""
    counted_at: datetime = timezone.now()
    unread: list[UnreadFolder] = []
    # The digest was read before: rows that a harvest changes meanwhile make the count outdated.
    counts = ChunkCounts(declared_of(store))
    expected = sum(array.grid.declared for array in counts.arrays.values() if array.grid)

    def progress(number: int) -> None:
        alive.progress(min(number, MOST), min(max(number, expected), MOST))

    objects = list_objects(
        RootUrl.parse(url), options=options, progress=progress, stop=alive.is_lost, unread=unread
    )
    counts.count(objects)
    return counted_store(
        counts,
        store,
        counted_at=counted_at,
        origin=Origin.LISTING,
        policy=policy,
        unread=[folder.path for folder in unread],
    )


@transaction.atomic
def write_count(*, lease: Lease, store: Store, counted: Counted) -> None:
    """Write a count and end its job, both or neither, if the lease still holds.

    A count that a later one has overtaken is dropped.
    """
    job = locked_under(lease)
    before = locked_store(store)
    job.progress_done = job.progress_total = min(counted.ledger.objects, MOST)
    job.error = ""
    try:
        changed = keep_count(store, counted)
    except CountOutdated:
        job.outcome = {"outdated": True}
    else:
        job.outcome = outcome_of(counted) | {"changed": changed}
    end(job, JobState.DONE)
    record_standing(before, job=job, verb="count")


def outcome_of(counted: Counted) -> dict[str, object]:
    """What a job or a command tells of a count."""
    found = counted.completeness
    return {
        "share": found.share.share,
        "declared": found.share.declared,
        "present": found.share.present,
        "whole": found.is_whole,
        "arriving": found.is_arriving,
        "uncounted": found.uncounted,
        "findings": sum(total.total for total in found.totals),
        "objects": counted.ledger.objects,
        "bytes": counted.ledger.bytes,
        "unread": list(counted.unread),
    }


def told(counted: Counted) -> str:
    """One line of the log about a count."""
    found = counted.completeness
    arriving = ", arriving" if found.is_arriving else ""
    return (
        f"{found.share.present:,} of {found.share.declared:,} chunk objects{arriving}, "
        f"{counted.ledger.objects:,} objects, {counted.ledger.bytes:,} bytes"
    )
