"""Fingerprints: a few chunks tell a store from another with the same documents, at little cost."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr import fingerprints
from plates.omezarr.fingerprints import (
    MOST_CHUNKS,
    Fingerprint,
    digest_of,
    fingerprint_of,
    likeness,
    sample_of,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from tests import stores
from tests.servers import http_server
from tests.stores import Version

OPTIONS = StoreOptions()
HASHES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["x", "y", None]))


def taken(folder: Path) -> Fingerprint:
    return fingerprint_of(str(folder), sample_of(read_store(str(folder))), options=OPTIONS)


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    return stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/2", "C/3", "D/4"], chunks=True)


def test_the_sample_is_of_the_smallest_level_of_the_first_the_middle_and_the_last_field(
    plate: Path,
) -> None:
    paths = sample_of(read_store(str(plate)))
    assert len(paths) == MOST_CHUNKS
    assert [path.split("/c/")[0] for path in paths] == [
        "A/01/0/1",
        "C/03/0/1",
        "D/04/0/1",
        "A/01/0/1",
    ]
    assert all((plate / path).is_file() for path in paths)


@pytest.mark.parametrize("version", ["0.1", "0.4", "0.5"])
def test_an_image_alone_is_sampled_in_several_places(tmp_path: Path, version: Version) -> None:
    folder = stores.image(
        tmp_path / "i.zarr", version=version, channels=("a", "b", "c", "d", "e"), chunks=True
    )
    found = taken(folder)
    assert len(found) == 3
    assert len(set(found.values())) == 3


def test_a_copy_has_the_same_fingerprint_and_a_changed_chunk_shows(
    plate: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(plate, tmp_path / "copy.zarr"))
    first = taken(plate)
    assert taken(copy) == first
    changed = copy / list(first)[1]
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    alike = likeness(first, taken(copy))
    assert (alike.compared, alike.equal) == (4, 3)
    assert not alike.proves
    assert not alike.disproves


def test_a_store_looks_the_same_on_a_disk_and_behind_http(plate: Path) -> None:
    paths = sample_of(read_store(str(plate)))
    with http_server(plate.parent) as server:
        far = fingerprint_of(f"{server.url}/p.zarr", paths, options=OPTIONS)
    assert far == taken(plate)


def test_an_absent_chunk_is_known_to_be_absent_and_proves_nothing(plate: Path) -> None:
    whole = taken(plate)
    for path in whole:
        (plate / path).unlink()
    bare = taken(plate)
    assert set(bare.values()) == {None}
    assert digest_of(bare) == ""
    alike = likeness(whole, bare)
    assert (alike.compared, alike.proves, alike.disproves) == (0, False, False)


def test_no_more_of_a_chunk_is_read_than_allowed(
    plate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample_of(read_store(str(plate)))[0]
    monkeypatch.setattr(fingerprints, "MOST_BYTES", 8)
    before = fingerprint_of(str(plate), [path], options=OPTIONS)
    content = (plate / path).read_bytes()
    (plate / path).write_bytes(content[:8] + b"anything")
    assert fingerprint_of(str(plate), [path], options=OPTIONS) == before


def test_a_chunk_that_cannot_be_read_is_left_out(plate: Path, tmp_path: Path) -> None:
    first, *rest = sample_of(read_store(str(plate)))
    (plate / first).unlink()
    (tmp_path / "secret").write_bytes(b"secret")
    (plate / first).symlink_to(tmp_path / "secret")
    found = fingerprint_of(str(plate), [first, *rest], options=OPTIONS)
    assert set(found) == set(rest)


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/p.zarr", "gopher://x/p.zarr", "/nowhere"])
def test_what_cannot_be_reached_has_no_fingerprint_and_raises_nothing(url: str) -> None:
    options = StoreOptions(retries=0, connect_timeout_s=1)
    assert not any(fingerprint_of(url, ["0/c/0/0"], options=options).values())


def test_a_store_without_arrays_has_no_sample(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"], missing=["A/1"])
    assert sample_of(read_store(str(folder))) == ()
    assert fingerprint_of(str(folder), (), options=OPTIONS) == {}


@given(HASHES, HASHES)
def test_likeness_counts_the_chunks_that_are_in_both(
    one: dict[str, str | None], other: dict[str, str | None]
) -> None:
    both = [path for path in one if one[path] and other.get(path)]
    alike = likeness(one, other)
    assert alike.compared == len(both)
    assert alike.equal == len([path for path in both if one[path] == other[path]])
    assert alike == likeness(other, one)
    assert not (alike.proves and alike.disproves)
