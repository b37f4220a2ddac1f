"""What a scan does not find: tombstones, and what is not taken as gone."""

import shutil
from pathlib import Path

import pytest
from django.db.models.signals import post_save

from catalog.jobs import Job as Kind
from catalog.models import Change, Dataset, History, Job, Source
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.sources import change_source, create_source
from catalog.services.stores import register_store
from catalog.words import JobState
from plates.models import Location, Plate, Store
from plates.services.stores import mark_vanished
from tests import stores
from tests.catalog.services.scanned import rename, scan, store, three_plates
from tests.servers import http_server
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return three_plates(tmp_path / "in")


def plates_gone(of: Store) -> list[bool]:
    return [plate.vanished_at is not None for plate in Plate.objects.filter(stores=of)]


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
