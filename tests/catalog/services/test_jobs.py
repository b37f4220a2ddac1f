"""Jobs: the row is the truth, a lease is held by one, and nothing waits for ever."""

import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as configured
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from catalog import jobs
from catalog.errors import LeaseLost
from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_harvest
from catalog.services.jobs import (
    fail_job,
    finish_job,
    reclaim_lost,
    ring_waiting,
    wait_before,
)
from catalog.services.leases import Lease, renew_lease, take_lease
from catalog.services.steering import retry_job
from catalog.words import JobState
from plates.models import Field, Well
from tests import factories
from tests.catalog.services.leased import run_out, state_of
from workers.tasks import work_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(open_dataset: Dataset, plate_folder: Path) -> Job:
    return factories.queued_harvest(str(plate_folder), into=open_dataset)


def test_a_job_is_taken_once(job: Job) -> None:
    assert take_lease(job_id=job.pk) is not None
    assert take_lease(job_id=job.pk) is None
    assert state_of(job) == JobState.RUNNING.value


def test_a_job_that_is_not_due_is_not_taken(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert take_lease(job_id=job.pk) is None


def test_a_job_that_is_none_is_not_taken(db: None) -> None:
    assert take_lease(job_id=uuid4()) is None


def test_a_lease_is_renewed_with_its_progress(job: Job) -> None:
    lease = factories.taken(job)
    run_out(job)
    assert renew_lease(lease=lease, done=3, total=9)
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (3, 9)
    assert job.lease_until is not None
    assert job.lease_until > timezone.now()


def test_a_lost_job_goes_to_another_and_the_first_can_write_no_more(job: Job) -> None:
    first = factories.taken(job)
    run_out(job)
    assert reclaim_lost() == 1
    second = factories.taken(job)
    assert not renew_lease(lease=first, done=1, total=1)
    with pytest.raises(LeaseLost):
        finish_job(lease=first, outcome={})
    with pytest.raises(LeaseLost):
        fail_job(lease=first, error="no", passing=False)
    finish_job(lease=second, outcome={})
    assert state_of(job) == JobState.DONE.value


def test_a_harvest_whose_lease_was_lost_writes_no_row(job: Job) -> None:
    lease = factories.taken(job)
    run_out(job)
    reclaim_lost()
    with pytest.raises(LeaseLost):
        harvest_store(lease=lease)
    assert not Well.objects.exists()
    assert not Field.objects.exists()
    assert state_of(job) == JobState.QUEUED.value


def test_a_job_whose_worker_is_lost_again_and_again_fails_with_a_sentence(job: Job) -> None:
    for _ in range(configured.ATTEMPTS):
        factories.taken(job)
        run_out(job)
        reclaim_lost()
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    assert state_of(job) == JobState.FAILED.value
    assert "worker was lost" in job.error


def test_lost_workers_are_not_counted_as_faults_of_the_job(job: Job) -> None:
    for _ in range(configured.ATTEMPTS - 1):
        factories.taken(job)
        run_out(job)
        reclaim_lost()
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    assert fail_job(lease=factories.taken(job), error="The server was away.", passing=True)
    job.refresh_from_db()
    assert (job.attempts, job.losses) == (configured.ATTEMPTS, configured.ATTEMPTS - 1)
    assert job.due_at < timezone.now() + timedelta(seconds=2.1)


def test_a_job_that_lost_its_worker_once_may_start_at_once_and_then_later_and_later(
    job: Job,
) -> None:
    waits = []
    for _ in range(4):
        factories.taken(job)
        run_out(job)
        reclaim_lost()
        job.refresh_from_db()
        waits.append((job.due_at - timezone.now()).total_seconds())
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    assert waits[0] <= 0
    assert 0 < waits[1] <= 2 <= waits[3] * 2 <= 16


def test_an_address_where_nothing_ever_answered_is_given_up_sooner(open_dataset: Dataset) -> None:
    job = request_harvest(url="https://typo.invalid/screen", dataset=open_dataset, by=None)
    tried = 0
    while state_of(job) == JobState.QUEUED.value:
        fail_job(lease=factories.taken(job), error="Its name is not known.", passing=True)
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
        tried += 1
    assert tried == 4 < configured.ATTEMPTS


def test_a_fault_that_may_pass_is_tried_again_later_and_not_for_ever(job: Job) -> None:
    for attempt in range(1, configured.ATTEMPTS + 1):
        again = fail_job(lease=factories.taken(job), error="The server was away.", passing=True)
        assert again == (attempt < configured.ATTEMPTS)
        job.refresh_from_db()
        if again:
            assert job.due_at > timezone.now()
            Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    assert state_of(job) == JobState.FAILED.value
    assert job.error == "The server was away."


def test_a_fault_that_cannot_pass_is_final_at_once(job: Job) -> None:
    assert not fail_job(lease=factories.taken(job), error="That is no plate.", passing=False)
    assert state_of(job) == JobState.FAILED.value


def test_waits_double_and_are_spread() -> None:
    assert all(1 <= wait_before(2) <= 2 for _ in range(50))
    assert all(4 <= wait_before(4) <= 8 for _ in range(50))
    assert wait_before(60) <= 300
    assert len({wait_before(3) for _ in range(20)}) > 1


def test_the_bell_is_rung_again_for_a_job_that_nobody_took(
    job: Job, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as bells:
        assert ring_waiting() == 0
    Job.objects.filter(pk=job.pk).update(rung_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks() as bells:
        assert ring_waiting() == 1
    assert len(bells) == 1
    with django_capture_on_commit_callbacks() as bells:
        assert ring_waiting() == 0
    assert not bells


def test_no_broker_is_no_reason_to_lose_a_job_or_to_wait(
    open_dataset: Dataset,
    plate_folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.config_from_object("workers.configuration")
    away.conf.broker_url = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("catalog.jobs.current_app", away)
    monkeypatch.setattr(jobs._silence, "until", 0.0)
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        job = factories.queued_harvest(str(plate_folder), into=open_dataset)
    assert time.monotonic() - started < 5
    assert state_of(job) == JobState.QUEUED.value
    assert "the broker does not answer" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_failed_job_can_be_retried(job: Job) -> None:
    fail_job(lease=factories.taken(job), error="That is no plate.", passing=False)
    retry_job(job=job, by=None)
    assert state_of(job) == JobState.QUEUED.value
    assert job.error == ""
    harvest_store(lease=factories.taken(job))
    assert state_of(job) == JobState.DONE.value


def test_a_harvest_ends_with_its_outcome(job: Job) -> None:
    harvest_store(lease=factories.taken(job))
    job.refresh_from_db()
    assert job.outcome["wells"] == 3
    assert job.outcome["fields"] == 6
    assert job.outcome["changed"] is True
    assert job.progress_done == job.progress_total == job.outcome["documents"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "running"},
        {"state": "done"},
        {"lease_token": uuid4()},
        {"finished_at": timezone.now()},
        {"store": None},
    ],
)
def test_the_database_refuses_what_no_job_can_be(job: Job, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


def test_after_a_bell_that_was_not_heard_the_next_are_left_to_the_clock(
    open_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs._silence, "until", time.monotonic() + 5)
    monkeypatch.setattr("catalog.jobs.current_app", None)
    jobs.ring(Kind.HARVEST, uuid4())


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (SoftTimeLimitExceeded(), "failed"),
        (ValueError("a fault of ours"), "failed"),
        (OperationalError("the database restarts"), "queued"),
    ],
)
def test_what_goes_wrong_in_a_worker_is_stored_in_a_sentence(
    job: Job, fault: Exception, state: str
) -> None:
    def broken(*, lease: Lease) -> None:
        raise fault

    work_on(Kind.HARVEST, broken)
    assert state_of(job) == state
    assert job.error.endswith(".")
    assert str(fault) not in job.error or not str(fault)
