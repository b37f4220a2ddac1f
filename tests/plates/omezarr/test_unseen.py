"""What a search could not look at: said, by address, and never taken for gone."""

from pathlib import Path

import pytest

from plates.omezarr import unseen
from plates.omezarr.addressing import MAX_DEPTH
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import FolderTooLarge
from plates.omezarr.options import StoreOptions
from tests.archive_layouts import files
from tests.bucket_server import bucket_server
from tests.plates.omezarr.searching import QUICK, below, images
from tests.servers import Behaviour, http_server


@pytest.mark.parametrize("failing", ["a/", "a/one.zarr/zarr.json"])
def test_a_failure_that_stays_makes_a_search_incomplete(tmp_path: Path, failing: str) -> None:
    images(tmp_path, "a/one.zarr", "two.zarr")
    with http_server(tmp_path, Behaviour(statuses={failing: 503})) as web:
        found = find_stores(web.url, options=StoreOptions(retries=1))
        assert web.behaviour.requests.count(failing) == 2
    assert below(found, web.url) == ["two.zarr"]
    assert not found.complete
    assert "503" in found.unread[0]
    assert not found.covers(f"{web.url}/a/one.zarr")


def test_a_list_in_a_bucket_that_goes_on_failing_makes_a_search_incomplete() -> None:
    with bucket_server("2x3x1") as bucket:
        bucket.fail("screens/study-0001/")
        found = find_stores(bucket.url, options=bucket.options)
    assert len(found.urls) == 3
    assert not found.complete
    assert found.hidden == (f"{bucket.url}/screens/study-0001",)


def test_below_a_closed_folder_nothing_can_be_said_to_be_gone(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    (tmp_path / "now closed").mkdir()
    with http_server(tmp_path, Behaviour(statuses={"now closed/": 403})) as web:
        found = find_stores(web.url, options=QUICK)
    assert found.complete
    assert found.hidden == (f"{web.url}/now%20closed",)
    assert not found.covers(f"{web.url}/now%20closed/a.zarr")
    assert not found.covers(f"{web.url}/now closed")
    assert found.covers(f"{web.url}/now%20closed-not/a.zarr")


def test_folders_that_lie_too_deep_are_told(tmp_path: Path) -> None:
    deepest = "/".join(["d"] * (MAX_DEPTH - 1))
    images(tmp_path, f"{deepest}/x.zarr", f"{deepest}/d/too/y.zarr")
    found = find_stores(str(tmp_path), options=QUICK)
    assert below(found, tmp_path) == [f"{deepest}/x.zarr"]
    assert "too deep" in found.unread[0]
    assert not found.covers(f"{tmp_path}/{deepest}/d/too/y.zarr")


def test_names_that_no_address_can_hold_are_told(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr")
    (tmp_path / b"\xff\xfe".decode("utf-8", "surrogateescape")).mkdir()
    found = find_stores(str(tmp_path), options=QUICK)
    assert "no UTF-8" in found.unread[0]
    assert len(found.urls) == 1


def test_more_is_hidden_than_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images(tmp_path, "one.zarr")
    monkeypatch.setattr(unseen, "MAX_HIDDEN", 2)
    statuses = {}
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        statuses[f"{name}/"] = 403
    with http_server(tmp_path, Behaviour(statuses=statuses)) as web:
        found = find_stores(web.url, options=QUICK)
    assert (len(found.hidden), found.complete) == (2, False)


def test_a_folder_of_too_many_names_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path, "one.zarr")
    files(tmp_path / "tiffs", *map(str, range(20)))
    for module in ("folders_local", "folders_web", "folders_objects"):
        monkeypatch.setattr(f"plates.omezarr.{module}.MAX_NAMES", 10)
    with http_server(tmp_path) as web, bucket_server(tmp_path) as bucket:
        for root, options in (
            (str(tmp_path), QUICK),
            (web.url, QUICK),
            (bucket.url, bucket.options),
        ):
            found = find_stores(root, options=options)
            assert below(found, root) == ["one.zarr"]
            assert "more than" in found.unread[0]
            assert not found.complete


def test_a_list_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plates.omezarr.folders_objects.LONGEST_LISTING_S", 0.05)
    with (
        bucket_server("1x1x1", delay_s=0.2) as bucket,
        pytest.raises(FolderTooLarge, match="takes longer"),
    ):
        find_stores(bucket.url, options=bucket.options)
