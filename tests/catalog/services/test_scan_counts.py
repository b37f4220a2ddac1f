"""Counts by the inventory of a source: at its scans, in one pass for all stores that are due."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.services import inventory_files
from catalog.services.discover import discover_stores
from catalog.services.sources import create_source, request_scan
from catalog.words import JobState
from plates.models import Count
from plates.omezarr.inventories import Inventory
from plates.omezarr.objects import ListedObject
from tests.bucket_server import bucket_server
from tests.catalog.services.counted import age
from tests.catalog.services.scanned import rename, scan, store
from tests.catalog.services.test_strengths import write_inventory
from tests.plates.omezarr.counting import drop, plate
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two old plates, the second without the chunks of a well."""
    for name in "ab":
        age(plate(tmp_path / "in" / f"{name}.zarr", name=name))
    drop(tmp_path / "in" / "b.zarr", "B/01")
    return tmp_path / "in"


@pytest.fixture
def source(folder: Path, open_dataset: Dataset) -> Source:
    return create_source(
        by=None,
        name="lab",
        url=str(folder),
        default_dataset=open_dataset,
        discovery="inventory",
        list_url=str(write_inventory(folder)),
        count_days=7,
    )


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often an inventory was gone through: the form of it for each time."""
    seen: list[str] = []
    go_through = Inventory.__iter__

    def counting(inventory: Inventory) -> Iterator[ListedObject]:
        seen.append(inventory.form)
        return go_through(inventory)

    monkeypatch.setattr(Inventory, "__iter__", counting)
    return seen


def counts_asked() -> int:
    return Job.objects.filter(kind=Kind.COUNT.value).count()


def test_stores_are_counted_at_the_scan_after_their_harvest_in_one_pass(
    source: Source, passes: list[str]
) -> None:
    assert scan(source)["counted"] == 0
    passes.clear()
    told = scan(source)
    assert (told["counted"], told["whole"], told["counts"]) == (2, 1, 0)
    assert len(passes) == 2  # to find the stores, and to count all of them
    rows = Count.objects.values_list("store__name", "is_whole", "origin")
    assert set(rows) == {("a", True, "inventory"), ("b", False, "inventory")}
    assert counts_asked() == 0
    assert scan(source)["counted"] == 0


def test_an_inventory_that_is_no_newer_than_a_count_counts_nothing(
    source: Source, folder: Path
) -> None:
    scan(source)
    scan(source)
    long_ago = timezone.now() - timedelta(days=8)
    age(folder.parent, seconds=8 * 86_400 + 3_600)
    Count.objects.update(counted_at=long_ago)
    assert scan(source)["counted"] == 0
    write_inventory(folder)
    assert scan(source)["counted"] == 2


def test_only_those_that_are_due_are_counted(source: Source, folder: Path) -> None:
    scan(source)
    scan(source)
    rename(folder / "a.zarr", "renamed")
    write_inventory(folder)
    assert scan(source)["changed"] == 1
    told = scan(source)
    assert told["counted"] == 1
    assert Count.objects.get(store=store("a")).digest == store("a").digest


def test_without_sizes_each_store_is_listed_and_that_is_said(
    source: Source, folder: Path, tmp_path: Path
) -> None:
    files = [str(path) for path in folder.rglob("*") if path.is_file()]
    (tmp_path / "find.txt").write_text("\n".join(files))
    scan(source)
    told = scan(source)
    assert (told["counted"], told["counts"]) == (0, 2)
    assert "does not tell sizes" in told["remarks"][0]
    assert counts_asked() == 2


def test_without_days_nothing_is_counted(source: Source) -> None:
    Source.objects.update(count_days=None)
    source.refresh_from_db()
    scan(source)
    assert scan(source)["counted"] == 0


def test_the_inventory_is_fetched_once_for_finding_signs_and_counts(
    folder: Path, tmp_path: Path, open_dataset: Dataset
) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    write_inventory(folder).rename(lists / "find.txt")
    with bucket_server(lists) as bucket:
        options = {"endpoint": bucket.options.endpoint, "region": "us-east-1", "anonymous": True}
        source = create_source(
            by=None,
            name="lab",
            url=str(folder),
            options=options,
            default_dataset=open_dataset,
            discovery="inventory",
            list_url=f"{bucket.url}/find.txt",
            strength="inventory",
            count_days=7,
        )
        scan(source)
        bucket.asked()
        told = scan(source)
        assert (told["unchanged"], told["counted"]) == ({"inventory": 2}, 2)
        # The file, and a look at when it was changed.
        assert bucket.asked() == ["GET find.txt"] * 2


def test_fetched_files_are_bounded_together_and_gone_afterwards(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fetched"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    scan(source)
    assert list(folder.iterdir()) == []
    monkeypatch.setattr(inventory_files, "MOST_BYTES", 100)
    job = request_scan(source=source, by=None)
    work_on(Kind.DISCOVER, discover_stores)
    job.refresh_from_db()
    assert job.state == JobState.FAILED.value
    assert "larger than 100 bytes" in job.error
    assert list(folder.iterdir()) == []
