"""Scans of a source: new stores appear, changed ones are read again, vanished ones are tombstones."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.utils import timezone
from pytest_django import Settings

from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, History, Holding, Job, Source
from catalog.services.discover import discover_stores
from catalog.services.harvest import harvest_store
from catalog.services.requesting import request_store_harvest
from catalog.services.sources import change_source, create_source, request_scan
from catalog.services.stores import register_store
from catalog.words import JobState
from plates.models import Evidence, Location, Plate, Store, Validation
from plates.services.stores import mark_vanished
from plates.states import Reach, Strength
from tests import factories, stores
from tests.servers import http_server
from tests.store_writer import consolidate
from workers.tasks import work_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowed(settings: Settings, tmp_path: Path) -> None:
    """What lies in the test's own folder, and on loopback, may be read."""
    settings.ADDRESSES_ALLOWED = {
        "roots": [f"file://{tmp_path}"],
        "networks": ["127.0.0.0/8"],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source of three plates."""
    for name in "abc":
        consolidate(stores.plate(tmp_path / "in" / f"{name}.zarr", wells=["A/1"], name=name))
    return tmp_path / "in"


@pytest.fixture
def source(folder: Path, open_dataset: Dataset) -> Source:
    return create_source(by=None, name="lab", url=str(folder), default_dataset=open_dataset)


def scan(source: Source, *, accept_losses: bool = False, failing: int = 0) -> dict[str, Any]:
    """What a scan finds, once all that it asks for is done."""
    job = request_scan(source=source, by=None, accept_losses=accept_losses)
    discover_stores(lease=factories.taken(job))
    waiting = Job.objects.filter(kind=Kind.HARVEST.value, state=JobState.QUEUED.value)
    for _ in range(waiting.count()):
        work_on(Kind.HARVEST, harvest_store)
    assert Job.objects.filter(state=JobState.FAILED.value).count() == failing
    job.refresh_from_db()
    assert job.state == JobState.DONE.value
    told: dict[str, Any] = job.outcome
    return told


def store(name: str) -> Store:
    return Store.objects.get(name=name)


def plates_gone(of: Store) -> list[bool]:
    return [plate.vanished_at is not None for plate in Plate.objects.filter(stores=of)]


def rename(folder: Path, name: str) -> None:
    document = folder / "zarr.json"
    told = json.loads(document.read_text())
    told["attributes"]["ome"]["plate"]["name"] = name
    document.write_text(json.dumps(told))


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


def test_a_vanished_store_is_a_tombstone_and_comes_back_as_itself(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = store("b")
    (folder / "b.zarr").rename(folder.parent / "away.zarr")
    assert scan(source)["vanished"] == 1
    gone = Store.objects.get(pk=known.pk)
    assert gone.vanished_at is not None
    assert plates_gone(known) == [True]
    assert not Location.objects.filter(store=gone, gone_at=None).exists()
    assert History.objects.filter(verb="vanish", subject=str(gone.id)).exists()
    assert scan(source)["vanished"] == 0
    (folder.parent / "away.zarr").rename(folder / "b.zarr")
    scan(source)
    back = Store.objects.get(pk=known.pk)
    assert (back.id, back.vanished_at) == (known.id, None)
    assert plates_gone(known) == [False]
    happened = Change.objects.filter(store=known, verb__in=["appeared", "vanished", "returned"])
    assert list(happened.order_by("serial").values_list("verb", flat=True)) == [
        "appeared",
        "vanished",
        "returned",
    ]
    assert Store.objects.count() == 3


def test_storage_that_shows_half_of_itself_makes_no_tombstones(
    open_dataset: Dataset, tmp_path: Path
) -> None:
    for number in range(25):
        stores.image(tmp_path / f"{number:02}.zarr")
    source = create_source(by=None, name="lab", url=str(tmp_path), default_dataset=open_dataset)
    scan(source)
    for number in range(15):
        shutil.rmtree(tmp_path / f"{number:02}.zarr")
    told = scan(source)
    assert (told["vanished"], told["withheld"]) == (0, 15)
    assert "is the storage mounted" in told["unread"][0]
    assert not Store.objects.exclude(vanished_at=None).exists()
    assert scan(source, accept_losses=True)["vanished"] == 15


def test_what_lies_in_a_folder_that_cannot_be_listed_is_not_taken_as_gone(
    open_dataset: Dataset, folder: Path
) -> None:
    stores.image(folder / "sub" / "hidden.zarr")
    with http_server(folder) as server:
        source = create_source(by=None, name="web", url=server.url, default_dataset=open_dataset)
        assert scan(source)["stores"] == 4
        server.behaviour.statuses["sub/"] = 403
        shutil.rmtree(folder / "b.zarr")
        told = scan(source)
    assert (told["stores"], told["vanished"]) == (2, 1)
    assert "may not be read" in told["unread"][0]
    assert Store.objects.get(name="hidden").vanished_at is None
    assert Store.objects.get(name="b").vanished_at is not None


def test_a_source_that_is_elsewhere_now_takes_nothing_along(
    source: Source, folder: Path, tmp_path: Path
) -> None:
    scan(source)
    stores.image(tmp_path / "other" / "x.zarr")
    change_source(source=source, by=None, url=str(tmp_path / "other"))
    source.refresh_from_db()
    assert (scan(source)["new"], Store.objects.exclude(vanished_at=None).count()) == (1, 0)


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


def test_a_tombstone_that_is_harvested_lies_somewhere_again(source: Source, folder: Path) -> None:
    scan(source)
    known = store("b")
    (folder / "b.zarr").rename(folder.parent / "away.zarr")
    scan(source)
    (folder.parent / "away.zarr").rename(folder / "b.zarr")
    request_store_harvest(store=known, by=None)
    work_on(Kind.HARVEST, harvest_store)
    back = store("b")
    assert back.vanished_at is None
    assert Location.objects.filter(store=back, gone_at=None).count() == 1
    assert scan(source)["new"] == 0
    assert Store.objects.count() == 3


def test_a_store_that_vanishes_while_it_is_harvested_is_not_doubled(
    source: Source, folder: Path
) -> None:
    scan(source)
    known = store("b")
    rename(folder / "b.zarr", "renamed")
    request_store_harvest(store=known, by=None)

    def vanish(sender: object, instance: Job, **_: object) -> None:
        """A scan does not see it while a worker has it."""
        if instance.state == JobState.RUNNING.value:
            mark_vanished(list(Location.objects.filter(store=known).values_list("pk", flat=True)))

    post_save.connect(vanish, sender=Job)
    try:
        work_on(Kind.HARVEST, harvest_store)
    finally:
        post_save.disconnect(vanish, sender=Job)
    assert scan(source)["new"] == 0
    assert Store.objects.count() == 3


@pytest.mark.parametrize("form", ["list", "inventory", "listing"])
def test_what_is_wanted_no_more_of_a_list_is_not_taken_as_gone(
    open_dataset: Dataset, folder: Path, tmp_path: Path, form: str
) -> None:
    listed = tmp_path / "list.txt"
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    listed.write_text(
        "\n".join(files if form == "inventory" else [f"{folder}/{one}.zarr" for one in "abc"])
    )
    source = create_source(
        by=None,
        name="listed",
        url=str(folder),
        discovery=form,
        list_url="" if form == "listing" else str(listed),
        default_dataset=open_dataset,
    )
    assert scan(source)["new"] == 3
    change_source(source=source, by=None, exclude=["b.zarr"])
    source.refresh_from_db()
    told = scan(source)
    assert (told["stores"], told["vanished"]) == (2, 0)
    change_source(source=source, by=None, exclude=[], include=["a.zarr", "b.zarr"])
    source.refresh_from_db()
    told = scan(source)
    assert (told["stores"], told["vanished"]) == (2, 0)


def test_a_store_that_is_entered_behind_the_back_of_a_scan_is_not_taken_as_gone(
    source: Source, folder: Path, open_dataset: Dataset
) -> None:
    entered: list[Store] = []

    def enter(sender: object, instance: Job, **_: object) -> None:
        """What the scan has found is asked for; then somebody enters a new store."""
        if instance.kind == Kind.HARVEST.value and not entered:
            url = str(stores.plate(folder / "late.zarr", wells=["A/1"]))
            entered.append(register_store(url=url, dataset=open_dataset, by=None, source=source))

    post_save.connect(enter, sender=Job)
    try:
        told = scan(source)
    finally:
        post_save.disconnect(enter, sender=Job)
    assert (told["stores"], told["vanished"]) == (3, 0)
    assert Location.objects.filter(store=entered[0], gone_at=None).exists()
    shutil.rmtree(folder / "late.zarr")
    assert scan(source)["vanished"] == 1
