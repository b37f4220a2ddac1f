"""Scans of a source: what is new there is harvested, what has changed read again, the rest noted."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog import jobs
from catalog.errors import StoreIsElsewhere
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.changes import change_of, write_changes
from catalog.services.dataset_rule import dataset_named_by
from catalog.services.datasets import find_or_create_dataset
from catalog.services.due_counts import ask_for_due_counts
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import ask_for, finish_job, locked_under, missed, try_again
from catalog.services.leases import Lease
from catalog.services.opening import options_of
from catalog.services.proposals import settle_proposals
from catalog.services.record import record
from catalog.services.scan_counts import count_due_by, tell_inventory
from catalog.services.sightings import Sighting, find_in
from catalog.services.stores import register_store
from catalog.services.tally import Tally
from catalog.words import ChangeVerb, JobState
from plates.models import Evidence, Location, Store
from plates.models.location import digest_of_url
from plates.omezarr.options import StoreOptions
from plates.services.looks import Known, compare, note_unchanged
from plates.services.stores import mark_vanished
from plates.states import OF_DOCUMENTS, Reach, Strength

log = logging.getLogger(__name__)

REST: Final = timedelta(hours=1)
"""So long a store whose harvest has failed is left alone."""
FEW: Final = 10
"""So few stores may vanish at once without anybody being asked."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan under way."""

    lease: Lease
    job: Job
    source: Source
    options: StoreOptions
    alive: Heartbeat
    sighting: Sighting
    tally: Tally
    unchanged: set[int] = field(default_factory=set)
    """The stores that are as they were."""


def scan_source(*, lease: Lease, job: Job, source: Source) -> None:
    """Find the stores of a source, compare them with those that are known, and ask for harvests."""
    options = options_of(job)
    tally = Tally(source.strength)
    found: set[str] = set()
    with heartbeat(lease) as alive, ExitStack() as kept:
        sighting = Sighting(kept)
        scan = Scan(lease, job, source, options, alive, sighting, tally)
        for urls in find_in(source, options, alive, sighting):
            look_at(scan, urls)
            found.update(urls)
        tally.stores, tally.unread = len(found), list(sighting.unread)
        tally.complete = sighting.complete
        if sighting.complete:
            let_go(lease, job, source, lambda url: url in found or not sighting.covers(url), tally)
        tally.moved = settle_proposals(job=job)
        if sighting.inventory is not None:
            tell_inventory(sighting.inventory, tally)
            count_due_by(
                sighting.inventory,
                scan.unchanged,
                lease=lease,
                job=job,
                source=source,
                tally=tally,
                alive=alive,
            )
    if sighting.passes and try_again(lease=lease, error=missed(tally.unread)):
        return
    Source.objects.filter(pk=source.pk).update(scanned_at=timezone.now())
    finish_job(lease=lease, outcome=asdict(tally))
    log.info("source %s: %s", source.name, asdict(tally))


def look_at(scan: Scan, urls: Sequence[str]) -> None:
    """Register what is new of some stores, and ask for the harvest of those that may have changed."""
    source, tally = scan.source, scan.tally
    known = known_at(urls)
    adopt(source, [one.store for one in known.values()])
    due = [url for url, one in known.items() if is_due(one, source)]
    asked = [one.known for url, one in known.items() if one.known and url not in due]
    compared = compare(
        asked,
        strength=Strength(source.strength),
        options=scan.options,
        inventoried=scan.sighting.inventoried,
        stop=scan.alive.is_lost,
    )
    note_unchanged(compared.unchanged)
    away = {one.url for one in asked if one.location in compared.unreachable}
    again = [url for url in known if known[url].reach != Reach.OK.value and url not in away]
    due = [*due, *(url for url in again if url not in due)]
    settled = {*away, *due}
    changed = [
        one.url
        for one in asked
        if one.location not in compared.unchanged and one.url not in settled
    ]
    new = [url for url in urls if url not in known]
    tally.refused += ask_for_some(scan, [*new, *changed, *due])
    tally.new += len(new)
    tally.changed += len(changed)
    tally.due += len(due)
    tally.away += len(away)
    same = [
        one.store
        for one in known.values()
        if one.known and one.known.location in compared.unchanged
    ]
    scan.unchanged.update(same)
    if scan.sighting.inventory is None:
        tally.counts += ask_for_due_counts(scan.lease, scan.job, source, same)
    tally.add(compared)


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store of the catalog at a URL, with the evidence for it if it was ever read."""

    store: int
    reach: str
    known: Known | None


def known_at(urls: Sequence[str]) -> Mapping[str, KnownStore]:
    """The stores of the catalog that lie at some URLs."""
    digests = [digest_of_url(url) for url in urls]
    rows = Location.objects.filter(url_digest__in=digests, gone_at=None)
    return {
        location.url: KnownStore(location.store.pk, location.store.reach, evidence_at(location))
        for location in rows.select_related("store", "evidence")
    }


def adopt(source: Source, stores: Sequence[int]) -> None:
    """Let stores that were entered by hand belong to the source that they lie in."""
    Holding.objects.filter(store__in=stores, source=None).update(source=source)


def evidence_at(location: Location) -> Known | None:
    """The evidence for the store at a location."""
    evidence: Evidence | None = getattr(location, "evidence", None)
    if evidence is None:
        return None
    return Known(location.pk, location.url, evidence)


def is_due(one: KnownStore, source: Source) -> bool:
    """Whether a store is read again whatever its signs say."""
    if one.known is None:
        return True
    age = timezone.now() - one.known.evidence.read_at
    return age > timedelta(days=source.full_read_days)


@transaction.atomic
def ask_for_some(scan: Scan, urls: Sequence[str]) -> list[dict[str, str]]:
    """Ask for the harvests of some stores, unless one waits already; those that were refused."""
    locked_under(scan.lease)
    source, job = scan.source, scan.job
    refused = []
    for url in urls:
        dataset = dataset_for(source, url, job)
        try:
            store = register_store(
                url=url, dataset=dataset, by=job.requested_by, source=source, guarded=job.guarded
            )
        except StoreIsElsewhere as refusal:
            refused.append({"url": url, "error": str(refusal)})
            continue
        if not is_in_hand(store, url):
            ask_for(
                jobs.Job.HARVEST,
                dataset=dataset,
                by=job.requested_by,
                url=url,
                store=store,
                source=source,
                parent=job,
                options=how_to_read(source, scan.sighting.inventoried.get(url)),
            )
    return refused


def how_to_read(source: Source, inventoried: bytes | None) -> dict[str, object]:
    """The options of a harvest: who wants the evidence of documents believes no copies of them."""
    options: dict[str, object] = {}
    if Strength(source.strength) in OF_DOCUMENTS:
        options[jobs.BY_DOCUMENTS] = True
    if inventoried is not None:
        options[jobs.INVENTORIED] = inventoried.hex()
    return options


def is_in_hand(store: Store, url: str) -> bool:
    """Whether a harvest of a store goes on, or has failed so lately that another would too."""
    asked = Job.objects.filter(store=store, url=url, kind=jobs.Job.HARVEST.value)
    last = asked.order_by("-id").first()
    if last is None or last.state in {JobState.DONE.value, JobState.CANCELLED.value}:
        return False
    return last.finished_at is None or last.finished_at > timezone.now() - REST


def dataset_for(source: Source, url: str, job: Job) -> Dataset:
    """The dataset of a store: the one it is in, that its path names, or the source's own."""
    held = Holding.objects.filter(
        Q(source=source) | Q(source=None) | Q(store__locations__origin__source=source),
        store__locations__url_digest=digest_of_url(url),
        store__locations__gone_at=None,
    )
    if (holding := held.select_related("dataset").first()) is not None:
        return holding.dataset
    path = url.removeprefix(source.url.rstrip("/"))
    slug = dataset_named_by(source.dataset_rule, path) if source.dataset_rule else None
    return find_or_create_dataset(slug=slug, by=None) if slug else job.dataset


@transaction.atomic
def let_go(
    lease: Lease, job: Job, source: Source, may_be_there: Callable[[str], bool], tally: Tally
) -> None:
    """Mark the stores of a source that lie there no more, unless so many that it is not believed.

    One that was entered after the scan had begun may lie where it had looked already.
    """
    locked_under(lease)
    from_here = Holding.objects.filter(source=source).values("store")
    held = Location.objects.filter(
        Q(origin__source=source) | Q(origin=None, store__in=from_here),
        gone_at=None,
        first_seen_at__lt=job.started_at or job.created_at,
    )
    gone = [row.pk for row in held.only("id", "url").iterator() if not may_be_there(row.url)]
    if len(gone) > max(FEW, held.count() // 2) and not job.options.get(jobs.ACCEPT_LOSSES):
        tally.withheld = len(gone)
        tally.unread.append(
            f"{len(gone):,} known stores were not found, more than half of all. Nothing was taken as "
            "gone: is the storage mounted and whole? If they are really gone, scan again and "
            "accept the losses."
        )
        return
    vanished = mark_vanished(gone)
    for store in vanished:
        tally.vanished += 1
        dataset = Dataset.objects.get(pk=store.scope)
        record("vanish", store, by=None, dataset=dataset, job=job)
    write_changes([change_of(ChangeVerb.VANISHED, store, job=job) for store in vanished])
