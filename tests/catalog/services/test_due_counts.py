"""Counts by the clock: where the source says so, after a change and while a store is arriving."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.services.due_counts import is_counted
from catalog.services.sources import create_source
from catalog.words import JobState
from plates.models import Count
from tests.catalog.services.counted import age, work
from tests.catalog.services.scanned import rename, scan, store
from tests.plates.omezarr.counting import drop, plate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source of two old plates, the second without the chunks of a well."""
    for name in "ab":
        age(plate(tmp_path / "in" / f"{name}.zarr", name=name))
    drop(tmp_path / "in" / "b.zarr", "B/01")
    return tmp_path / "in"


@pytest.fixture
def source(folder: Path, open_dataset: Dataset) -> Source:
    return create_source(
        by=None, name="lab", url=str(folder), default_dataset=open_dataset, count_days=7
    )


def count_all() -> int:
    """Do the counts that wait; how many."""
    waiting = Job.objects.filter(kind=Kind.COUNT.value, state=JobState.QUEUED.value)
    return len([work(job) for job in waiting])


def test_stores_are_counted_after_their_harvest_and_not_again_while_nothing_changes(
    source: Source,
) -> None:
    scan(source)
    asked = Job.objects.filter(kind=Kind.COUNT.value)
    parents = asked.values_list("parent__kind", flat=True)
    assert list(parents) == [Kind.DISCOVER.value] * 2
    assert count_all() == 2
    assert dict(Count.objects.values_list("store__name", "is_whole")) == {"a": True, "b": False}
    assert scan(source)["counts"] == 0
    assert asked.count() == 2


def test_without_days_nothing_is_counted_unasked(source: Source) -> None:
    Source.objects.update(count_days=None)
    source.refresh_from_db()
    scan(source)
    assert scan(source)["counts"] == 0
    assert not Job.objects.filter(kind=Kind.COUNT.value).exists()


def test_after_a_change_and_after_some_days_they_are_counted_again(
    source: Source, folder: Path
) -> None:
    scan(source)
    count_all()
    rename(folder / "a.zarr", "renamed")
    scan(source)
    assert [job.store for job in waiting()] == [store("a")]
    count_all()
    Count.objects.filter(store=store("b")).update(counted_at=timezone.now() - timedelta(days=8))
    assert scan(source)["counts"] == 1
    assert [job.store for job in waiting()] == [store("b")]


def test_an_arriving_store_is_counted_at_every_scan_until_it_is_whole(
    source: Source, folder: Path, tmp_path: Path
) -> None:
    whole = plate(tmp_path / "kept.zarr", name="c")
    shutil.copytree(whole, folder / "c.zarr")
    drop(folder / "c.zarr", "B")
    scan(source)
    count_all()
    for _ in range(2):
        assert Count.objects.get(store=store("c")).is_arriving
        assert scan(source)["counts"] == 1
        assert scan(source)["counts"] == 0  # it waits already
        assert count_all() == 1
    shutil.copytree(whole / "B", folder / "c.zarr" / "B", dirs_exist_ok=True)
    scan(source)
    count_all()
    assert Count.objects.get(store=store("c")).is_whole
    assert scan(source)["counts"] == 0


def test_only_where_listing_costs_little(source: Source) -> None:
    for url, expected in {
        "what://ever": False,
        "/data": True,
        "s3://lab/in": True,
        "https://example.org/in": False,
        "gs://lab/in": False,
    }.items():
        assert is_counted(Source(url=url, count_days=1)) is expected


def waiting() -> list[Job]:
    rows = Job.objects.filter(kind=Kind.COUNT.value, state=JobState.QUEUED.value)
    return list(rows.select_related("store"))


def test_a_store_that_could_not_be_counted_is_left_alone_for_an_hour(source: Source) -> None:
    scan(source)
    counts = Job.objects.filter(kind=Kind.COUNT.value)
    counts.update(
        state=JobState.FAILED.value, error="Not to be listed.", finished_at=timezone.now()
    )
    assert scan(source, failing=2)["counts"] == 0
    counts.update(finished_at=timezone.now() - timedelta(hours=2))
    assert scan(source, failing=2)["counts"] == 2
