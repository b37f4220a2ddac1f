"""Planes are what numpy says they are, however they are packed, ordered and cut into chunks."""

import json
import shutil
from pathlib import Path
from typing import Any

import numcodecs
import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from zarr.codecs import (
    BloscCodec,
    BytesCodec,
    Crc32cCodec,
    GzipCodec,
    ShardingCodec,
    TransposeCodec,
    ZstdCodec,
)

from plates.omezarr.errors import StoreError
from plates.omezarr.options import StoreOptions
from plates.pixels.arrays import storage_of
from plates.pixels.errors import (
    PixelsAbsent,
    PixelsBroken,
    PixelsRefused,
    PixelsTooLarge,
    PixelsTooSlow,
    PixelsUnknown,
)
from plates.pixels.levels import levels_of
from plates.pixels.planes import Wanted
from plates.pixels.reading import level_steps, read_within
from tests import servers
from tests.plates.pixels.arrays_written import layout, noise, read, written

SHAPE = (2, 3, 4, 40, 56)
CHUNKS = (1, 2, 3, 16, 24)
TYPES = [
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64"),
]
PACKINGS: dict[str, dict[str, Any]] = {
    "raw": {"compressors": None},
    "zstd": {"compressors": ZstdCodec()},
    "blosc": {"compressors": BloscCodec()},
    "gzip and crc32c": {"compressors": [GzipCodec(), Crc32cCodec()]},
    "transposed": {"filters": [TransposeCodec(order=(4, 2, 0, 3, 1))]},
    "big-endian": {"serializer": BytesCodec(endian="big")},
    "small shards": {"shards": (2, 2, 3, 32, 48), "compressors": ZstdCodec()},
    "shards with their index in front": {
        "shards": (2, 4, 6, 48, 72),
        "compressors": None,
        "shard_index": "start",
    },
    "Zarr 2": {"zarr_format": 2, "compressors": numcodecs.Zstd()},
    "Zarr 2 in Fortran's order": {"zarr_format": 2, "order": "F", "compressors": None},
    "Zarr 2, big-endian, blosc": {"zarr_format": 2, "dtype": ">u2"},
    "Zarr 2, shuffled": {
        "zarr_format": 2,
        "filters": [numcodecs.Shuffle(2)],
        "compressors": numcodecs.Zlib(),
    },
    "Zarr 2, differences": {"zarr_format": 2, "filters": [numcodecs.Delta("<u2")]},
    "Zarr 2, dots in its keys": {
        "zarr_format": 2,
        "chunk_key_encoding": {"name": "v2", "separator": "."},
    },
}


def wanted(**told: Any) -> Wanted:
    usual: dict[str, Any] = {"t": 1, "z": (2,), "channels": (2, 0), "rows": (5, 33)}
    return Wanted(**{**usual, "columns": (20, 50), **told})


def expected(pixels: NDArray[Any], want: Wanted) -> NDArray[Any]:
    """The plain oracle: axes t, c, z, y, x."""
    part = pixels[want.t][list(want.channels)][:, list(want.z)]
    region = part[:, :, want.rows[0] : want.rows[1], want.columns[0] : want.columns[1]]
    return np.asarray(region.max(axis=1))


@pytest.mark.parametrize("packing", PACKINGS)
def test_planes_are_those_that_zarr_wrote(tmp_path: Path, packing: str) -> None:
    options = dict(PACKINGS[packing])
    pixels = noise(SHAPE, options.pop("dtype", "uint16"))
    if options.pop("shard_index", ""):
        options["chunks"] = CHUNKS
        from_start(tmp_path, pixels, options)
    else:
        written(tmp_path, pixels, **{"chunks": CHUNKS, **options})
    found = read(tmp_path, "tczyx", SHAPE, wanted(), zarr_format=options.get("zarr_format", 3))
    assert np.array_equal(found.pixels, expected(pixels, wanted()))
    assert not found.missing.any()


def from_start(folder: Path, pixels: NDArray[Any], options: dict[str, Any]) -> None:
    """Shards whose index stands in front, which are asked for piece by piece."""
    codec = ShardingCodec(chunk_shape=options["chunks"], index_location="start")
    written(folder, pixels, chunks=options["shards"], serializer=codec, compressors=None)


@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_that_a_pixel_can_have_is_read(tmp_path: Path, dtype: str) -> None:
    pixels = written(tmp_path, noise((2, 30, 31), dtype), chunks=(1, 16, 16))
    want = Wanted(0, (0,), (1,), (0, 30), (0, 31))
    found = read(tmp_path, "cyx", (2, 30, 31), want)
    assert found.pixels.dtype == np.dtype(dtype)
    assert np.array_equal(found.pixels[0], pixels[1])


@pytest.mark.parametrize(
    "axes", ["yx", "cyx", "zyx", "tyx", "czyx", "tcyx", "tczyx", "yxc", "cxy", "zcyx", "ayx"]
)
def test_axes_may_be_any_and_stand_in_any_order(tmp_path: Path, axes: str) -> None:
    lengths = {"t": 2, "c": 3, "z": 4, "y": 20, "x": 27, "a": 2}
    shape = [lengths[axis] for axis in axes]
    pixels = written(tmp_path, noise(shape), chunks=[min(2, n) if n < 9 else 9 for n in shape])
    there = {"t": 1, "c": 2, "z": 3}
    want = Wanted(1, (3,), (2 if "c" in axes else 0,), (3, 19), (1, 25))
    found = read(tmp_path, axes, shape, want)
    plain = pixels[tuple(slice(None) if axis in "yx" else there.get(axis, 0) for axis in axes)]
    plane = plain if axes.index("y") < axes.index("x") else plain.T
    assert np.array_equal(found.pixels[0], plane[3:19, 1:25])


@given(data=st.data())
def test_any_region_plane_and_channel_is_cut_out_rightly(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "regions.zarr"
    pixels = noise(SHAPE)
    if not folder.exists():
        written(folder, pixels, chunks=CHUNKS)
    first, left = data.draw(st.integers(0, 39)), data.draw(st.integers(0, 55))
    want = Wanted(
        t=data.draw(st.integers(0, 1)),
        z=tuple(sorted(data.draw(st.sets(st.integers(0, 3), min_size=1)))),
        channels=tuple(data.draw(st.permutations(range(3)))[: data.draw(st.integers(1, 3))]),
        rows=(first, data.draw(st.integers(first + 1, 40))),
        columns=(left, data.draw(st.integers(left + 1, 56))),
    )
    assert np.array_equal(read(folder, "tczyx", SHAPE, want).pixels, expected(pixels, want))


def test_the_brightest_of_negative_numbers_is_no_zero(tmp_path: Path) -> None:
    pixels = written(tmp_path, np.full((3, 8, 8), -5, "int16"), chunks=(1, 4, 4))
    pixels[1] = -2
    written(tmp_path, pixels, chunks=(1, 4, 4))
    found = read(tmp_path, "zyx", (3, 8, 8), Wanted(0, (0, 1, 2), (0,), (0, 8), (0, 8)))
    assert (found.pixels == -2).all()


def test_a_missing_chunk_is_missing_and_the_rest_is_there(tmp_path: Path) -> None:
    pixels = written(tmp_path, noise((2, 40, 40)), chunks=(1, 16, 16))
    (tmp_path / "0/c/1/0/1").unlink()
    found = read(tmp_path, "cyx", (2, 40, 40), Wanted(0, (0,), (0, 1), (0, 40), (0, 40)))
    gone = np.zeros((2, 40, 40), bool)
    gone[1, :16, 16:32] = True
    assert np.array_equal(found.missing, gone)
    assert np.array_equal(found.pixels[~gone], pixels[~gone])


def test_a_chunk_that_lacks_in_one_plane_leaves_the_others_to_a_projection(tmp_path: Path) -> None:
    pixels = written(tmp_path, noise((2, 8, 8)), chunks=(1, 8, 8))
    (tmp_path / "0/c/1/0/0").unlink()
    found = read(tmp_path, "zyx", (2, 8, 8), Wanted(0, (0, 1), (0,), (0, 8), (0, 8)))
    assert not found.missing.any()
    assert np.array_equal(found.pixels[0], pixels[0])


@pytest.mark.parametrize("shards", [(1, 32, 32), (1, 2048, 2048)])
def test_a_chunk_that_is_missing_in_its_shard_is_missing(
    tmp_path: Path, shards: tuple[int, ...]
) -> None:
    shape, chunks = (1, shards[1], shards[1]), (1, shards[1] // 2, shards[1] // 2)
    written(tmp_path, np.ones(shape, "uint16"), chunks=chunks, shards=shards)
    shutil.rmtree(tmp_path)
    written(tmp_path, np.zeros(shape, "uint16"), chunks=chunks, shards=shards)
    array = zarr.open_array(str(tmp_path / "0"), mode="r+", config={"write_empty_chunks": False})
    half = chunks[1]
    array[0, :half, :half] = 7
    array[0, half:, half:] = 0
    found = read(tmp_path, "cyx", shape, Wanted(0, (0,), (0,), (0, shards[1]), (0, shards[1])))
    assert (found.pixels[0, :half, :half] == 7).all()
    assert not found.missing[0, :half, :half].any()


def rewritten(folder: Path, **told: Any) -> None:
    document = folder / "0/zarr.json"
    document.write_text(json.dumps(json.loads(document.read_text()) | told))


def whole(side: int = 8) -> Wanted:
    return Wanted(0, (0,), (0,), (0, side), (0, side))


def test_a_chunk_that_claims_to_be_huge_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    shape = (1, 100_000, 100_000)
    grid = {"name": "regular", "configuration": {"chunk_shape": list(shape)}}
    written(tmp_path, noise((1, 8, 8)))
    rewritten(tmp_path, shape=list(shape), chunk_grid=grid)
    with pytest.raises(PixelsTooLarge, match=r"A chunk of this level holds 20,000,000,000 bytes"):
        read(tmp_path, "cyx", shape, whole())


def test_a_view_of_too_many_chunks_is_refused(tmp_path: Path) -> None:
    shape = (1, 1000, 1000)
    grid = {"name": "regular", "configuration": {"chunk_shape": [1, 1, 1]}}
    written(tmp_path, noise((1, 8, 8)))
    rewritten(tmp_path, shape=list(shape), chunk_grid=grid)
    with pytest.raises(PixelsTooLarge, match=r"lies in 1,000,000 chunks"):
        read(tmp_path, "cyx", shape, whole(1000))


def test_a_bomb_is_broken_and_not_unpacked(tmp_path: Path) -> None:
    written(tmp_path, noise((1, 8, 8)), compressors=GzipCodec())
    bomb = bytes(numcodecs.GZip(9).encode(bytes(64 * 1024**2)))
    (tmp_path / "0/c/0/0/0").write_bytes(bomb)
    with pytest.raises(PixelsBroken, match="cannot be decoded"):
        read(tmp_path, "cyx", (1, 8, 8), whole())


@pytest.mark.parametrize(
    ("told", "kind", "why"),
    [
        ({"codecs": [{"name": "jpegxl"}]}, PixelsUnknown, "jpegxl"),
        ({"codecs": []}, PixelsUnknown, "without the codec 'bytes'"),
        (
            {"codecs": [{"name": "bytes"}, {"name": "imagecodecs_x"}]},
            PixelsUnknown,
            "imagecodecs_x",
        ),
        ({"data_type": "complex64"}, PixelsUnknown, "complex64"),
        ({"data_type": "r24"}, PixelsUnknown, "r24"),
        ({"chunk_grid": {"name": "rectilinear"}}, PixelsBroken, "how its chunks lie"),
        ({"shape": [1, 9, 9]}, PixelsBroken, "another shape"),
        (
            {"codecs": [{"name": "transpose", "configuration": {"order": [0, 0, 1]}}, "bytes"]},
            PixelsBroken,
            "turns its axes",
        ),
        ({"codecs": ["bytes", "crc32c"]}, PixelsBroken, "checksum"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    tmp_path: Path, told: dict[str, Any], kind: type[PixelsRefused], why: str
) -> None:
    written(tmp_path, noise((1, 8, 8)), compressors=None)
    rewritten(tmp_path, **told)
    with pytest.raises(kind, match=why):
        read(tmp_path, "cyx", (1, 8, 8), whole())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{", b'{"shape": 1}', b"[" * 50_000])
def test_a_document_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, noise((1, 8, 8)))
    (tmp_path / "0/zarr.json").write_bytes(content)
    with pytest.raises(PixelsRefused):
        read(tmp_path, "cyx", (1, 8, 8), whole())


def test_a_level_that_is_gone_is_absent(tmp_path: Path) -> None:
    tmp_path.joinpath("other").mkdir()
    with pytest.raises(PixelsAbsent):
        read(tmp_path, "cyx", (1, 8, 8), whole())


@given(content=st.binary(max_size=200))
def test_random_bytes_in_the_place_of_a_shard_are_refused_or_missing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "shard.zarr"
    if not folder.exists():
        written(folder, noise((1, 8, 8)), chunks=(1, 4, 4), shards=(1, 8, 8))
    (folder / "0/c/0/0/0").write_bytes(content)
    with pytest.raises(PixelsRefused):
        read(folder, "cyx", (1, 8, 8), whole())


def test_a_link_out_of_the_store_is_not_followed(tmp_path: Path) -> None:
    written(tmp_path / "a.zarr", noise((1, 8, 8)))
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(128))
    chunk = tmp_path / "a.zarr/0/c/0/0/0"
    chunk.unlink()
    chunk.symlink_to(secret)
    with pytest.raises(StoreError, match="outside of the store"):
        read(tmp_path / "a.zarr", "cyx", (1, 8, 8), whole())


def test_planes_over_http_are_the_same_as_those_on_disk(tmp_path: Path) -> None:
    pixels = written(tmp_path / "a.zarr", noise(SHAPE), chunks=CHUNKS, shards=(2, 2, 3, 32, 48))
    shutil.rmtree(tmp_path / "a.zarr/0/c/0/1")
    with servers.http_server(tmp_path) as server:
        found = read(f"{server.url}/a.zarr", "tczyx", SHAPE, wanted())
    assert np.array_equal(found.pixels[1], expected(pixels, wanted())[1])
    assert found.missing[0].all()
    assert not found.missing[1].any()


def test_a_storage_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    written(tmp_path / "a.zarr", noise((1, 8, 8)))
    behaviour = servers.Behaviour(delay_s=5.0)
    (level,) = levels_of(layout("cyx", (1, 8, 8)))
    steps = level_steps("", level, storage_of(3), whole())
    with servers.http_server(tmp_path, behaviour) as server:
        url = f"{server.url}/a.zarr"
        with pytest.raises(PixelsTooSlow, match=r"within 0\.2 seconds"):
            read_within(url, steps, options=StoreOptions(), seconds=0.2)
