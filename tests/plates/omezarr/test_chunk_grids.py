"""Chunk grids against an oracle that enumerates, and against what Zarr itself writes."""

import json
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.chunk_grids import ChunkGrid, grid_of, looks_like_key
from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import MAX_INTEGER
from plates.omezarr.parsing_images import parse_array_v2, parse_array_v3

DOCUMENTS = {"zarr.json", ".zarray", ".zattrs"}


def array(**keys: Any) -> ArrayDocument:
    known: dict[str, Any] = {
        "shape": (4, 64, 64),
        "dtype": "uint16",
        "chunks": (1, 32, 32),
        "shards": (),
        "zarr_format": 3,
    }
    return ArrayDocument(**{**known, **keys})


def grid(**keys: Any) -> ChunkGrid:
    found = grid_of(array(**keys))
    assert found is not None
    return found


def declared_keys(grid: ChunkGrid) -> dict[str, tuple[int, ...]]:
    """The oracle: every index of the array's objects, by its key."""
    steps = grid.shards or grid.chunks
    starts = [range(0, length, step) for length, step in zip(grid.shape, steps, strict=True)]
    keys = {}
    for corner in product(*starts):
        index = tuple(place // step for place, step in zip(corner, steps, strict=True))
        parts = [str(number) for number in index]
        if grid.prefix:
            keys[grid.separator.join([grid.prefix, *parts])] = index
        else:
            keys[grid.separator.join(parts) or "0"] = index
    return keys


@st.composite
def grids(draw: st.DrawFn) -> ChunkGrid:
    rank = draw(st.integers(0, 4))
    shape = tuple(draw(st.lists(st.integers(0, 12), min_size=rank, max_size=rank)))
    chunks = tuple(draw(st.lists(st.integers(1, 7), min_size=rank, max_size=rank)))
    shards = tuple(step * draw(st.integers(1, 3)) for step in chunks) if draw(st.booleans()) else ()
    zarr_format = draw(st.sampled_from([2, 3]))
    return grid(
        shape=shape,
        chunks=chunks,
        shards=shards if zarr_format == 3 else (),
        zarr_format=zarr_format,
        separator=draw(st.sampled_from(["", ".", "/"])),
        key_encoding=draw(st.sampled_from(["", "default", "v2"])) if zarr_format == 3 else "",
    )


@given(grids())
def test_a_grid_declares_what_counting_one_by_one_finds(grid: ChunkGrid) -> None:
    keys = declared_keys(grid)
    assert grid.declared == len(keys)
    for key, index in keys.items():
        assert grid.index_of(key) == index
        assert grid.key(index) == key
        assert looks_like_key(key) or not index


@given(grids(), st.text("0123c./-+ ²", max_size=9))
def test_any_other_text_is_the_key_of_no_chunk(grid: ChunkGrid, text: str) -> None:
    assert grid.index_of(text) == declared_keys(grid).get(text)


@given(grids(), st.data())
def test_a_key_that_is_changed_a_little_is_another_chunk_or_none(
    grid: ChunkGrid, data: st.DataObject
) -> None:
    keys = declared_keys(grid)
    if not keys:
        return
    key = data.draw(st.sampled_from(sorted(keys)))
    for other in (f"0{key}", f"{key}/0", f"{key}.0", f"./{key}", key.upper(), key[1:], f"{key}\n"):
        assert grid.index_of(other) == keys.get(other)


WRITTEN: dict[str, dict[str, Any]] = {
    "Zarr 3": {"zarr_format": 3},
    "Zarr 3 with dots": {"chunk_key_encoding": {"name": "default", "separator": "."}},
    "Zarr 3 as Zarr 2": {"chunk_key_encoding": {"name": "v2", "separator": "."}},
    "Zarr 3 as Zarr 2, nested": {"chunk_key_encoding": {"name": "v2", "separator": "/"}},
    "sharded": {"shards": (4, 4, 4)},
    "sharded with dots": {
        "shards": (2, 4, 6),
        "chunk_key_encoding": {"name": "default", "separator": "."},
    },
    "Zarr 2": {"zarr_format": 2},
    "Zarr 2, nested": {
        "zarr_format": 2,
        "chunk_key_encoding": {"name": "v2", "separator": "/"},
    },
}


def written(folder: Path, **options: Any) -> tuple[ChunkGrid, dict[str, int]]:
    """The grid of an array that Zarr wrote, and the sizes of its objects by key."""
    made = zarr.create_array(str(folder), dtype="uint16", **options)
    made[...] = 1
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and path.name not in DOCUMENTS
    }
    name, parse = ("zarr.json", parse_array_v3)
    if made.metadata.zarr_format == 2:
        name, parse = (".zarray", parse_array_v2)
    found = grid_of(parse(json.loads((folder / name).read_bytes())))
    assert found is not None
    return found, sizes


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("compressors", ["auto", None])
def test_zarr_writes_exactly_the_objects_that_its_array_declares(
    tmp_path: Path, way: str, compressors: str | None
) -> None:
    options = {"shape": (5, 9, 7), "chunks": (1, 2, 2), **WRITTEN[way]}
    found, sizes = written(tmp_path / "a", compressors=compressors, **options)
    assert {key: found.index_of(key) for key in sizes} == declared_keys(found)
    assert all(size >= found.least_bytes for size in sizes.values())
    if compressors is None and not found.is_sharded:
        assert set(sizes.values()) == {found.least_bytes}


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_an_array_without_dimensions_is_one_object(tmp_path: Path, zarr_format: Any) -> None:
    found, sizes = written(tmp_path / "a", shape=(), zarr_format=zarr_format)
    assert found.declared == 1
    assert list(sizes) == [found.key(())] == ["c" if zarr_format == 3 else "0"]
    assert found.index_of(found.key(())) == ()


def test_a_shard_is_at_least_its_index() -> None:
    sharded = grid(shards=(4, 64, 64))
    assert sharded.declared == 1
    assert sharded.least_bytes == 16 * 4 * 2 * 2


def test_a_huge_grid_is_told_without_counting_it_out() -> None:
    huge = grid(shape=(10**6, 10**9, 10**9), chunks=(1, 1000, 1_000_000))
    assert huge.declared == 10**15
    assert huge.index_of("c/999999/999999/999") == (999999, 999999, 999)
    assert huge.index_of("c/1000000/0/0") is None
    monstrous = grid(shape=(MAX_INTEGER,) * 32, chunks=(1,) * 32)
    assert monstrous.declared == monstrous.declared_bytes == MAX_INTEGER
    assert monstrous.index_of("/".join(["c", *["9" * 5_000] * 32])) is None


@pytest.mark.parametrize(
    "keys",
    [
        {"chunks": (1, 32)},
        {"chunks": ()},
        {"chunks": (0, 32, 32)},
        {"shards": (4, 64)},
        {"shards": (0, 64, 64)},
        {"separator": "/../"},
        {"key_encoding": "own.encoding"},
        {"shape": ()},
    ],
)
def test_what_a_document_does_not_tell_is_not_guessed(keys: dict[str, Any]) -> None:
    assert grid_of(array(**keys)) is None


def test_channels_are_told_apart_where_a_chunk_holds_one() -> None:
    assert grid().planes(0) == 4
    assert grid().planes(1) is None
    assert grid().planes(None) is None
    assert grid().planes(7) is None
    assert grid(shape=(1, 64, 64), chunks=(3, 32, 32)).planes(0) == 1
    assert grid(shards=(4, 64, 64)).planes(0) is None


def test_what_is_compressed_has_no_size_that_is_known() -> None:
    assert grid(codecs=("bytes", "zstd")).least_bytes == 1
    assert grid(codecs=("bytes",)).least_bytes == prod((1, 32, 32)) * 2
    assert grid(codecs=("bytes", "crc32c")).least_bytes == prod((1, 32, 32)) * 2 + 4
    assert grid(codecs=(), dtype="structured").least_bytes == 1


@pytest.mark.parametrize("key", ["0", "0.1", "c/0/0", "c.0", "7/7/7/7/7/7"])
def test_what_looks_like_a_key_is_one_in_some_grid(key: str) -> None:
    assert looks_like_key(key)


@pytest.mark.parametrize("key", ["", "c", ".DS_Store", "c/", "0/", "/0", "0/a", "zarr.json", "d/0"])
def test_what_is_named_otherwise_is_no_key(key: str) -> None:
    assert not looks_like_key(key)


def test_a_grid_survives_being_stored_as_json() -> None:
    whole = grid(shards=(4, 64, 64), codecs=("bytes", "zstd"))
    assert whole.counts == (1, 1, 1)
    assert msgspec.json.decode(msgspec.json.encode(whole), type=ChunkGrid) == whole
