"""What tests of validation share: stores whose validations were done as a worker does them."""

from catalog.jobs import Job as Kind
from catalog.models import Job
from catalog.services.validate import validate_store
from catalog.words import JobState
from plates.models import Store
from tests import factories


def validations(store: Store) -> list[Job]:
    """The validations that were asked for, the oldest first."""
    return list(Job.objects.filter(store=store, kind=Kind.VALIDATE.value).order_by("id"))


def work(job: Job) -> None:
    """Do the work of a validation, as a worker does."""
    validate_store(lease=factories.taken(job))


def validated(store: Store) -> Store:
    """A store whose waiting validations were done."""
    for job in validations(store):
        if job.state == JobState.QUEUED.value:
            work(job)
    store.refresh_from_db()
    return store
