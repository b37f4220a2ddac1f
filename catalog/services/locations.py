"""Where a store can be read: its locations in order, each opened as the source it came from says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from catalog import jobs
from catalog.models import Holding, Job, Origin, Source
from catalog.services.opening import options_for, options_of
from plates.models import Location, Store
from plates.omezarr.errors import StoreError, StoreNotFound
from plates.omezarr.options import StoreOptions
from plates.omezarr.validate import is_unreadable

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One place where a store may be read; a mirror is every one after the first."""

    location: Location
    is_mirror: bool

    @property
    def url(self) -> str:
        """The URL of the place."""
        return self.location.url

    @property
    def origin(self) -> Origin | None:
        """Where the location came from, if not from the source of its store."""
        origin: Origin | None = getattr(self.location, "origin", None)
        return origin

    def options(self, job: Job) -> StoreOptions:
        """The options under which a job reads there."""
        if self.origin is None:
            return options_of(job)
        return options_for(
            self.origin.source, guarded=self.origin.guarded, requests=job.requests or None
        )


def whereabouts(store: Store, job: Job) -> list[Whereabouts]:
    """The places where a job reads a store, the one to be tried first in front.

    A harvest that is about a mirror reads there and nowhere else.
    """
    rows = Location.objects.filter(store=store).select_related("origin__source")
    live = list(rows.filter(gone_at=None).order_by("id")) or list(rows.order_by("-id")[:1])
    places = [Whereabouts(location, number > 0) for number, location in enumerate(live)]
    if job.kind != jobs.Job.HARVEST.value:
        return places
    return [place for place in places if place.is_mirror and place.url == job.url] or places


def readable_places(store: Store, *, requests: int) -> list[tuple[str, StoreOptions]]:
    """Where a store can be read for somebody who waits, in order, with so many requests at once."""
    holding = Holding.objects.select_related("source").get(store=store)
    rows = Location.objects.filter(store=store, gone_at=None).select_related("origin__source")
    places = []
    for location in rows.order_by("id"):
        origin: Origin | None = getattr(location, "origin", None)
        source = holding.source if origin is None else origin.source
        guarded = holding.guarded if origin is None else origin.guarded
        places.append((location.url, options_for(source, guarded=guarded, requests=requests)))
    return places


def read_somewhere(
    places: Sequence[Whereabouts],
    read: Callable[[Whereabouts], Found],
    *,
    fits: Callable[[Found], bool],
) -> tuple[Whereabouts, Found]:
    """What was read at the first place that can be reached, and which that is.

    In the stead of another place only a mirror that `fits` is taken. StoreError of the first if
    none can be read.
    """
    failure: StoreError = StoreNotFound("The store lies nowhere any more.")
    for place in places:
        try:
            found = read(place)
        except StoreError as error:
            failure = error if place is places[0] else failure
            if is_unreadable(error):
                break
            continue
        if place is places[0] or fits(found):
            return place, found
    raise failure


@transaction.atomic
def remember_origins(holding: Holding) -> None:
    """Say of every location of a store which source it came from, before it gets others."""
    rows = Location.objects.filter(store=holding.store_id, origin=None)
    Origin.objects.bulk_create(
        Origin(location=location, source_id=holding.source_id, guarded=holding.guarded)
        for location in rows
    )


def source_of(location: Location, holding: Holding) -> tuple[Source | None, bool]:
    """The source that a location came from, and whether it is guarded."""
    origin = Origin.objects.select_related("source").filter(location=location).first()
    if origin is None:
        return holding.source, holding.guarded
    return origin.source, origin.guarded
