"""Asking for harvests: of what lies at an address, or of a store that is known."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q

from catalog import jobs
from catalog.models import Dataset, Job, Source
from catalog.services.addresses import address_of, allowed_address
from catalog.services.jobs import ask_for
from catalog.services.record import record
from catalog.services.store_jobs import ask_once, curated_holding
from catalog.services.stores import url_of
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
    holding = curated_holding(store, by)
    # That of a mirror waits on its own.
    return ask_once(jobs.Job.HARVEST, holding=holding, by=by, alike=Q(url=url_of(store)))
