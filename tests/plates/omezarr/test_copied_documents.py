"""Consolidated metadata stands for all documents where it is fresh, and for none where it is not."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.copied_documents import ABSENT, SAMPLE, sample_of
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.validate import examine_store
from tests import stores
from tests.servers import Behaviour, http_server
from tests.store_writer import consolidate
from tests.stores import Style, Version

QUICK = StoreOptions(retries=0, timeout_s=5)
Make = Callable[[Path, Version], Path]


def sparse_plate(folder: Path, version: Version) -> Path:
    """A plate of 12 wells of which one is not there, with labels."""
    wells = [f"{row}/{column:02}" for row in "BCD" for column in range(3, 7)]
    style = Style(labels=("nuclei",))
    path = folder / "p.zarr"
    return stores.plate(path, version=version, wells=wells, fields=2, missing=["C/04"], style=style)


def image(folder: Path, version: Version) -> Path:
    return stores.image(folder / "i.zarr", version=version)


def collection(folder: Path, version: Version) -> Path:
    return stores.collection(folder / "c.zarr", version=version)


def content(snapshot: StoreSnapshot) -> object:
    return (
        snapshot.kind,
        snapshot.name,
        snapshot.plate,
        snapshot.images,
        snapshot.problems,
        snapshot.documents,
    )


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("make", [sparse_plate, image, collection])
def test_the_copies_show_the_same_as_the_documents(
    tmp_path: Path, make: Make, version: Version
) -> None:
    folder = consolidate(make(tmp_path, version))
    by_documents = read_store(str(folder), copies=False)
    by_copies = read_store(str(folder))
    assert content(by_copies) == content(by_documents)
    with http_server(tmp_path) as server:
        remote = read_store(f"{server.url}/{folder.name}", options=QUICK)
        asked = len(server.behaviour.requests)
    assert content(remote) == content(by_documents)
    assert remote.digest == by_copies.digest
    # The root, `.zmetadata`, a sample, and the well that is promised but has no copy.
    assert asked <= SAMPLE + ABSENT + 6


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_validation_knows_the_content_by_the_same_digest(
    tmp_path: Path, version: Version
) -> None:
    folder = consolidate(sparse_plate(tmp_path, version))
    snapshot, _ = examine_store(str(folder))
    assert snapshot.digest == read_store(str(folder)).digest
    assert snapshot.witnesses == read_store(str(folder)).witnesses
    (folder / "B" / "03").rename(folder / "B" / "gone")
    stale, _ = examine_store(str(folder))
    assert stale.digest == read_store(str(folder), copies=False).digest != snapshot.digest


def rename_in_root(folder: Path) -> None:
    document = folder / ".zattrs"
    told = json.loads(document.read_text())
    told["plate"]["name"] = "renamed"
    document.write_text(json.dumps(told))


def spoil_a_sampled_copy(folder: Path) -> None:
    root = folder / "zarr.json"
    told = json.loads(root.read_text())
    metadata = told["consolidated_metadata"]["metadata"]
    metadata[min(metadata)]["attributes"] = {"changed": True}
    root.write_text(json.dumps(told))


def forget_a_well(folder: Path) -> None:
    root = folder / "zarr.json"
    told = json.loads(root.read_text())
    metadata = told["consolidated_metadata"]["metadata"]
    for key in [key for key in metadata if key.startswith("D/06")]:
        del metadata[key]
    root.write_text(json.dumps(told))


def forget_all_labels(folder: Path) -> None:
    root = folder / ("zarr.json" if (folder / "zarr.json").exists() else ".zmetadata")
    told = json.loads(root.read_text())
    metadata = told.get("consolidated_metadata", told)["metadata"]
    for key in [key for key in metadata if "/labels" in key]:
        del metadata[key]
    root.write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("version", "spoil"),
    [
        ("0.4", forget_all_labels),
        ("0.5", forget_all_labels),
        ("0.4", rename_in_root),
        ("0.5", spoil_a_sampled_copy),
        ("0.5", forget_a_well),
    ],
)
def test_stale_copies_are_not_believed(
    tmp_path: Path, version: Version, spoil: Callable[[Path], None]
) -> None:
    folder = consolidate(sparse_plate(tmp_path, version))
    spoil(folder)
    expected = read_store(str(folder), copies=False)
    assert read_store(str(folder)) == expected
    with http_server(tmp_path) as server:
        remote = read_store(f"{server.url}/p.zarr", options=QUICK)
    assert (content(remote), remote.digest) == (content(expected), expected.digest)


@pytest.mark.parametrize("copies", [b"{", b"[]", b'{"metadata": 1}', b"[" * 100_000, b"\xff"])
def test_copies_that_cannot_be_read_are_not_there(tmp_path: Path, copies: bytes) -> None:
    folder = sparse_plate(tmp_path, "0.4")
    (folder / ".zmetadata").write_bytes(copies)
    assert content(read_store(str(folder))) == content(read_store(str(folder), copies=False))


def test_copies_that_are_refused_are_not_there(tmp_path: Path) -> None:
    sparse_plate(tmp_path, "0.4")
    with http_server(tmp_path, Behaviour(statuses={"p.zarr/.zmetadata": 403})) as server:
        snapshot = read_store(f"{server.url}/p.zarr", options=QUICK)
    assert snapshot.digest == read_store(str(tmp_path / "p.zarr")).digest


@given(st.integers(0, 400), st.integers())
def test_a_sample_is_spread_from_the_first_copy_to_the_last(number: int, seed: int) -> None:
    paths = [f"{n:04}" for n in range(number)]
    shuffled = Random(seed).sample(paths, number)
    sample = sample_of(dict.fromkeys(shuffled, b""))
    assert list(sample) == sorted(set(sample))
    assert len(sample) == min(number, SAMPLE)
    if number > 1:
        assert (sample[0], sample[-1]) == (paths[0], paths[-1])


@pytest.mark.parametrize("key", ["../outside", "../../outside", "/outside", "\0", "B//03"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_copy_of_what_is_not_in_the_store_is_never_asked_for(
    tmp_path: Path, version: Version, key: str
) -> None:
    folder = consolidate(sparse_plate(tmp_path, version))
    document = folder / ("zarr.json" if version == "0.5" else ".zmetadata")
    told = json.loads(document.read_text())
    held = told["consolidated_metadata"] if version == "0.5" else told
    held["metadata"] = {key: {"zarr_format": 2}, **held["metadata"]}
    document.write_text(json.dumps(told))
    expected = read_store(str(folder), copies=False)
    assert read_store(str(folder)).plate == expected.plate
    with http_server(tmp_path) as server:
        remote = read_store(f"{server.url}/p.zarr", options=QUICK)
        assert not [path for path in server.behaviour.requests if "outside" in path]
    assert content(remote) == content(expected)
