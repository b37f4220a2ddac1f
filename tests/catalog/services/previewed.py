"""What tests of previews share: stores that were drawn as a worker does it."""

from catalog.jobs import Job as Kind
from catalog.models import Job
from catalog.services.previews import draw_store, request_preview
from catalog.words import JobState
from plates.models import Preview, Store
from tests import factories


def previews_of(store: Store) -> list[Job]:
    """The drawings that were asked for, the oldest first."""
    return list(Job.objects.filter(store=store, kind=Kind.PREVIEW.value).order_by("id"))


def work(job: Job) -> Job:
    """Do the work of a drawing, as a worker does."""
    draw_store(lease=factories.taken(job))
    job.refresh_from_db()
    return job


def previewed(store: Store) -> Preview:
    """A store, drawn as somebody asked."""
    job = work(request_preview(store=store, by=None))
    assert job.state == JobState.DONE.value
    return Preview.objects.get(store=store)
