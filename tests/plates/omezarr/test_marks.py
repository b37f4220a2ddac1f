"""Marks: by which document a store is known, and how much of it is read for that."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.discover import find_stores
from plates.omezarr.marks import kind_in_head, mark_of
from plates.omezarr.options import StoreOptions
from plates.states import StoreKind
from tests import stores
from tests.plates.omezarr.searching import QUICK, below, images
from tests.servers import Behaviour, http_server


def test_a_store_whose_documents_may_not_be_read_is_found(tmp_path: Path) -> None:
    images(tmp_path, "one.zarr", "plain_name")
    closed = {f"{name}/zarr.json": 403 for name in ("one.zarr", "plain_name")}
    with http_server(tmp_path, Behaviour(statuses=closed)) as web:
        found = find_stores(web.url, options=QUICK)
    assert below(found, web.url) == ["one.zarr", "plain_name"]
    assert {store.kind for store in found.stores} == {StoreKind.UNKNOWN}


@pytest.mark.parametrize("fault", [stores.Fault.TRUNCATED, stores.Fault.EMPTY, stores.Fault.DEEP])
def test_a_store_whose_document_is_broken_is_found(tmp_path: Path, fault: stores.Fault) -> None:
    stores.image(tmp_path / "one.zarr", faults={"": fault})
    assert below(find_stores(str(tmp_path), options=QUICK), tmp_path) == ["one.zarr"]


def test_only_the_start_of_a_long_document_is_read(tmp_path: Path) -> None:
    stores.plate(tmp_path / "long.zarr", version="0.4", shape=384, wells=["A/1"])
    document = tmp_path / "long.zarr" / ".zattrs"
    content = json.loads(document.read_bytes())
    document.write_text(json.dumps(content | {"notes": "x" * 1_000_000}))
    options = StoreOptions(retries=0, max_document_bytes=500_000)
    with http_server(tmp_path) as web:
        (store,) = find_stores(web.url, options=options).stores
        assert web.behaviour.requests.count("long.zarr/.zattrs") == 1
    assert store.kind is StoreKind.PLATE
    (store,) = find_stores(str(tmp_path), options=options).stores
    assert store.kind is StoreKind.PLATE


def test_copies_of_images_in_a_document_make_no_image_of_it(tmp_path: Path) -> None:
    images(tmp_path, "plain.zarr/inside")
    inside = json.loads((tmp_path / "plain.zarr" / "inside" / "zarr.json").read_bytes())
    copies = {"metadata": {f"inside{number}": inside for number in range(200)}}
    group = {"zarr_format": 3, "node_type": "group", "consolidated_metadata": copies}
    (tmp_path / "plain.zarr" / "zarr.json").write_text(json.dumps(group))
    assert below(find_stores(str(tmp_path), options=QUICK), tmp_path) == ["plain.zarr/inside"]


@given(st.one_of(st.binary(max_size=40), st.text(max_size=40).map(str.encode)))
def test_any_bytes_are_a_mark_of_some_kind(content: bytes) -> None:
    for name in ("zarr.json", ".zattrs"):
        assert mark_of(name, content).name == name
    assert kind_in_head(content) is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b'{"multiscales": [', StoreKind.IMAGE),
        (b'{"bioformats2raw.layout": 3, "plate" : {', StoreKind.PLATE),
        (b'{"attributes": {}, "consolidated_metadata": {"a": {"multiscales": [', None),
        (b'{"note": "a plate", "text": "plate', None),
    ],
)
def test_the_start_of_a_document_tells_its_kind(head: bytes, kind: StoreKind | None) -> None:
    assert kind_in_head(head) is kind
