"""Finding stores below an address: all of them, once each, and nothing inside of them."""

import os
from pathlib import Path

import pytest

from plates.omezarr import search
from plates.omezarr.discover import find_stores
from plates.omezarr.errors import ReadCancelled, StoreError, StoreNotFound
from plates.omezarr.options import StoreOptions
from tests import servers, stores
from tests.plates.omezarr.packing import ROOT, pack_files

OPTIONS = StoreOptions(retries=0)


def names(root: object) -> list[str]:
    """The names of the stores that are found."""
    return [url.rpartition("/")[2] for url in find_stores(str(root), options=OPTIONS).urls]


def test_an_address_of_a_store_is_that_store(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"])
    assert find_stores(str(folder), options=OPTIONS).urls == (str(folder),)


def test_stores_are_found_at_any_depth_and_not_looked_into(tmp_path: Path) -> None:
    stores.plate(tmp_path / "a" / "b" / "one.zarr", version="0.4", wells=["A/1"])
    stores.image(tmp_path / "two.zarr")
    (tmp_path / "notes").mkdir()
    assert names(tmp_path) == ["one.zarr", "two.zarr"]


def test_nothing_found_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="No OME-Zarr store lies at"):
        names(tmp_path)
    with pytest.raises(StoreError):
        names(tmp_path / "nowhere")


def test_links_that_run_in_circles_make_no_store_twice(tmp_path: Path) -> None:
    stores.image(tmp_path / "data" / "one.zarr")
    for name in ("up", "again"):
        (tmp_path / "data" / name).symlink_to(tmp_path)
    assert names(tmp_path) == ["one.zarr"]


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    stores.image(tmp_path / "elsewhere" / "one.zarr")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "elsewhere")
    assert names(tmp_path / "root") == ["one.zarr"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_hides_nothing_else(tmp_path: Path) -> None:
    stores.image(tmp_path / "one.zarr")
    (tmp_path / "lost+found").mkdir(mode=0)
    found = find_stores(str(tmp_path), options=OPTIONS)
    assert len(found.urls) == len(found.unread) == 1


def test_a_folder_of_a_web_server_that_fails_hides_nothing_else(tmp_path: Path) -> None:
    stores.image(tmp_path / "one.zarr")
    (tmp_path / "closed").mkdir()
    behaviour = servers.Behaviour(statuses={"closed/": 403})
    with servers.http_server(tmp_path, behaviour) as web:
        found = find_stores(web.url, options=OPTIONS)
    assert found.urls == (f"{web.url}/one.zarr",)
    assert "closed" in found.unread[0]


def test_more_folders_than_are_looked_at_are_said_to_be_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        stores.image(tmp_path / f"{name}.zarr")
    monkeypatch.setattr(search, "MAX_FOLDERS", 2)
    found = find_stores(str(tmp_path), options=OPTIONS)
    assert (len(found.urls), found.complete) == (1, False)


def test_looking_can_be_stopped_and_tells_how_far_it_is(tmp_path: Path) -> None:
    stores.image(tmp_path / "a" / "one.zarr")
    told: list[tuple[int, int]] = []
    find_stores(str(tmp_path), options=OPTIONS, progress=lambda *far: told.append(far))
    assert told[-1] == (3, 3)
    with pytest.raises(ReadCancelled):
        find_stores(str(tmp_path), options=OPTIONS, stop=lambda: True)


def test_packed_stores_are_found_and_other_archives_are_not(tmp_path: Path) -> None:
    for folder in ("deep", "store.zarr", "folder.ozx"):
        (tmp_path / folder).mkdir()
    (tmp_path / "store.zarr" / "zarr.json").write_bytes(ROOT)
    packed = ("a.ozx", "deep/B.ome.zarr.ZIP", "c.zarr.zip", "papers.zip", "store.zarr/inside.ozx")
    for name in packed:
        pack_files(tmp_path / name, {"zarr.json": ROOT})
    wanted = ["a.ozx", "c.zarr.zip", "deep/B.ome.zarr.ZIP", "store.zarr"]
    found = find_stores(str(tmp_path), options=OPTIONS)
    assert found.urls == tuple(str(tmp_path / name) for name in wanted)


def test_an_address_of_an_archive_is_that_store(tmp_path: Path) -> None:
    target = pack_files(tmp_path / "p.zip", {"p.zarr/zarr.json": ROOT})
    assert find_stores(str(target), options=OPTIONS).urls == (str(target),)


def test_an_archive_without_a_store_is_said_to_hold_none(tmp_path: Path) -> None:
    target = pack_files(tmp_path / "papers.zip", {"a.pdf": b"x", "b/zarr.pdf": b"x"})
    with pytest.raises(StoreNotFound, match="no OME-Zarr in the archive"):
        find_stores(str(target), options=OPTIONS)
