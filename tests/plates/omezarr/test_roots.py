import json

import pytest

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    DocumentMalformed,
    StoreError,
    StoreForbidden,
    StoreNotFound,
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
    assert (root.version, root.storage.zarr_format, root.kind) == (version, zarr_format, kind)


@pytest.mark.parametrize(
    ("documents", "kind"),
    [
        ({".zattrs": {"bioformats2raw.layout": 3}}, "collection"),
        ({"zarr.json": v3({"bioformats2raw.layout": 3})}, "collection"),
        ({"zarr.json": v3({"version": "0.6", "scene": {}})}, "scene"),
        ({".zattrs": {"well": {"images": []}}}, "well"),
        ({".zattrs": {"labels": ["x"]}}, "labels"),
        ({".zattrs": {"tables": ["x"]}}, "tables"),
        ({".zattrs": {"multiscales": []}}, "image"),
    ],
)
def test_a_root_that_is_part_of_something_is_called_what_it_is(
    documents: dict[str, Outcome | JsonObject], kind: str
) -> None:
    root = opened(documents)
    assert (root.kind, root.remark) == (kind, "")


@pytest.mark.parametrize(
    ("documents", "remark"),
    [
        ({"zarr.json": {"node_type": "array"}}, "It is a plain Zarr array."),
        ({".zarray": {}}, "It is a plain Zarr array."),
        ({".zgroup": {}}, "It is a Zarr group without attributes."),
        ({".zattrs": {}}, "It is a Zarr group without attributes."),
        ({".zattrs": {"a": 1}}, "says nothing of a plate"),
        ({".zattrs": {"series": ["0"]}}, "the OME folder of a bioformats2raw collection"),
        ({".zattrs": {"attributes": {"ome": {}}}}, "mixed up Zarr 2 and Zarr 3"),
    ],
)
def test_plain_zarr_is_named_as_such_with_a_remark(
    documents: dict[str, Outcome | JsonObject], remark: str
) -> None:
    root = opened(documents)
    assert root.kind == "zarr"
    assert remark in root.remark


@pytest.mark.parametrize(
    ("version", "called", "read_as"),
    [
        ("0.1", "0.1", "0.1"),
        ("0.3", "0.3", "0.3"),
        ("0.6", "0.6", "0.6"),
        ("0.6.dev4", "0.6.dev4", "0.6"),
        ("0.5.2", "0.5", "0.5"),
        ("1.0", "1.0", "0.6"),
        ("abc123", "abc123", "0.4"),
        ("0.0", "0.0", "0.4"),
    ],
)
def test_a_version_is_called_as_it_calls_itself_and_read_as_the_nearest_known(
    version: str, called: str, read_as: str
) -> None:
    root = opened({".zattrs": {"plate": {"version": version}}})
    assert (root.version, root.dialect.version, root.declared) == (called, read_as, version)
    assert root.storage.zarr_format == 2


def test_an_endless_version_is_cut() -> None:
    assert len(opened({".zattrs": {"plate": {"version": "0.4\n" * 50}}}).version) <= 16


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
