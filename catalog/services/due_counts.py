"""Counts by the clock: after a change, while a store is arriving, and again after some days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog import jobs
from catalog.models import Job, Source
from catalog.services.count import request_count
from catalog.services.jobs import locked_under
from catalog.services.leases import Lease
from catalog.words import Discovery, JobState
from plates.models import Count, Store
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import UnsupportedScheme

REST: Final = timedelta(hours=1)
"""So long a store whose count has failed is left alone."""


def request_count_when_due(*, store: Store, job: Job) -> None:
    """Ask for the count of a store that was just harvested, if its source wants that."""
    source = job.source
    if source is None or not is_counted(source) or source.discovery == Discovery.INVENTORY.value:
        return  # By an inventory it is counted at the next scan.
    for one in due_among([store.pk], source):
        request_count(store=one, by=None, parent=job.parent or job)


@transaction.atomic
def ask_for_due_counts(lease: Lease, job: Job, source: Source, stores: Iterable[int]) -> int:
    """Ask for the counts of those of some unchanged stores that are due; how many."""
    if not is_counted(source):
        return 0
    locked_under(lease)
    due = due_among(stores, source)
    for store in due:
        request_count(store=store, by=None, parent=job)
    return len(due)


def is_counted(source: Source) -> bool:
    """Whether the stores of a source are counted unasked: it says so, and that costs little."""
    return source.count_days is not None and can_be_counted(source)


def can_be_counted(source: Source) -> bool:
    """Whether the stores of a source can be counted again and again: by listing or inventory."""
    return source.discovery == Discovery.INVENTORY.value or lists_at_little_cost(source.url)


def lists_at_little_cost(url: str) -> bool:
    """Whether the objects below an address can be listed again and again.

    A web server cannot be asked, and other storage is listed whole before anything is counted.
    """
    try:
        root = RootUrl.parse(url)
    except UnsupportedScheme:
        return False
    return root.is_local or root.scheme == "s3"


def due_among(stores: Iterable[int], source: Source) -> list[Store]:
    """The stores whose count is due, but for those that are in hand, or could not be counted lately."""
    rows = Store.objects.filter(pk__in=list(stores)).exclude(digest="").select_related("count")
    lately = Q(state=JobState.FAILED.value, finished_at__gt=timezone.now() - REST)
    asked = Job.objects.filter(
        Q(finished_at=None) | lately, store__in=list(stores), kind=jobs.Job.COUNT.value
    ).values("store")
    wanted = rows.exclude(pk__in=asked).defer("bare_wells", "count__shares", "count__ledger")
    return [store for store in wanted if is_due(store, source)]


def due_by(stores: Iterable[int], source: Source, made_at: datetime) -> list[Store]:
    """The stores whose count is due, if an inventory of that moment tells more than is known."""
    return [store for store in due_among(stores, source) if _is_news(store, made_at)]


def _is_news(store: Store, made_at: datetime) -> bool:
    count: Count | None = getattr(store, "count", None)
    return count is None or count.digest != store.digest or count.counted_at < made_at


def is_due(store: Store, source: Source) -> bool:
    """Whether a store is to be counted: never was, has changed, is arriving, or not for long."""
    count: Count | None = getattr(store, "count", None)
    if count is None or count.is_arriving or count.digest != store.digest:
        return True
    return timezone.now() - count.counted_at > timedelta(days=source.count_days or 0)
