"""Discoveries: each store below an address is asked for, once."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.queries.harvests import jobs_of, outcomes_of
from catalog.services.discover import ask_for_stores, discover_stores
from catalog.services.harvest_jobs import request_harvest
from catalog.services.jobs import (
    reclaim_lost,
)
from catalog.words import JobState
from tests import factories, stores
from tests.catalog.services.leased import run_out, state_of
from tests.servers import Behaviour, http_server

pytestmark = pytest.mark.django_db


def impatient_search(url: str, dataset: Dataset) -> Job:
    """A search that asks for nothing again by itself."""
    source = Source.objects.create(name="impatient", url=url, options={"retries": 0})
    return request_harvest(url=url, dataset=dataset, by=None, source=source)


def test_a_search_that_missed_a_folder_for_a_moment_asks_for_the_rest_and_is_made_again(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        stores.plate(tmp_path / "screen" / f"{name}.zarr", wells=["A01"])
    with http_server(tmp_path, Behaviour(failures={"screen/b.zarr/zarr.json": 1})) as server:
        job = impatient_search(f"{server.url}/screen", open_dataset)
        discover_stores(lease=factories.taken(job))
        assert state_of(job) == JobState.QUEUED.value
        assert "b.zarr" in job.error
        assert job.children.count() == 1
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
        discover_stores(lease=factories.taken(job))
    assert state_of(job) == JobState.DONE.value
    assert job.error == ""
    assert job.children.count() == 2
    assert (job.outcome["stores"], job.outcome["complete"]) == (2, True)


def test_a_search_that_misses_a_folder_every_time_ends_and_says_so(
    open_dataset: Dataset, tmp_path: Path, settings: Settings
) -> None:
    settings.ATTEMPTS = 1
    for name in ("a", "b"):
        stores.plate(tmp_path / "screen" / f"{name}.zarr", wells=["A01"])
    with http_server(tmp_path, Behaviour(statuses={"screen/b.zarr/zarr.json": 503})) as server:
        job = impatient_search(f"{server.url}/screen", open_dataset)
        discover_stores(lease=factories.taken(job))
    assert state_of(job) == JobState.DONE.value
    assert (job.outcome["stores"], job.outcome["complete"]) == (1, False)
    assert "b.zarr" in job.outcome["unread"][0]


def test_a_discovery_asks_for_each_store_below_a_root(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    stores.plate(tmp_path / "a" / "one.zarr", wells=["A/1"])
    stores.image(tmp_path / "b" / "two.zarr")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("nothing")
    job = request_harvest(url=str(tmp_path), dataset=open_dataset, by=None)
    discover_stores(lease=factories.taken(job))
    children = Job.objects.filter(parent=job, kind=Kind.HARVEST.value)
    assert sorted(child.url.rsplit("/", 2)[-2] for child in children) == ["a", "b"]
    assert state_of(job) == JobState.DONE.value


def test_a_store_that_is_elsewhere_does_not_keep_the_others_from_being_harvested(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        stores.plate(tmp_path / f"{name}.zarr", wells=["A/1"])
    factories.queued_harvest(str(tmp_path / "b.zarr"), into=factories.dataset("manhattan"))
    job = request_harvest(url=str(tmp_path), dataset=open_dataset, by=None)
    discover_stores(lease=factories.taken(job))
    job.refresh_from_db()
    assert Job.objects.filter(parent=job).count() == 2
    (refused,) = job.outcome["refused"]
    assert refused["url"].endswith("b.zarr")
    assert "manhattan" not in refused["error"]
    told = outcomes_of(jobs_of([job.pk]))
    assert sorted(bool(outcome.error) for outcome in told) == [False, False, True]


def test_a_discovery_that_is_run_again_asks_for_no_store_twice(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    stores.plate(tmp_path / "a.zarr", wells=["A/1"])
    job = request_harvest(url=str(tmp_path), dataset=open_dataset, by=None)
    ask_for_stores(factories.taken(job), job, [str(tmp_path / "a.zarr")])
    run_out(job)
    reclaim_lost()
    discover_stores(lease=factories.taken(job))
    assert Job.objects.filter(parent=job).count() == 1
