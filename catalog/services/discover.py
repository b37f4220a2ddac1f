"""Discovery: find the stores below an address, and ask for the harvest of each."""

import logging
from collections.abc import Sequence

from django.db import transaction

from catalog import jobs
from catalog.errors import StoreIsElsewhere
from catalog.models import Job
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import (
    ask_for,
    finish_job,
    locked_under,
    missed,
    try_again,
)
from catalog.services.leases import Lease, job_of
from catalog.services.opening import options_of
from catalog.services.scans import scan_source
from catalog.services.stores import register_store
from plates.models import Store
from plates.omezarr.discover import search_stores

log = logging.getLogger(__name__)


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
