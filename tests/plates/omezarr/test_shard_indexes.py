"""Where the index of a shard says that its chunks lie."""

import struct

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.chunk_plans import ShardPlan
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.shard_indexes import NOTHING, chunk_in_shard

NUMBERS = st.integers(0, 2**64 - 1)
PLACES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=4, max_size=4)
SUMS = st.sampled_from([[], ["crc32c"]])


def _plan(*codecs: JsonObject) -> ShardPlan:
    return ShardPlan((2, 2), codecs, at_end=True)


@given(PLACES, st.integers(0, 3), st.sampled_from(["little", "big"]), SUMS)
def test_a_chunk_lies_where_the_index_says(
    places: list[tuple[int, int]], number: int, endian: str, sums: list[str]
) -> None:
    codecs: list[JsonObject] = [{"name": "bytes", "configuration": {"endian": endian}}]
    flat = [one for place in places for one in place]
    index = struct.pack(f"{'<' if endian == 'little' else '>'}8Q", *flat)
    for name in sums:
        codecs.append({"name": name})
        index += struct.pack("<I", google_crc32c.value(index))
    assert chunk_in_shard(index, _plan(*codecs), number) == places[number]


def test_a_chunk_that_is_not_there_points_to_nothing() -> None:
    index = b"\xff" * 64
    assert chunk_in_shard(index, _plan({"name": "bytes"}), 0) == (NOTHING, NOTHING)


def test_an_index_that_is_cut_off_is_broken() -> None:
    with pytest.raises(ChunkBroken, match="it has 63 bytes instead of 64"):
        chunk_in_shard(bytes(63), _plan({"name": "bytes"}), 0)


def test_an_index_whose_sum_is_wrong_is_broken() -> None:
    with pytest.raises(ChunkBroken):
        chunk_in_shard(bytes(68), _plan({"name": "bytes"}, {"name": "crc32c"}), 0)


def test_an_index_that_is_packed_is_not_read() -> None:
    with pytest.raises(ChunkUnknown, match="gzip in the index of a shard"):
        chunk_in_shard(bytes(64), _plan({"name": "gzip"}), 0)
