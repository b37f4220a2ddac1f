"""Zarr that says nothing of an image at its top: what is found in it, and at which price."""

from pathlib import Path

from plates.omezarr import search
from plates.omezarr.discover import find_stores
from plates.omezarr.patterns import Patterns
from plates.omezarr.plain_zarr import MAX_FRUITLESS
from plates.states import StoreKind
from tests.archive_layouts import array_2, files, group_2
from tests.bucket_server import bucket_server
from tests.plates.omezarr.searching import QUICK, below, images, lists
from tests.servers import Behaviour, http_server


def test_plain_zarr_at_the_address_is_looked_into_too(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/b/c", version="0.4")
    assert below(find_stores(str(tmp_path / "a.zarr"), options=QUICK), tmp_path) == ["a.zarr/b/c"]


def test_a_plain_array_is_one_store_and_its_chunks_are_not_listed(tmp_path: Path) -> None:
    array_2(tmp_path / "a.zarr")
    with http_server(tmp_path) as web:
        (store,) = find_stores(web.url, options=QUICK).stores
        assert [path for path in web.behaviour.requests if path.endswith("/")] == []
    assert (store.kind, store.mark) == (StoreKind.ZARR, ".zarray")


def test_a_plain_zarr_of_many_groups_is_given_up_and_that_is_told(tmp_path: Path) -> None:
    group_2(tmp_path / "crops.zarr")
    for number in range(400):
        group_2(tmp_path / "crops.zarr" / f"{number:03}")
    images(tmp_path, "crops.zarr/last", "other.zarr", version="0.4")
    with bucket_server(tmp_path) as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        ahead = search._AHEAD * bucket.options.concurrency
        assert len(lists(bucket)) <= MAX_FRUITLESS + ahead + 2
    assert below(found, bucket.url) == ["crops.zarr", "other.zarr"]
    assert "in a row" in found.unread[0]
    assert not found.covers(f"{bucket.url}/crops.zarr/last")
    assert found.complete


def test_a_plain_zarr_of_many_images_is_looked_at_whole(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, *(f"a.zarr/{number}" for number in range(150)), version="0.4")
    found = find_stores(str(tmp_path), options=QUICK)
    assert len(found.urls) == 150
    assert found.unread == ()


def test_what_arrives_without_its_document_yet_costs_little(tmp_path: Path) -> None:
    for number in range(500):
        files(tmp_path / "arriving.zarr" / "0" / "c" / str(number), "0")
    images(tmp_path, "one.zarr")
    with bucket_server(tmp_path) as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        assert len(lists(bucket)) < 300
    assert below(found, bucket.url) == ["one.zarr"]
    assert "arriving.zarr" in found.unread[0]


def test_a_failure_inside_of_plain_zarr_does_not_make_it_one_store(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/b", "one.zarr", version="0.4")
    with http_server(tmp_path, Behaviour(statuses={"a.zarr/b/.zattrs": 503})) as web:
        found = find_stores(web.url, options=QUICK)
    assert below(found, web.url) == ["one.zarr"]
    assert not found.complete


def test_a_pattern_that_names_plain_zarr_names_the_images_in_it(tmp_path: Path) -> None:
    group_2(tmp_path / "a.zarr")
    images(tmp_path, "a.zarr/em/b", "a.zarr/old/c", version="0.4")
    patterns = Patterns(include=("*.zarr",), exclude=("**/old",))
    found = find_stores(str(tmp_path), options=QUICK, patterns=patterns)
    assert below(found, tmp_path) == ["a.zarr/em/b"]
