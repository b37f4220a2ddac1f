"""Asking for harvests: of what lies at an address, or of a store that is known."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from catalog import jobs
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.addresses import address_of, allowed_address
from catalog.services.jobs import (
    ask_for,
)
from catalog.services.record import record
from catalog.services.stores import url_of
from catalog.services.validate import (
    refuse_all_but_curators,
)
from catalog.words import JobState
from plates.models import Store


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
    url = url_of(store)
    # That of a mirror waits on its own.
    waiting = Job.objects.filter(
        kind=jobs.Job.HARVEST.value, store=store, url=url, state=JobState.QUEUED.value
    ).first()
    if waiting is not None:
        return waiting
    person = by if isinstance(by, User) else None
    job = ask_for(
        jobs.Job.HARVEST,
        dataset=holding.dataset,
        by=person,
        url=url,
        store=store,
        source=holding.source,
    )
    record("harvest", store, by=person, dataset=holding.dataset, job=job)
    return job
