"""Scans of a source: what is new there is harvested, what has changed read again, the rest noted."""

import logging
from collections.abc import Callable, Mapping, Sequence
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
from catalog.services.finding import Sighting, find_in
from catalog.services.heartbeat import Heartbeat, heartbeat
from catalog.services.jobs import ask_for, finish_job, locked_under, missed, try_again
from catalog.services.leases import Lease
from catalog.services.opening import options_of
from catalog.services.proposals import settle_proposals
from catalog.services.record import record
from catalog.services.stores import register_store
from catalog.words import ChangeVerb, JobState
from plates.models import Evidence, Location, Store
from plates.models.location import digest_of_url
from plates.omezarr.options import StoreOptions
from plates.services.evidence import Known, compare, note_unchanged
from plates.services.stores import mark_vanished
from plates.states import Reach, Strength

log = logging.getLogger(__name__)

REST: Final = timedelta(hours=1)
"""So long a store whose harvest has failed is left alone."""
FEW: Final = 10
"""So few stores may vanish at once without anybody being asked."""


@dataclass(slots=True)
class Tally:
    """What a scan found, as its job tells it."""

    stores: int = 0
    new: int = 0
    changed: int = 0
    unchanged: dict[str, int] = field(default_factory=dict)
    """By what they are known to be unchanged."""
    due: int = 0
    """Read again without being asked for changes: never read, unreachable, or not for long."""
    away: int = 0
    """Known, and not to be looked at now."""
    counts: int = 0
    """Unchanged, but their chunks are to be counted."""
    vanished: int = 0
    withheld: int = 0
    """Not found, but too many at once to be believed."""
    moved: int = 0
    """Known stores that lie elsewhere now and keep their ids, by the rule of the source."""
    signs: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    complete: bool = True


def scan_source(*, lease: Lease, job: Job, source: Source) -> None:
    """Find the stores of a source, compare them with those that are known, and ask for harvests."""
    options = options_of(job)
    tally = Tally()
    sighting = Sighting()
    found: set[str] = set()
    with heartbeat(lease) as alive:
        for urls in find_in(source, options, alive, sighting):
            look_at(lease, job, source, urls, options, alive, tally)
            found.update(urls)
        tally.stores, tally.unread = len(found), list(sighting.unread)
        tally.complete = sighting.complete
        if sighting.complete:
            let_go(lease, job, source, lambda url: url in found or not sighting.covers(url), tally)
        tally.moved = settle_proposals(job=job)
    if sighting.passes and try_again(lease=lease, error=missed(tally.unread)):
        return
    Source.objects.filter(pk=source.pk).update(scanned_at=timezone.now())
    finish_job(lease=lease, outcome=asdict(tally))
    log.info("source %s: %s", source.name, asdict(tally))


def look_at(
    lease: Lease,
    job: Job,
    source: Source,
    urls: Sequence[str],
    options: StoreOptions,
    alive: Heartbeat,
    tally: Tally,
) -> None:
    """Register what is new of some stores, and ask for the harvest of those that may have changed."""
    known = known_at(urls)
    adopt(source, [one.store for one in known.values()])
    due = [url for url, one in known.items() if is_due(one, source)]
    asked = [one.known for url, one in known.items() if one.known and url not in due]
    strength = Strength(source.strength)
    compared = compare(asked, strength=strength, options=options, stop=alive.is_lost)
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
    tally.refused += ask_for_some(lease, job, source, [*new, *changed, *due])
    tally.new += len(new)
    tally.changed += len(changed)
    tally.due += len(due)
    tally.away += len(away)
    same = [
        one.store
        for one in known.values()
        if one.known and one.known.location in compared.unchanged
    ]
    tally.counts += ask_for_due_counts(lease, job, source, same)
    tally.signs += compared.signs
    for by in compared.unchanged.values():
        tally.unchanged[by.value] = tally.unchanged.get(by.value, 0) + 1


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
def ask_for_some(
    lease: Lease, job: Job, source: Source, urls: Sequence[str]
) -> list[dict[str, str]]:
    """Ask for the harvests of some stores, unless one waits already; those that were refused."""
    locked_under(lease)
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
                options=how_to_read(source),
            )
    return refused


def how_to_read(source: Source) -> dict[str, object]:
    """The options of a harvest: who wants the evidence of documents believes no copies of them."""
    return {jobs.BY_DOCUMENTS: True} if source.strength == Strength.DOCUMENTS.value else {}


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
