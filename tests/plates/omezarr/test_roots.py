import json

import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    DocumentMalformed,
    NotOmeZarr,
    StoreError,
    StoreForbidden,
    StoreNotFound,
    UnsupportedVersion,
)
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.roots import OpenedRoot, Outcome, opening

URL = RootUrl.parse("https://example.org/p.zarr")
PLATE: JsonObject = {"plate": {"wells": []}}


def opened(documents: dict[str, Outcome | JsonObject]) -> OpenedRoot:
    asking = opening(URL)
    path = next(asking)
    while True:
        answer = documents.get(path)
        try:
            path = asking.send(json.dumps(answer).encode() if isinstance(answer, dict) else answer)
        except StopIteration as end:
            root: OpenedRoot = end.value
            return root


def v3(ome: JsonObject) -> JsonObject:
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}


def test_zarr_3_is_asked_for_first_and_nothing_more_when_it_is_there() -> None:
    asking = opening(URL)
    assert next(asking) == "zarr.json"
    with pytest.raises(StopIteration):
        asking.send(json.dumps(v3({"version": "0.5", **PLATE})).encode())


@pytest.mark.parametrize(
    ("documents", "version", "zarr_format", "kind"),
    [
        ({"zarr.json": v3({"version": "0.5", **PLATE})}, "0.5", 3, "plate"),
        ({"zarr.json": v3({"version": "0.5.2", **PLATE})}, "0.5", 3, "plate"),
        ({"zarr.json": v3(PLATE)}, "0.5", 3, "plate"),
        ({"zarr.json": {"attributes": PLATE}}, "0.5", 3, "plate"),
        ({".zattrs": {"plate": {"version": "0.4", "wells": []}}}, "0.4", 2, "plate"),
        ({".zattrs": {"plate": {"version": 0.4}}}, "0.4", 2, "plate"),
        ({".zattrs": PLATE}, "0.4", 2, "plate"),
        ({".zattrs": {"version": "0.4", "multiscales": [{}]}}, "0.4", 2, "image"),
        ({".zattrs": {"plate": {"a": 1}, "bioformats2raw.layout": 3}}, "0.4", 2, "plate"),
        ({".zattrs": {"plate": {"a": 1}, "multiscales": [{}]}}, "0.4", 2, "plate"),
        ({"zarr.json": v3({}), ".zattrs": PLATE}, "0.4", 2, "plate"),
        ({"zarr.json": b"<html>", ".zattrs": PLATE}, "0.4", 2, "plate"),
    ],
)
def test_a_root_tells_its_kind_and_version(
    documents: dict[str, Outcome | JsonObject], version: str, zarr_format: int, kind: str
) -> None:
    root = opened(documents)
    assert (root.version, root.dialect.zarr_format, root.kind) == (version, zarr_format, kind)


@pytest.mark.parametrize(
    ("documents", "sentence"),
    [
        ({"zarr.json": {"node_type": "array"}}, "is a plain Zarr array"),
        ({".zarray": {}}, "is a plain Zarr array"),
        ({".zgroup": {}}, "is a Zarr group without attributes"),
        ({".zattrs": {}}, "is a Zarr group, but it says nothing"),
        ({".zattrs": {"multiscales": []}}, "is a Zarr group, but it says nothing"),
        ({".zattrs": {"bioformats2raw.layout": 3}}, "seems to be a bioformats2raw collection"),
        ({"zarr.json": v3({"bioformats2raw.layout": 3})}, "seems to be a bioformats2raw"),
        ({".zattrs": {"well": {"images": []}}}, "seems to be one well of a plate"),
        ({".zattrs": {"labels": ["x"]}}, "seems to be the list of an image's labels"),
        ({".zattrs": {"attributes": {"ome": {}}}}, "mixed up Zarr 2 and Zarr 3"),
    ],
)
def test_what_is_no_plate_and_no_image_is_named(
    documents: dict[str, Outcome | JsonObject], sentence: str
) -> None:
    with pytest.raises(NotOmeZarr, match=sentence):
        opened(documents)


@pytest.mark.parametrize("version", ["0.1", "0.3", "0.6", "0.6.dev4", "1", "abc123", "0.4\n" * 50])
def test_a_version_that_is_not_known_is_refused(version: str) -> None:
    with pytest.raises(UnsupportedVersion, match=r"It reads 0\.4, 0\.5\."):
        opened({".zattrs": {"plate": {"version": version}}})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_root_that_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(
        DocumentMalformed, match=r"https://example\.org/p\.zarr/zarr\.json cannot be"
    ):
        opened({"zarr.json": content})


def test_nothing_at_all_is_not_found() -> None:
    with pytest.raises(StoreNotFound):
        opened({})


@pytest.mark.parametrize("path", ["zarr.json", ".zattrs"])
def test_a_refusal_counts_when_nothing_else_can_be_read(path: str) -> None:
    with pytest.raises(StoreForbidden):
        opened({path: StoreForbidden("no")})


def test_storage_that_hides_missing_documents_behind_a_refusal_can_be_read() -> None:
    assert opened({"zarr.json": StoreForbidden("no"), ".zattrs": PLATE}).version == "0.4"


def test_a_document_that_is_wrong_says_more_than_a_refusal() -> None:
    with pytest.raises(DocumentMalformed):
        opened({"zarr.json": StoreForbidden("no"), ".zattrs": b"{"})


def test_only_what_may_pass_is_marked_as_passing() -> None:
    passing = {kind.__name__ for kind in StoreError.__subclasses__() if kind.passing}
    assert passing == {"StoreUnreachable"}
