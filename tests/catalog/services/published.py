"""What tests of publication share: datasets that pass the checklist, and versions made as a worker does."""

from datetime import date, timedelta
from unittest.mock import patch

from django.contrib.auth.models import User

from catalog.models import Dataset, Job, Person, Version
from catalog.models.dataset import today
from catalog.services.heartbeat import Heartbeat
from catalog.services.publication import make_version, publish
from catalog.services.reviews import send_for_review
from catalog.words import JobState
from tests import factories

YESTERDAY, TOMORROW = (today() + timedelta(days=days) for days in (-1, 1))


def fit(dataset: Dataset) -> Dataset:
    """A dataset that says of itself what the checklist wants."""
    dataset.title = f"All about {dataset.slug}"
    dataset.summary = "What was done, and to what."
    dataset.licence = "CC-BY-4.0"
    dataset.organisms = ["NCBITaxon:9606"]
    dataset.save()
    Person.objects.create(dataset=dataset, name="A. Example", email="a@example.org")
    return dataset


def in_review(dataset: Dataset) -> Dataset:
    """A fit dataset that waits for a publisher."""
    if not dataset.people.exists():
        fit(dataset)
    return send_for_review(dataset=dataset, by=None)


def asked(dataset: Dataset, *, by: User | None = None, until: date | None = None) -> Job:
    """The job that publishes a dataset, waiting."""
    return publish(dataset=in_review(dataset), by=by, embargo_until=until)


def worked(job: Job) -> Job:
    """A publication after a worker took its turn.

    Its heart does not beat: within a test's transaction no other connection sees the job.
    """
    with patch.object(Heartbeat, "beat_once"):
        make_version(lease=factories.taken(job))
    job.refresh_from_db()
    return job


def published(dataset: Dataset, *, until: date | None = None) -> Version:
    """The newest version of a dataset that was just published."""
    job = worked(asked(dataset, until=until))
    assert job.state == JobState.DONE.value, job.error
    dataset.refresh_from_db()
    return dataset.versions.get(number=job.outcome["version"])
