"""The index of a shard: where each of its chunks lies. Zarr 3, sharding codec."""

import struct
from math import prod
from typing import Final

from plates.omezarr.chunk_plans import ShardPlan
from plates.omezarr.decoding import check_sum, name_of
from plates.omezarr.errors import ChunkBroken, ChunkUnknown

MAX_INDEX: Final = 16 * 1024**2
"""Bytes of an index above which it is not read."""
FURTHEST: Final = 2**62
"""No chunk starts beyond."""
NOTHING: Final = 2**64 - 1
"""Where an index points for a chunk that its shard does not hold."""


def chunk_in_shard(index: bytes, shard: ShardPlan, number: int) -> tuple[int, int]:
    """Where a chunk of a shard lies: its start and length, both NOTHING if it is not there.

    ChunkBroken if the index is cut off or its sum is wrong, ChunkUnknown if it is packed in a way
    that is not known.
    """
    if len(index) < shard.index_length:
        raise ChunkBroken(f"it has {len(index):,} bytes instead of {shard.index_length:,}")
    for codec in reversed(shard.index_codecs):
        name = name_of(codec)
        if name == "crc32c":
            index = check_sum(index)
        elif name != "bytes":
            raise ChunkUnknown(f"{name} in the index of a shard")
    place = number % prod(shard.counts)
    numbers = ">QQ" if shard.is_big_endian else "<QQ"
    start, length = struct.unpack_from(numbers, index, 16 * place)
    return start, length
