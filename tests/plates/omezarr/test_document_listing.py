"""Stores by their listings: a change of any document shows, and chunks cost next to nothing."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from plates.omezarr.document_listing import UNTOLD, StoreSign, list_documents
from plates.omezarr.errors import ReadCancelled, StoreForbidden, StoreNotFound, StoreUnreachable
from plates.omezarr.guard import Guard
from plates.omezarr.options import StoreOptions
from tests import stores
from tests.bucket_server import bucket_server
from tests.plates.omezarr.counting import plate
from tests.servers import KEY, REGION, SECRET, s3_server

LOCAL = StoreOptions()


def sign(url: str, options: StoreOptions = LOCAL) -> StoreSign:
    return list_documents([url], options=options).signs[0]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_field_changed_below_an_unchanged_root_shows_on_a_disk(
    tmp_path: Path, version: stores.Version
) -> None:
    folder = plate(tmp_path / "p.zarr", version, wells=["B/03"])
    first = sign(str(folder))
    assert isinstance(first, bytes)
    assert len(first) == 32
    assert sign(str(folder)) == first
    document = folder / "B" / "03" / "0" / ("zarr.json" if version == "0.5" else ".zattrs")
    size = document.stat().st_size
    document.write_text(document.read_text().replace("DAPI", "DAPJ"))
    assert document.stat().st_size == size
    assert sign(str(folder)) != first


def test_a_chunk_that_changes_does_not_show_but_a_document_that_arrives_does(
    tmp_path: Path,
) -> None:
    folder = plate(tmp_path / "p.zarr", wells=["B/03"])
    first = sign(str(folder))
    chunk = next(path for path in (folder / "B/03/0/0/c").rglob("*") if path.is_file())
    chunk.write_bytes(b"other")
    os.utime(chunk, (1, 1))
    assert sign(str(folder)) == first
    labels = folder / "B/03/0/labels"
    labels.mkdir(exist_ok=True)
    (labels / ".zattrs").write_text("{}")
    assert sign(str(folder)) != first


def test_on_a_disk_what_is_not_there_or_not_allowed_is_told(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr")
    guarded = replace(LOCAL, guard=Guard(roots=[f"file://{tmp_path}/other"]))
    assert isinstance(sign(f"{tmp_path}/none.zarr"), StoreNotFound)
    assert isinstance(sign(str(folder), guarded), Exception)


def test_what_cannot_be_listed_has_no_sign(tmp_path: Path) -> None:
    assert sign("https://example.org/p.zarr") == UNTOLD
    assert sign(f"{tmp_path}/p.ozx") == UNTOLD


def test_it_can_be_stopped(tmp_path: Path) -> None:
    folder = stores.image(tmp_path / "i.zarr")
    with pytest.raises(ReadCancelled):
        list_documents([str(folder)], options=LOCAL, stop=lambda: True)


def test_a_bucket_that_does_not_answer_is_told() -> None:
    with bucket_server("1x1x1") as bucket:
        store = "screens/study-0000/plate-00000.ome.zarr"
        bucket.fail(f"{store}/")
        assert isinstance(sign(f"{bucket.url}/{store}", bucket.options), StoreUnreachable)


def test_a_real_s3_service(tmp_path: Path) -> None:
    folder = plate(tmp_path / "a b.zarr", wells=["B/03"])
    with s3_server() as server:
        options = StoreOptions(endpoint=server.endpoint, region=REGION, key=KEY, secret=SECRET)
        url = server.upload(folder, "lab", "in/a b.zarr")
        first = sign(url, options)
        assert isinstance(first, bytes)
        assert len(first) == 32
        assert sign(url, options) == first
        document = folder / "B/03/0/zarr.json"
        document.write_text(document.read_text().replace("DAPI", "DAPJ"))
        server.upload(folder / "B/03/0", "lab", "in/a b.zarr/B/03/0")
        assert sign(url, options) != first
        refused = replace(options, secret="wrong")
        assert isinstance(sign(url, refused), StoreForbidden)
