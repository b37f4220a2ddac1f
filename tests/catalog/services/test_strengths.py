"""Scans by a listing or an inventory: every changed document is found, and none is read in vain."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog.errors import NotUnderstood
from catalog.jobs import Job as Kind
from catalog.models import Dataset, Job, Source
from catalog.services.harvest import harvest_store
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.sources import create_source
from plates.models import Evidence, Field
from plates.omezarr import document_listing_local
from tests import stores
from tests.bucket_server import BucketServer, bucket_server
from tests.catalog.services.scanned import scan, store
from tests.store_writer import consolidate
from workers.tasks import work_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allowed")]
NAMES = ("a", "b", "c")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source of three plates with pixels and consolidated metadata."""
    for name in NAMES:
        plate = tmp_path / "in" / f"{name}.zarr"
        consolidate(stores.plate(plate, wells=["B/03"], name=name, chunks=True))
    return tmp_path / "in"


@pytest.fixture
def listed(folder: Path, open_dataset: Dataset) -> Source:
    return create_source(
        by=None, name="lab", url=str(folder), default_dataset=open_dataset, strength="listing"
    )


def write_inventory(folder: Path, *, times: bool = True) -> Path:
    """What find tells of the files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    time = "{0.st_mtime:.6f}\t" if times else ""
    lines = [f"{{0.st_size}}\t{time}{path}".format(path.stat()) for path in files]
    inventory = folder.parent / "find.txt"
    inventory.write_text("\n".join(lines))
    return inventory


@pytest.fixture
def inventoried(folder: Path, open_dataset: Dataset) -> Source:
    return create_source(
        by=None,
        name="lab",
        url=str(folder),
        default_dataset=open_dataset,
        discovery="inventory",
        list_url=str(write_inventory(folder)),
        strength="inventory",
    )


def change(folder: Path, name: str = "b") -> None:
    """Give a field another channel: its document keeps its size, and the root its copy of it."""
    document = folder / f"{name}.zarr" / "B" / "03" / "0" / "zarr.json"
    about = document.stat()
    document.write_text(document.read_text().replace("DAPI", "DAPJ"))
    assert document.stat().st_size == about.st_size


def channels(name: str) -> list[str]:
    fields = Field.objects.filter(store=store(name)).select_related("layout")
    return [str(channel) for field in fields if field.layout for channel in field.layout.channels]


def harvests() -> int:
    return Job.objects.filter(kind=Kind.HARVEST.value).count()


def test_a_field_changed_below_an_unchanged_root_is_found_by_listing(
    listed: Source, folder: Path
) -> None:
    assert scan(listed)["new"] == 3
    told = scan(listed)
    assert (told["strength"], told["unchanged"]) == ("listing", {"listing": 3})
    assert (told["signs"], told["weaker"], told["remarks"]) == (0, 0, [])
    assert told["listings"] > 0
    change(folder)
    told = scan(listed)
    assert (told["changed"], told["unchanged"]) == (1, {"listing": 2})
    assert any("DAPJ" in one for one in channels("b"))
    assert scan(listed)["unchanged"] == {"listing": 3}
    strengths = Evidence.objects.values_list("strength", flat=True)
    assert set(strengths) == {"listing"}


def test_a_field_changed_below_an_unchanged_root_is_found_by_an_inventory(
    inventoried: Source, folder: Path
) -> None:
    assert scan(inventoried)["new"] == 3
    told = scan(inventoried)
    assert (told["strength"], told["unchanged"]) == ("inventory", {"inventory": 3})
    assert (told["signs"], told["listings"], told["weaker"]) == (0, 0, 0)
    assert told["inventory"]["form"] == "lines"
    assert told["inventory"]["made_at"] is not None
    change(folder)
    # The inventory of yesterday does not know of it yet.
    assert scan(inventoried)["unchanged"] == {"inventory": 3}
    write_inventory(folder)
    told = scan(inventoried)
    assert (told["changed"], told["unchanged"]) == (1, {"inventory": 2})
    assert any("DAPJ" in one for one in channels("b"))
    assert scan(inventoried)["unchanged"] == {"inventory": 3}


def test_an_unchanged_store_is_asked_for_nothing_by_an_inventory(
    inventoried: Source, folder: Path
) -> None:
    scan(inventoried)
    for name in NAMES:
        (folder / f"{name}.zarr").rename(folder.parent / name)
    told = scan(inventoried)
    assert (told["unchanged"], told["away"]) == ({"inventory": 3}, 0)


@pytest.mark.parametrize("strength", ["listed", "inventoried"])
def test_after_so_many_days_a_store_is_read_whatever_its_evidence_says(
    strength: str, request: pytest.FixtureRequest
) -> None:
    source: Source = request.getfixturevalue(strength)
    scan(source)
    month_ago = timezone.now() - timedelta(days=31)
    Evidence.objects.filter(location__store=store("a")).update(read_at=month_ago)
    told = scan(source)
    assert (told["due"], sum(told["unchanged"].values())) == (1, 2)
    assert Evidence.objects.get(location__store=store("a")).read_at > month_ago


def test_an_inventory_that_tells_no_times_says_so_and_the_roots_are_asked(
    inventoried: Source, folder: Path
) -> None:
    write_inventory(folder, times=False)
    scan(inventoried)
    told = scan(inventoried)
    assert (told["unchanged"], told["weaker"], told["signs"]) == ({"root": 3}, 3, 3)
    assert "the inventory tells too little" in told["remarks"][0]
    assert f"{folder}/a.zarr" in told["remarks"][0]
    write_inventory(folder)
    # Nothing is known yet of the signs of the inventory.
    assert scan(inventoried)["changed"] == 3
    assert scan(inventoried)["unchanged"] == {"inventory": 3}


def test_a_store_that_cannot_be_listed_whole_is_compared_by_its_root(
    listed: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_listing_local, "MAX_ENTRIES", 3)
    scan(listed)
    told = scan(listed)
    assert (told["unchanged"], told["weaker"], told["listings"]) == ({"root": 3}, 3, 0)
    assert "the listing tells too little" in told["remarks"][0]


@pytest.mark.parametrize("strength", ["listed", "inventoried"])
def test_what_was_read_by_hand_meanwhile_is_read_once_more(
    strength: str, request: pytest.FixtureRequest
) -> None:
    source: Source = request.getfixturevalue(strength)
    scan(source)
    request_store_harvest(store=store("a"), by=None)
    work_on(Kind.HARVEST, harvest_store)
    told = scan(source)
    # A harvest lists the store itself; it cannot know what the next inventory says.
    assert told["changed"] == (0 if strength == "listed" else 1)
    assert scan(source)["changed"] == 0


@pytest.mark.parametrize("strength", ["listed", "inventoried"])
def test_consolidated_metadata_is_not_believed(
    strength: str, folder: Path, request: pytest.FixtureRequest
) -> None:
    change(folder)  # It is stale from the beginning.
    source: Source = request.getfixturevalue(strength)
    scan(source)
    assert any("DAPJ" in one for one in channels("b"))


def test_a_broken_store_is_left_alone_until_it_changes(listed: Source, folder: Path) -> None:
    document = folder / "b.zarr" / "zarr.json"
    whole = document.read_text()
    document.write_text("{")
    scan(listed, failing=1)
    Job.objects.filter(state="failed").update(finished_at=timezone.now() - timedelta(hours=2))
    told = scan(listed, failing=1)
    assert (told["changed"], told["unchanged"]) == (0, {"listing": 3})
    document.write_text(whole)
    assert scan(listed, failing=1)["changed"] == 1


@pytest.fixture
def bucket(folder: Path) -> Iterator[BucketServer]:
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    with bucket_server(folder) as server:
        yield server


def of_bucket(bucket: BucketServer, dataset: Dataset, **told: Any) -> Source:
    options = {"endpoint": bucket.options.endpoint, "region": "us-east-1", "anonymous": True}
    return create_source(
        by=None, name="s3", url=bucket.url, options=options, default_dataset=dataset, **told
    )


def test_in_a_bucket_an_unchanged_store_costs_a_list_and_no_document(
    bucket: BucketServer, folder: Path, open_dataset: Dataset
) -> None:
    source = of_bucket(bucket, open_dataset, strength="listing")
    assert scan(source)["new"] == 3
    bucket.asked()
    told = scan(source)
    assert (told["unchanged"], told["listings"], told["signs"]) == ({"listing": 3}, 3, 0)
    asked = bucket.asked()
    stores_asked = sorted(one for one in asked if ".zarr/" in one)
    # Discovery looks at the root of each store, as it always does.
    roots = [f"GET {name}.zarr/zarr.json" for name in NAMES]
    assert stores_asked == [*roots, *(f"LIST {name}.zarr/" for name in NAMES)]
    key = "b.zarr/B/03/0/zarr.json"
    document = (folder / key).read_text()
    bucket.write(key, document.replace("DAPI", "DAPJ"))
    told = scan(source)
    assert (told["changed"], told["unchanged"]) == (1, {"listing": 2})
    assert any("DAPJ" in one for one in channels("b"))


@pytest.mark.parametrize(
    ("told", "field", "reason"),
    [
        ({"strength": "listing", "url": "https://example.org/in"}, "strength", "folders and S3"),
        ({"strength": "inventory"}, "strength", "Let discovery be inventory"),
    ],
)
def test_a_strength_that_the_source_cannot_have_is_refused(
    open_dataset: Dataset, folder: Path, told: dict[str, Any], field: str, reason: str
) -> None:
    known: dict[str, Any] = {"name": "x", "url": str(folder), "default_dataset": open_dataset}
    with pytest.raises(NotUnderstood, match=reason) as refusal:
        create_source(by=None, **{**known, **told})
    assert refusal.value.parameter == field
