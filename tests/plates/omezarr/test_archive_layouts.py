"""The stores of the public archives: all found, by what they are, and none looked into."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from plates.omezarr.discover import Found, find_stores
from plates.omezarr.options import StoreOptions
from plates.states import StoreKind
from tests.archive_layouts import LAYOUTS, ArchiveLayout
from tests.bucket_server import bucket_server
from tests.servers import http_server

OPTIONS = StoreOptions(retries=0)


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveLayout:
    """The layout of an archive, written into the folder of the test."""
    chosen = LAYOUTS[request.param]
    chosen.write(tmp_path)
    return chosen


def kinds(found: Found, root: str) -> Mapping[str, StoreKind]:
    """The kind of each store by its path below the root."""
    assert found.complete
    assert not found.unread
    return {store.url.removeprefix(f"{root}/"): store.kind for store in found.stores}


def looked_into(root: Path, layout: ArchiveLayout, listed: Iterable[str]) -> list[str]:
    """The listed folders that are arrays or lie in one, or in an OME-Zarr store.

    The folder of a store itself is listed where its name does not say that it is one.
    """
    found = {path for path, kind in layout.stores.items() if kind is not StoreKind.ZARR}
    arrays = {
        path.parent.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.name == ".zarray" or (path.name == "zarr.json" and is_array(path))
    }
    closed = {f"{path}/" for path in found | arrays}
    free = {f"{path}/" for path in found if not path.endswith(".zarr")}
    return [
        folder
        for folder in listed
        if any(folder.startswith(path) for path in closed) and folder not in free
    ]


def is_array(path: Path) -> bool:
    return '"node_type": "array"' in path.read_text()


def test_on_disk(layout: ArchiveLayout, tmp_path: Path) -> None:
    assert kinds(find_stores(str(tmp_path), options=OPTIONS), str(tmp_path)) == layout.stores


def test_behind_a_web_server(layout: ArchiveLayout, tmp_path: Path) -> None:
    with http_server(tmp_path) as web:
        assert kinds(find_stores(web.url, options=OPTIONS), web.url) == layout.stores
        asked = web.behaviour.requests
    assert looked_into(tmp_path, layout, (path for path in asked if path.endswith("/"))) == []
    assert len(asked) == len(set(asked))


def test_in_a_bucket(layout: ArchiveLayout, tmp_path: Path) -> None:
    with bucket_server(tmp_path) as bucket:
        found = find_stores(bucket.url, options=bucket.options)
        asked = bucket.asked()
    assert kinds(found, bucket.url) == layout.stores
    lists = [line.removeprefix("LIST ") for line in asked if line.startswith("LIST ")]
    assert looked_into(tmp_path, layout, lists) == []
    assert not any("fibsem-uint16" in path for path in lists)
    assert len(asked) == len(set(asked))
