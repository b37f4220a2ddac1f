"""Scans of a source: new stores appear, changed ones are read again."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.signals import post_save
from django.utils import timezone
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.models import Dataset, Holding, Job, Source
from catalog.services.discover import discover_stores
from catalog.services.sources import change_source, create_source, request_scan
from catalog.words import JobState
from plates.models import Evidence, Store, Validation
from plates.states import Reach, Strength
from tests import factories, stores
from tests.catalog.services.scanned import rename, scan, store, three_plates
from tests.servers import http_server
from tests.store_writer import consolidate
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return three_plates(tmp_path / "in")


def test_the_first_scan_harvests_all_and_the_second_nothing(source: Source) -> None:
    first = scan(source)
    assert (first["stores"], first["new"]) == (3, 3)
    assert set(Store.objects.values_list("reach", flat=True)) == {Reach.OK.value}
    second = scan(source)
    assert (second["new"], second["changed"], second["due"]) == (0, 0, 0)
    assert second["unchanged"] == {"consolidated": 3}
    assert second["signs"] == 3
    assert Job.objects.filter(kind=Kind.HARVEST.value).count() == 3
    source.refresh_from_db()
    assert source.scanned_at is not None


def test_what_was_entered_by_hand_belongs_to_the_source_that_it_lies_in(
    source: Source, folder: Path, open_dataset: Dataset
) -> None:
    known = factories.harvested(str(folder / "a.zarr"), into=open_dataset)
    told = scan(source)
    assert (told["new"], told["unchanged"]) == (2, {"consolidated": 1})
    assert Holding.objects.get(store=known).source == source
    shutil.rmtree(folder / "a.zarr")
    assert scan(source)["vanished"] == 1


def test_a_new_store_and_a_changed_one_are_read(source: Source, folder: Path) -> None:
    scan(source)
    stores.plate(folder / "deep" / "d.zarr", wells=["A/1"])
    rename(folder / "b.zarr", "renamed")
    told = scan(source)
    assert (told["new"], told["changed"], told["unchanged"]) == (1, 1, {"consolidated": 2})
    assert store("d").well_count == 1
    digests = Evidence.objects.values_list("location__store__name", "has_copies")
    assert dict(digests) == {"a": True, "b": True, "c": True, "d": False}


def test_an_empty_source_is_no_failure(open_dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    source = create_source(
        by=None, name="new", url=str(tmp_path / "empty"), default_dataset=open_dataset
    )
    told = scan(source)
    assert told["stores"] == 0
    assert "No OME-Zarr store lies at" in told["unread"][0]


def test_patterns_say_what_is_wanted_of_a_source(source: Source, folder: Path) -> None:
    stores.image(folder / "tmp" / "half.zarr")
    change_source(source=source, by=None, include=["**/*.zarr"], exclude=["tmp", "c*"])
    source.refresh_from_db()
    assert scan(source)["stores"] == 2


@pytest.mark.parametrize("form", ["lines", "table"])
def test_the_stores_of_a_list_are_harvested_and_what_left_it_is_gone(
    open_dataset: Dataset, folder: Path, tmp_path: Path, form: str
) -> None:
    listed = tmp_path / "list.csv"

    def write(*names: str) -> None:
        head = "Title,Address\n" if form == "table" else ""
        rows = [
            f"{name},{folder}/{name}.zarr" if head else f"{folder}/{name}.zarr" for name in names
        ]
        listed.write_text(head + "\n".join(rows))

    write("a", "b")
    source = create_source(
        by=None,
        name="listed",
        url=str(folder),
        discovery="list",
        list_url=str(listed),
        default_dataset=open_dataset,
    )
    assert scan(source)["new"] == 2
    write("b", "c")
    told = scan(source)
    assert (told["new"], told["vanished"], told["unchanged"]) == (1, 1, {"consolidated": 1})


def test_the_stores_of_an_inventory_are_harvested(
    open_dataset: Dataset, folder: Path, tmp_path: Path
) -> None:
    inventory = tmp_path / "find.txt"
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    inventory.write_text("\n".join(files))
    source = create_source(
        by=None,
        name="inventory",
        url=str(folder),
        discovery="inventory",
        list_url=str(inventory),
        default_dataset=open_dataset,
    )
    assert scan(source)["new"] == 3
    inventory.write_text("\n".join(path for path in files if "/b.zarr/" not in path))
    told = scan(source)
    assert (told["stores"], told["vanished"]) == (2, 1)


def test_a_store_is_read_again_after_so_many_days(source: Source) -> None:
    scan(source)
    month_ago = timezone.now() - timedelta(days=31)
    Evidence.objects.filter(location__store=store("a")).update(read_at=month_ago)
    told = scan(source)
    assert (told["due"], told["unchanged"]) == (1, {"consolidated": 2})
    assert Evidence.objects.get(location__store=store("a")).read_at > month_ago


def test_a_store_that_could_not_be_reached_is_tried_again(source: Source) -> None:
    scan(source)
    Store.objects.filter(name="a").update(reach=Reach.UNREACHABLE.value)
    assert scan(source)["due"] == 1
    assert store("a").reach == Reach.OK.value


def test_a_broken_store_is_left_alone_until_it_changes(source: Source, folder: Path) -> None:
    document = folder / "b.zarr" / "zarr.json"
    whole = document.read_text()
    document.write_text("{")
    scan(source, failing=1)
    assert store("b.zarr").verdict == "unreadable"
    told = scan(source, failing=1)
    assert (told["changed"], told["unchanged"]) == (0, {"consolidated": 2, "root": 1})
    document.write_text(whole)
    Job.objects.filter(state="failed").update(finished_at=timezone.now() - timedelta(hours=2))
    assert scan(source, failing=1)["changed"] == 1
    assert store("b").well_count == 1


def test_stores_on_a_server_that_is_away_are_not_asked_for_again_and_again(
    open_dataset: Dataset, folder: Path, tmp_path: Path
) -> None:
    with http_server(folder) as server:
        (tmp_path / "list.txt").write_text("\n".join(f"{server.url}/{n}.zarr" for n in "abc"))
        source = create_source(
            by=None,
            name="listed",
            url=server.url,
            discovery="list",
            list_url=str(tmp_path / "list.txt"),
            default_dataset=open_dataset,
            options={"retries": 0},
        )
        scan(source)
        server.behaviour.statuses["*"] = 503
        told = scan(source)
        assert (told["away"], told["changed"], told["due"]) == (3, 0, 0)
        assert Job.objects.filter(kind=Kind.HARVEST.value).count() == 3


def test_a_change_below_the_root_shows_to_who_looks_at_the_documents(
    source: Source, folder: Path
) -> None:
    scan(source)
    document = folder / "a.zarr" / "A" / "01" / "zarr.json"
    document.write_text(document.read_text() + " ")
    assert scan(source)["changed"] == 0
    Source.objects.filter(pk=source.pk).update(strength=Strength.DOCUMENTS.value)
    source.refresh_from_db()
    first = scan(source)
    # Nothing is known yet of the signs of the documents.
    assert first["changed"] == 3
    assert scan(source)["unchanged"] == {"documents": 3}
    document.write_text(document.read_text() + " ")
    told = scan(source)
    assert (told["changed"], told["unchanged"]) == (1, {"documents": 2})


def test_a_store_whose_harvest_waits_is_not_asked_for_twice(source: Source) -> None:
    for _ in range(2):
        job = request_scan(source=source, by=None)
        discover_stores(lease=factories.taken(job))
    assert Job.objects.filter(kind=Kind.HARVEST.value).count() == 3


def test_the_dataset_comes_from_the_path_where_a_rule_says_so(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    for path in ("screens/x/S 1/a.zarr", "screens/x/b.zarr", "c.zarr"):
        stores.image(tmp_path / path)
    source = create_source(
        by=None,
        name="lab",
        url=str(tmp_path),
        default_dataset=open_dataset,
        dataset_rule="screens/*/{dataset}/*",
    )
    scan(source)
    held = Holding.objects.values_list("store__name", "dataset__slug")
    assert dict(held) == {"a": "S-1", "b": "open", "c": "open"}
    assert Dataset.objects.get(slug="S-1").visibility == "owner"


def test_what_a_scan_registers_is_guarded(source: Source) -> None:
    scan(source)
    assert set(Holding.objects.values_list("guarded", flat=True)) == {True}
    assert set(Job.objects.values_list("guarded", flat=True)) == {True}


def test_a_source_where_the_operator_does_not_allow_is_not_looked_at(
    source: Source, settings: Settings
) -> None:
    settings.ADDRESSES_ALLOWED = {"schemes": ["s3"]}
    job = request_scan(source=source, by=None)
    work_on(Kind.DISCOVER, discover_stores)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED.value, 1)
    assert "PLATECAT_ALLOWED_ROOTS" in job.error


def test_a_store_that_is_mended_right_after_a_failed_reading_is_read_again(
    source: Source, folder: Path
) -> None:
    document = folder / "b.zarr" / "zarr.json"
    whole = document.read_text()
    document.write_text("{")

    def mend(sender: object, **_: object) -> None:
        """Its writer goes on between the reading and what is kept of it."""
        document.write_text(whole)

    post_save.connect(mend, sender=Validation)
    try:
        scan(source, failing=1)
    finally:
        post_save.disconnect(mend, sender=Validation)
    assert document.read_text() == whole
    Job.objects.filter(state="failed").update(finished_at=timezone.now() - timedelta(hours=2))
    assert scan(source, failing=1)["changed"] == 1
    assert store("b").well_count == 1


def test_a_store_that_is_written_anew_as_zarr_3_beside_its_zarr_2_is_read_again(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    old = stores.plate(folder / "p.zarr", wells=["A/1"], version="0.4")
    consolidate(old)
    source = create_source(by=None, name="lab", url=str(folder), default_dataset=open_dataset)
    scan(source)
    assert store("p").version == "0.4"
    shutil.copytree(
        stores.plate(tmp_path / "new" / "p.zarr", wells=["A/1"]), old, dirs_exist_ok=True
    )
    assert scan(source)["changed"] == 1
    assert store("p").version == "0.5"


def test_a_field_that_arrives_shows_to_who_looks_at_the_documents(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    whole = stores.plate(tmp_path / "whole" / "p.zarr", wells=["A/1"], fields=2)
    shutil.copytree(whole, folder / "p.zarr")
    shutil.rmtree(folder / "p.zarr" / "A" / "01" / "1")
    source = create_source(
        by=None,
        name="lab",
        url=str(folder),
        default_dataset=open_dataset,
        strength=Strength.DOCUMENTS.value,
    )
    scan(source)
    assert store("p").missing_count == 1
    shutil.copytree(whole / "A" / "01" / "1", folder / "p.zarr" / "A" / "01" / "1")
    assert scan(source)["changed"] == 1
    assert store("p").missing_count == 0
