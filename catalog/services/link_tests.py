"""Testing links: a viewer's requests are made, and what came of them is kept with the store."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.links.aims import an_image_of, target_of_store
from catalog.links.data_paths import BY_TICKET, data_url
from catalog.links.tickets import ticket_for
from catalog.links.trying import Check, tried
from catalog.models import Job, LinkTest
from catalog.services.byte_places import opened_at
from catalog.services.jobs import end, locked_under
from catalog.services.leases import Lease, job_of
from catalog.services.linking import direct_url
from catalog.services.store_jobs import ask_once, curated_holding, store_of
from catalog.words import JobState
from plates.models import Store
from plates.omezarr.browser_probe import BrowserProbe

log = logging.getLogger(__name__)

BASE: Final = "base"
"""The option of a test that says where bytes are sent from."""
_NOBODYS: Final = "\n"
"""How no address begins."""


@transaction.atomic
def request_link_test(*, store: Store, by: User | AnonymousUser | None, base: str) -> Job:
    """The job that tests the links of a store: a new one, or the one that waits already.

    `base` is where bytes are sent from. NotAllowed for a person who is no curator of the store's
    dataset.
    """
    holding = curated_holding(store, by)
    return ask_once(jobs.Job.TEST_LINKS, holding=holding, by=by, options={BASE: base})


def try_links(*, lease: Lease) -> None:
    """Make a viewer's requests with no transaction open, then write what came of them in one.

    NotThere if the store lies nowhere any more.
    """
    job = job_of(lease)
    store = store_of(job)
    _, options = opened_at(store)
    url, own = address_to_try(job, store)
    probe = BrowserProbe(guard=options.guard, own=own)
    checks = list(tried(probe, url, target_of_store(store), an_image_of(store)))
    write_link_test(lease=lease, store=store, checks=checks)
    failed = [check.name for check in checks if not check.passed]
    log.info("store %s: links tested, %s", store.id, ", ".join(failed) or "all well")


@transaction.atomic
def write_link_test(*, lease: Lease, store: Store, checks: Sequence[Check]) -> None:
    """Write what came of a test and end its job, both or neither, if the lease still holds."""
    job = locked_under(lease)
    told = {"tested_at": timezone.now(), "checks": [asdict(check) for check in checks]}
    LinkTest.objects.update_or_create(store=store, defaults=told)
    job.progress_done = job.progress_total = len(checks)
    job.error = ""
    job.outcome = {"failed": [check.name for check in checks if not check.passed]}
    end(job, JobState.DONE)


def address_to_try(job: Job, store: Store) -> tuple[str, str]:
    """The address that viewers of a store get, and how those begin that are our own."""
    root, options = opened_at(store)
    if (direct := direct_url(target_of_store(store), root, options)) is not None:
        return direct, _NOBODYS
    base = settings.DATA_INSIDE_URL or str(job.options.get(BASE, ""))
    own = data_url(base, store.id).removesuffix(str(store.id))
    if job.requested_by is None:
        return data_url(base, store.id), own
    ticket, _ = ticket_for(job.requested_by.pk, store.id, "", lasting_s=settings.LINK_S)
    return data_url(base, store.id, way=BY_TICKET, key=ticket), own
