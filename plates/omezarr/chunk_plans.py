"""Where the chunks of an array lie and how they are packed, as its document says."""

from collections.abc import Sequence
from math import prod
from typing import Final

import msgspec

from plates.omezarr.chunk_grids import ChunkGrid, counts_of, grid_of
from plates.omezarr.decoding import name_of, parameters_of
from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of
from plates.omezarr.rules.zarr_names import BYTES_OF_TYPE

_ZARR_2: Final = 2
# Steps along the axes: each sampled image gives another chunk, and so another channel and plane.
_STEPS: Final = (1, 1, 2, 3, 5)


class ShardPlan(msgspec.Struct, frozen=True):
    """How the chunks in a shard lie: how many along each axis, and the codecs of the index."""

    counts: tuple[int, ...]
    index_codecs: tuple[JsonObject, ...]
    at_end: bool

    @property
    def is_big_endian(self) -> bool:
        """Whether the numbers of the index have their high byte first."""
        return any(
            name_of(codec) == "bytes" and parameters_of(codec).get("endian") == "big"
            for codec in self.index_codecs
        )

    @property
    def index_length(self) -> int:
        """The bytes of the index: two numbers of eight bytes for each chunk, and its checksum."""
        sums = sum(name_of(codec) == "crc32c" for codec in self.index_codecs)
        return 16 * prod(self.counts) + 4 * sums


class ChunkPlan(msgspec.Struct, frozen=True):
    """The chunks of an array: where their objects lie, and what a chunk decodes to.

    `length` is that of a decoded chunk in bytes; `codecs` are in the order of encoding. Where
    `shard` is given, an object is a shard, and `length` and `codecs` are of a chunk in it.
    """

    grid: ChunkGrid
    length: int
    codecs: tuple[JsonObject, ...]
    shard: ShardPlan | None = None

    def key(self, number: int) -> str:
        """The key, below the array, of an object; another one for each number, if there are."""
        counts = self.grid.counts
        steps = _steps(len(counts))
        return self.grid.key(
            [(number * step) % count for count, step in zip(counts, steps, strict=True)]
        )


def _steps(axes: int) -> list[int]:
    return [_STEPS[axis % len(_STEPS)] for axis in range(axes)]


def plan_of(document: JsonObject, array: ArrayDocument) -> ChunkPlan | None:
    """How the chunks of an array lie; None where its document does not tell."""
    width = BYTES_OF_TYPE.get(array.dtype)
    grid = grid_of(array)
    if width is None or grid is None or not grid.declared:
        return None
    length = prod(grid.chunks) * width
    if array.zarr_format == _ZARR_2:
        packing = [*list_of(document.get("filters")), document.get("compressor")]
        return ChunkPlan(grid, length, _codecs(packing))
    codecs = _codecs(list_of(document.get("codecs")))
    if not grid.is_sharded:
        return ChunkPlan(grid, length, codecs)
    if len(codecs) != 1:
        return None
    sharding = parameters_of(codecs[0])
    shard = ShardPlan(
        counts=counts_of(grid.shards, grid.chunks),
        index_codecs=_codecs(list_of(sharding.get("index_codecs"))),
        at_end=sharding.get("index_location", "end") != "start",
    )
    return ChunkPlan(grid, length, _codecs(list_of(sharding.get("codecs"))), shard)


def _codecs(listed: Sequence[JsonValue]) -> tuple[JsonObject, ...]:
    named: list[JsonObject] = []
    for codec in listed:
        if isinstance(codec, str):  # 3.1 allows the bare name
            named.append({"name": codec})
        elif isinstance(codec, dict):
            named.append(codec)
    return tuple(named)
