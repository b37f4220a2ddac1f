"""Completeness and the storage ledger over REST."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from catalog.words import Role, Visibility
from plates.models import Store
from tests import factories
from tests.catalog.services.counted import age, counted, moment
from tests.plates.omezarr.counting import drop, plate
from tests.stores import Style

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plate without the chunks of one well, of a level of another, and of one label."""
    folder = age(plate(tmp_path / "p.zarr", style=Style(labels=("nuclei",))))
    for pattern in ("B/01/*/[01]", "A/02/0/1", "A/03/1/labels"):
        assert drop(folder, pattern)
    return folder


@pytest.fixture
def store(folder: Path, open_dataset: Dataset) -> Store:
    return factories.harvested(str(folder), into=open_dataset)


def get(client: Client, route: str) -> Any:
    answer = client.get(f"{API}/{route}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_store_says_nothing_until_it_was_counted(client: Client, store: Store) -> None:
    told = get(client, f"stores/{store.id}/")
    assert told["completeness"] is told["links"]["completeness"] is None
    answer = client.get(f"{API}/stores/{store.id}/completeness/")
    assert answer.status_code == 404
    assert "not counted yet" in answer.json()["detail"]


def test_a_store_tells_its_share_and_a_plate_those_of_its_stores(
    client: Client, store: Store
) -> None:
    count = counted(store)
    told = get(client, f"stores/{store.id}/")
    assert told["completeness"] == {
        "completion": "lacking",
        "share": count.present / count.declared,
        "arriving": False,
        "whole": False,
        "declared": count.declared,
        "present": count.present,
        "uncounted": 0,
        "counted_at": count.counted_at.isoformat().replace("+00:00", "Z"),
        "outdated": False,
    }
    assert store.plate is not None
    (shown,) = get(client, f"plates/{store.plate.id}/")["stores"]
    assert shown["completeness"] == told["completeness"]
    assert get(client, "stores/?completeness=lacking")["count"] == 1
    for word in ("whole", "arriving", "uncounted"):
        assert get(client, f"stores/?completeness={word}")["count"] == 0
    assert get(client, "findings/?rule=STORE-CHUNKS-MISSING")["count"] == 1


def test_what_is_missing_is_told_by_well_field_channel_level_and_label(
    client: Client, store: Store, folder: Path
) -> None:
    counted(store)
    told = get(
        client, get(client, f"stores/{store.id}/")["links"]["completeness"].partition("v1/")[2]
    )
    assert {well["path"]: well["share"] for well in told["wells"]} == {
        "A/02": 6 / 8,
        "A/03": 1.0,
        "B/01": 0.0,
    }
    fields = {one["path"]: one for one in told["images"]}
    assert set(fields) == {"A/02/0", "A/03/1", "B/01/0", "B/01/1"}
    assert [level["share"] for level in fields["A/02/0"]["levels"]] == [1.0, 0.0]
    assert [one["share"] for one in fields["A/03/1"]["labels"]] == [0.0]
    assert [channel["share"] for channel in fields["B/01/0"]["channels"]] == [0.0, 0.0]
    levels = {}
    for level in "01":
        there = [path for path in folder.glob(f"*/*/*/{level}/c/**/*") if path.is_file()]
        levels[level] = (len(there), sum(path.stat().st_size for path in there))
    assert [(one["present"], one["bytes"]) for one in told["levels"]] == list(levels.values())
    assert (told["wells_in_all"], told["wells_lacking"]) == (5, 3)
    (nuclei,) = told["label_names"]
    assert (nuclei["name"], nuclei["share"]) == ("nuclei", told["labels"]["share"])


def test_curators_have_a_store_counted(client: Client, store: Store, open_dataset: Dataset) -> None:
    route = f"{API}/stores/{store.id}/count/"
    assert client.post(route).status_code == 403
    curator = factories.user()
    factories.access(curator, Role.CURATOR, open_dataset)
    client.force_login(curator)
    answer = client.post(route)
    assert answer.status_code == 202
    assert (answer.json()["kind"], answer.json()["state"]) == ("count", "queued")
    Store.objects.update(digest="")
    assert client.post(route).status_code == 409


@pytest.fixture
def ledger(store: Store, tmp_path: Path, open_dataset: Dataset) -> dict[str, Path]:
    """Three stores in two datasets, two of them counted; the folders by the name of the store."""
    owner = factories.user("ada")
    source = Source.objects.create(name="lab", url=str(tmp_path))
    other = factories.dataset("other", owner=owner)
    folders = {"p": tmp_path / "p.zarr"}
    for name, levels in (("q", 1), ("r", 3)):
        folders[name] = plate(tmp_path / f"{name}.zarr", wells=["A/1"], levels=levels)
        factories.harvested(str(folders[name]), into=other, source=source)
    counted(store)
    counted(Store.objects.get(name="r"))
    return folders


def size(folder: Path) -> tuple[int, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files), len(files)


def test_the_ledger_is_what_lies_on_the_disk(client: Client, ledger: dict[str, Path]) -> None:
    told = get(client, "ledger/")
    lines = {one["name"]: one for one in told["results"]}
    for name, folder in (("open", ledger["p"]), ("other", ledger["r"])):
        assert (lines[name]["bytes"], lines[name]["objects"]) == size(folder)
    assert (lines["other"]["stores"], lines["other"]["counted"]) == (2, 1)
    assert lines["other"]["arrays"] == lines["other"]["unsharded"] == 6
    assert lines["other"]["changed_at"][:19] == moment(ledger["r"]).astimezone().isoformat()[:19]
    assert (told["total"]["stores"], told["total"]["counted"]) == (3, 2)
    assert told["total"]["bytes"] == size(ledger["p"])[0] + size(ledger["r"])[0]
    assert [one["name"] for one in told["results"]] == ["open", "other"]
    only = get(client, "ledger/?dataset=other")
    assert [one["name"] for one in only["results"]] == ["other"]
    assert only["total"]["stores"] == 2


def test_the_ledger_by_source_person_codec_type_and_class(
    client: Client, ledger: dict[str, Path]
) -> None:
    assert [one["name"] for one in get(client, "ledger/?by=storage_class")["results"]] == [None]
    for by in ("codec", "dtype"):
        lines = get(client, f"ledger/?by={by}")["results"]
        assert all(one["name"] for one in lines)
        chunks = sum(
            path.stat().st_size
            for name in "pr"
            for path in ledger[name].rglob("*")
            if path.is_file() and path.name != "zarr.json"
        )
        assert sum(one["bytes"] for one in lines) == chunks
    for by in ("source", "person"):
        assert client.get(f"{API}/ledger/?by={by}").status_code == 403
    client.force_login(factories.operator())
    assert {one["name"] for one in get(client, "ledger/?by=source")["results"]} == {"lab", None}
    assert {one["name"] for one in get(client, "ledger/?by=person")["results"]} == {"ada", None}


@pytest.mark.parametrize("asked", ["by=size", "By=dataset", "dataset=%00", "limit=3"])
def test_what_the_ledger_cannot_tell_is_refused(client: Client, asked: str) -> None:
    for route in ("ledger/", "ledger.csv"):
        assert client.get(f"{API}/{route}?{asked}").status_code == 400


def test_the_ledger_as_csv_says_the_same(client: Client, ledger: dict[str, Path]) -> None:
    answer = client.get(f"{API}/ledger.csv?by=dataset")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    told = get(client, "ledger/")["results"]
    assert [(row["dataset"], int(row["bytes"]), int(row["stores"])) for row in rows] == [
        (one["name"], one["bytes"], one["stores"]) for one in told
    ]


def test_an_empty_catalog_has_an_empty_ledger(client: Client) -> None:
    told = get(client, "ledger/")
    assert (told["results"], told["total"]["bytes"], told["count"]) == ([], 0, 0)
    for by in ("codec", "dtype", "storage_class"):
        assert get(client, f"ledger/?by={by}")["results"] == []


def test_what_vanished_takes_up_nothing(client: Client, ledger: dict[str, Path]) -> None:
    Store.objects.filter(name="r").update(vanished_at="2026-01-01T00:00Z")
    total = get(client, "ledger/")["total"]
    assert (total["stores"], total["bytes"]) == (2, size(ledger["p"])[0])


def test_private_bytes_are_in_nobodys_sum(client: Client, ledger: dict[str, Path]) -> None:
    Dataset.objects.filter(slug="other").update(visibility=Visibility.OWNER.value)
    for by in ("dataset", "codec", "dtype", "storage_class"):
        told = get(client, f"ledger/?by={by}")
        assert told["total"]["bytes"] == size(ledger["p"])[0]
        assert {one["counted"] for one in told["results"]} == {1}
