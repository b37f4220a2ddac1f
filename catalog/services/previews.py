"""Previews: draw a store when no request waits, so that a plate is seen at a glance."""

import logging
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog import jobs
from catalog.errors import StoreUnread
from catalog.models import Job
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import end, locked_under
from catalog.services.leases import Lease, job_of
from catalog.services.locations import read_somewhere, whereabouts
from catalog.services.pictures_kept import kept_pictures
from catalog.services.store_jobs import ask_once, curated_holding, store_of
from catalog.words import JobState
from plates.ids import uuid7
from plates.models import Preview, Store
from plates.pixels.drawing import EDITION
from plates.pixels.previews import Previews, draw_previews
from plates.pixels.statistics_table import parquet_of
from plates.queries.pictured import grid_of, pictured_of
from plates.services.previews import PreviewOutdated, keep_preview

log = logging.getLogger(__name__)


@transaction.atomic
def request_preview(
    *, store: Store, by: User | AnonymousUser | None, parent: Job | None = None
) -> Job:
    """The job that draws a store: a new one, or the one that waits already.

    Nobody (None) is Platecat itself or the operator's command. NotAllowed for a person who is no
    curator of the store's dataset, StoreUnread for a store that was never read.
    """
    holding = curated_holding(store, by)
    if not Store.objects.filter(pk=store.pk).exclude(digest="").exists():
        raise StoreUnread
    return ask_once(jobs.Job.PREVIEW, holding=holding, by=by, parent=parent)


def request_preview_when_due(*, store: Store, job: Job) -> None:
    """Ask for the drawing of a store that was just harvested, if what was drawn is of the past.

    Where chunks were missing they may have come since.
    """
    if not settings.PREVIEWS:
        return
    last = Preview.objects.filter(store=store).first()
    now = Store.objects.get(pk=store.pk)
    if not now.digest or not (now.field_count or now.image_count):
        return
    known = last is not None and (last.digest, last.edition) == (now.digest, EDITION)
    if known and last is not None and not last.lacking:
        return
    request_preview(store=store, by=None, parent=job.parent or job)


def draw_store(*, lease: Lease) -> None:
    """Draw a store with no transaction open, then write what came of it in one."""
    job = job_of(lease)
    store = store_of(job)
    began_at, mark = timezone.now(), uuid7().hex
    cache = kept_pictures()
    pack = cache.pack_of(store.id.hex, mark)
    images, grid = pictured_of(store), grid_of(store)
    kept = False
    with heartbeat(lease) as alive:
        try:
            _, previews = read_somewhere(
                whereabouts(store, job),
                lambda place: draw_previews(
                    place.url,
                    images,
                    pack,
                    options=place.options(job),
                    zarr_format=store.zarr_format,
                    grid=grid,
                    progress=alive.progress,
                    stop=alive.is_lost,
                ),
                # A mirror holds the same, as a person or sampled chunks said.
                fits=lambda _: True,
            )
            statistics = parquet_of(previews.drawn.measured)
            kept = write_preview(
                lease=lease,
                store=store,
                previews=previews,
                mark=mark,
                statistics=statistics,
                began_at=began_at,
            )
        finally:
            if not kept:
                pack.unlink(missing_ok=True)
    if kept:
        cache.drop_others(store.id.hex, mark)
        cache.trim()
    log.info("store %s: %s", store.id, told(previews))


@transaction.atomic
def write_preview(
    *,
    lease: Lease,
    store: Store,
    previews: Previews,
    mark: str,
    statistics: bytes,
    began_at: datetime,
) -> bool:
    """Write what was drawn and end its job, both or neither, if the lease still holds.

    False, and nothing of it is kept, where a later drawing has overtaken it.
    """
    job = locked_under(lease)
    job.progress_done = job.progress_total = previews.drawn.images
    job.error = ""
    try:
        keep_preview(
            store,
            previews,
            mark=mark,
            digest=store.digest,
            statistics=statistics,
            began_at=began_at,
        )
    except PreviewOutdated:
        job.outcome = {"outdated": True}
        kept = False
    else:
        job.outcome = outcome_of(previews)
        kept = True
    end(job, JobState.DONE)
    return kept


def outcome_of(previews: Previews) -> dict[str, object]:
    """What a job tells of a drawing."""
    drawn = previews.drawn
    return {
        "images": drawn.images,
        "lacking": drawn.lacking,
        "failed": drawn.failed,
        "channels": len(drawn.channels),
        "sheets": len(previews.runs),
        "troubles": [one.sentence for one in drawn.troubles[:3]],
    }


def told(previews: Previews) -> str:
    """One line of the log about a drawing."""
    drawn = previews.drawn
    return (
        f"{drawn.images - drawn.failed} of {drawn.images} images drawn, {drawn.lacking} lack "
        f"chunks, {len(previews.runs)} contact sheets"
    )
