"""Turns and room: every source gets its share, and no host is asked more at once than it bears."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.services.jobs import ask_for, fail_job, finish_job
from catalog.services.leases import Lease, take_turn
from catalog.services.places import place_of_url
from catalog.words import JobState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def room(settings: Settings) -> None:
    settings.CONCURRENCY = 16
    settings.HOST_CONCURRENCY = 64


def source(name: str, **options: object) -> Source:
    return Source.objects.create(name=name, options=options)


def queued(dataset: Dataset, url: str, of: Source | None = None, *, number: int = 1) -> list[Job]:
    return [
        ask_for(Kind.DISCOVER, dataset=dataset, by=None, url=f"{url}/{n}", source=of)
        for n in range(number)
    ]


def turns(number: int) -> list[Job]:
    """The jobs whose turn it is, one after the other; none of them ends."""
    return [Job.objects.get(pk=lease.job_id) for lease in leases(number)]


def leases(number: int) -> Iterator[Lease]:
    for _ in range(number):
        lease = take_turn(kind=Kind.DISCOVER)
        if lease is not None:
            yield lease


def test_a_source_with_thousands_of_jobs_does_not_keep_another_one_waiting(
    open_dataset: Dataset,
) -> None:
    queued(open_dataset, "https://large.org", source("large"), number=50)
    queued(open_dataset, "https://small.org", source("small"), number=2)
    assert [job.source.name for job in turns(4) if job.source] == [
        "large",
        "small",
        "large",
        "small",
    ]


def test_the_job_that_has_waited_longest_comes_first_in_its_lane(open_dataset: Dataset) -> None:
    jobs = queued(open_dataset, "https://a.org", number=3)
    Job.objects.filter(pk=jobs[2].pk).update(due_at=timezone.now() - timedelta(minutes=1))
    Job.objects.filter(pk=jobs[0].pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert [job.pk for job in turns(3)] == [jobs[2].pk, jobs[1].pk]


def test_a_job_of_another_kind_has_no_turn(open_dataset: Dataset) -> None:
    queued(open_dataset, "https://a.org")
    assert take_turn(kind=Kind.HARVEST) is None


def test_all_jobs_at_a_host_share_its_room(open_dataset: Dataset) -> None:
    for name in ("one", "two"):
        queued(open_dataset, "https://a.org", source(name), number=4)
    queued(open_dataset, "https://b.org")
    running = turns(9)
    assert [job.requests for job in running] == [16] * 5
    assert sorted(job.place for job in running) == ["https://a.org"] * 4 + ["https://b.org"]


def test_what_is_left_of_the_room_is_used_unless_it_is_too_little(
    open_dataset: Dataset, settings: Settings
) -> None:
    settings.HOST_CONCURRENCY = 20
    queued(open_dataset, "https://a.org", number=3)
    assert [job.requests for job in turns(3)] == [16, 4]
    settings.HOST_CONCURRENCY = 23
    queued(open_dataset, "https://b.org", source("b", concurrency=20), number=2)
    assert [job.requests for job in turns(3)] == [20]


def test_a_disk_has_room_for_all(open_dataset: Dataset) -> None:
    queued(open_dataset, "/data", number=9)
    assert [job.requests for job in turns(9)] == [16] * 9


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_job_that_ends_leaves_its_room_to_one_that_waits(
    open_dataset: Dataset, settings: Settings, *, ends_well: bool
) -> None:
    settings.HOST_CONCURRENCY = 16
    queued(open_dataset, "https://a.org", number=2)
    (first,) = leases(2)
    if ends_well:
        finish_job(lease=first, outcome={})
    else:
        fail_job(lease=first, error="It was away.", passing=True)
    assert len(turns(2)) == 1


def test_the_buckets_of_an_object_store_are_one_place(open_dataset: Dataset) -> None:
    lab = source("lab", endpoint="https://s3.lab.org")
    assert place_of_url("s3://a/x", lab) == place_of_url("s3://b/y", lab) == "https://s3.lab.org"
    assert place_of_url("s3://a/x", None) == "s3"
    assert place_of_url("https://H.org:81/x", None) == "https://h.org:81"
    assert place_of_url("/x", None) == "file"
    assert place_of_url("", None) == ""


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_the_same_time_overfill_no_host(
    open_dataset: Dataset, settings: Settings
) -> None:
    queued(open_dataset, "https://a.org", number=12)
    got: list[Lease | None] = []

    def work() -> None:
        got.append(take_turn(kind=Kind.DISCOVER))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    taken = [lease.job_id for lease in got if lease]
    assert len(set(taken)) == len(taken) == 4
    assert Job.objects.filter(state=JobState.RUNNING.value).count() == 4
