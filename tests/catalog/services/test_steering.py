"""A person stops work that goes on, or starts anew what has failed: the whole family of a job."""

import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from catalog.errors import JobGoesOn, JobIsOver, LeaseLost, NotAllowed
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job
from catalog.queries.families import standing_of_family
from catalog.services.discover import discover_stores
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_harvest
from catalog.services.heartbeat import heartbeat
from catalog.services.jobs import ask_for, end, fail_job, locked_under
from catalog.services.leases import Lease
from catalog.services.steering import cancel_job, retry_job
from catalog.words import JobState, Role
from plates.models import Well
from plates.omezarr.errors import ReadCancelled
from tests import factories, stores
from workers.tasks import work_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(open_dataset: Dataset, tmp_path: Path) -> Job:
    """A discovery that is over, and the two harvests that it led to, which wait."""
    for name in "ab":
        stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"])
    job = request_harvest(url=str(tmp_path), dataset=open_dataset, by=None)
    discover_stores(lease=factories.taken(job))
    return job


def states_below(job: Job) -> list[str]:
    return sorted(Job.objects.filter(parent=job).values_list("state", flat=True))


def test_cancelling_a_job_stops_all_that_it_led_to(root: Job) -> None:
    cancel_job(job=root, by=factories.user("ann", superuser=True))
    assert states_below(root) == ["cancelled", "cancelled"]
    root.refresh_from_db()
    assert root.state == JobState.DONE.value
    assert set(Job.objects.filter(parent=root).values_list("error", flat=True)) == {
        "Cancelled by ann."
    }
    assert History.objects.get(verb="cancel").changes["jobs"] == [None, 2]
    with pytest.raises(JobIsOver, match="ended already"):
        cancel_job(job=root, by=None)


def test_a_worker_lets_go_of_a_cancelled_job_within_seconds_and_writes_nothing(root: Job) -> None:
    job = Job.objects.filter(parent=root).earliest("id")
    lease = factories.taken(job)
    with heartbeat(lease) as alive:
        cancel_job(job=job, by=None)
        alive.beat_once()
        assert alive.is_lost()
    with pytest.raises((ReadCancelled, LeaseLost)):
        harvest_store(lease=lease)
    assert not Well.objects.exists()
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED.value


def test_a_job_that_is_cancelled_while_it_discovers_asks_for_no_more(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    stores.plate(tmp_path / "a.zarr", wells=["A/1"])
    job = request_harvest(url=str(tmp_path), dataset=open_dataset, by=None)

    def cancelled_meanwhile(*, lease: Lease) -> None:
        cancel_job(job=job, by=None)
        discover_stores(lease=lease)

    work_on(Kind.DISCOVER, cancelled_meanwhile)
    assert not Job.objects.filter(parent=job).exists()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED.value


def test_retrying_a_job_starts_anew_what_failed_of_its_family(
    root: Job, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second = Job.objects.filter(parent=root).order_by("id")
    harvest_store(lease=factories.taken(first))
    fail_job(lease=factories.taken(second), error="That is no plate.", passing=False)
    with django_capture_on_commit_callbacks() as bells:
        retry_job(job=root, by=None)
    assert len(bells) == 1
    second.refresh_from_db()
    assert (second.state, second.attempts, second.error) == ("queued", 0, "")
    first.refresh_from_db()
    assert first.state == JobState.DONE.value


def test_a_cancelled_family_can_be_started_anew(root: Job) -> None:
    cancel_job(job=root, by=None)
    retry_job(job=root, by=None)
    assert states_below(root) == ["queued", "queued"]


def test_a_family_that_writes_to_datasets_of_others_is_not_for_a_curator_of_one(
    root: Job, open_dataset: Dataset
) -> None:
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    first = Job.objects.filter(parent=root).earliest("id")
    Job.objects.filter(pk=first.pk).update(dataset=factories.dataset())
    with pytest.raises(NotAllowed, match="Only curators of all"):
        cancel_job(job=root, by=curator)
    cancel_job(job=root, by=None)
    with pytest.raises(NotAllowed, match="Only curators of all"):
        retry_job(job=root, by=curator)
    assert states_below(root) == ["cancelled", "cancelled"]
    retry_job(job=root, by=factories.operator())
    assert states_below(root) == ["queued", "queued"]


def test_what_goes_on_is_not_started_anew(root: Job) -> None:
    with pytest.raises(JobGoesOn, match="nothing to try again"):
        retry_job(job=Job.objects.filter(parent=root).earliest("id"), by=None)


def test_a_family_tells_how_far_it_is_and_when_it_will_be_done(root: Job) -> None:
    standing = standing_of_family(root.pk)
    assert (standing.jobs, standing.ended, standing.stores, standing.stores_done) == (3, 1, 2, 0)
    assert standing.seconds_left is None
    first, second = Job.objects.filter(parent=root).order_by("id")
    harvest_store(lease=factories.taken(first))
    Job.objects.filter(pk=root.pk).update(started_at=root.created_at)
    time.sleep(2.1)
    half_way = standing_of_family(root.pk)
    assert half_way.documents_done == half_way.documents_known > 0
    assert half_way.seconds_left is not None
    # One store of three jobs about stores is read: its validation and the other harvest are left.
    assert 2 < half_way.seconds_left < 60
    for job in (second, *Job.objects.filter(kind=Kind.VALIDATE.value)):
        fail_job(lease=factories.taken(job), error="No.", passing=False)
    over = standing_of_family(root.pk)
    assert (over.jobs, over.ended, over.failed, over.seconds_left) == (4, 4, 2, 0.0)


@pytest.mark.django_db(transaction=True)
def test_what_a_job_asks_for_in_its_last_moment_is_cancelled_too(root: Job) -> None:
    job = Job.objects.filter(parent=root).earliest("id")
    lease = factories.taken(job)

    def cancel() -> None:
        try:
            cancel_job(job=root, by=None)
        finally:
            connection.close()

    thread = threading.Thread(target=cancel)
    with transaction.atomic():
        locked = locked_under(lease)
        thread.start()
        time.sleep(0.5)
        ask_for(
            Kind.VALIDATE,
            dataset=locked.dataset,
            by=None,
            url=locked.url,
            store=locked.store,
            parent=root,
        )
        end(locked, JobState.DONE)
    thread.join()
    assert states_below(root) == ["cancelled", "cancelled", "done"]
