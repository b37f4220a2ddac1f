"""Where the chunks of an array lie and how they are packed, as its document says."""

from collections.abc import Sequence
from math import prod
from typing import Final

import msgspec

from plates.omezarr.decoding import name_of, parameters_of
from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of, text_of
from plates.omezarr.rules.zarr_names import BYTES_OF_TYPE

SEPARATORS: Final = (".", "/")
"""Any other might lead out of the array."""
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
    """The chunks of an array: how many objects along each axis, and what one decodes to.

    `length` is that of a decoded chunk in bytes; `codecs` are in the order of encoding. Where
    `shard` is given, an object is a shard, and `length` and `codecs` are of a chunk in it.
    """

    counts: tuple[int, ...]
    length: int
    codecs: tuple[JsonObject, ...]
    prefix: str
    separator: str
    shard: ShardPlan | None = None

    def key(self, number: int) -> str:
        """The key, below the array, of an object; another one for each number, if there are."""
        index = [
            str((number * step) % count)
            for count, step in zip(self.counts, _steps(len(self.counts)), strict=True)
        ]
        parts = [self.prefix, *index] if self.prefix else index or ["0"]
        return self.separator.join(parts)


def _steps(axes: int) -> list[int]:
    return [_STEPS[axis % len(_STEPS)] for axis in range(axes)]


def plan_of(document: JsonObject, array: ArrayDocument) -> ChunkPlan | None:
    """How the chunks of an array lie; None where its document does not tell."""
    width = BYTES_OF_TYPE.get(array.dtype)
    whole = len(array.chunks) == len(array.shape) and all(array.chunks) and all(array.shape)
    if width is None or not whole:
        return None
    if array.zarr_format == _ZARR_2:
        return _plan_of_zarr_2(document, array, width)
    return _plan_of_zarr_3(document, array, width)


def _plan_of_zarr_2(document: JsonObject, array: ArrayDocument, width: int) -> ChunkPlan | None:
    packing = [*list_of(document.get("filters")), document.get("compressor")]
    separator = text_of(document.get("dimension_separator")) or "."
    if separator not in SEPARATORS:
        return None
    return ChunkPlan(
        counts=_counts(array.shape, array.chunks),
        length=prod(array.chunks) * width,
        codecs=_codecs(packing),
        prefix="",
        separator=separator,
    )


def _plan_of_zarr_3(document: JsonObject, array: ArrayDocument, width: int) -> ChunkPlan | None:
    codecs = _codecs(list_of(document.get("codecs")))
    shard = None
    stored = array.chunks
    if array.shards:
        if len(codecs) != 1 or len(array.shards) != len(array.shape) or not all(array.shards):
            return None
        packing = parameters_of(codecs[0])
        codecs, stored = _codecs(list_of(packing.get("codecs"))), array.shards
        shard = ShardPlan(
            counts=_counts(array.shards, array.chunks),
            index_codecs=_codecs(list_of(packing.get("index_codecs"))),
            at_end=packing.get("index_location", "end") != "start",
        )
    encoding = object_of(document.get("chunk_key_encoding"))
    plain = text_of(encoding.get("name")) == "v2"
    separator = text_of(object_of(encoding.get("configuration")).get("separator"))
    if separator not in (None, *SEPARATORS):
        return None
    return ChunkPlan(
        counts=_counts(array.shape, stored),
        length=prod(array.chunks) * width,
        codecs=codecs,
        prefix="" if plain else "c",
        separator=separator or ("." if plain else "/"),
        shard=shard,
    )


def _counts(shape: Sequence[int], part: Sequence[int]) -> tuple[int, ...]:
    return tuple([-(-length // step) for length, step in zip(shape, part, strict=True)])


def _codecs(listed: Sequence[JsonValue]) -> tuple[JsonObject, ...]:
    named: list[JsonObject] = []
    for codec in listed:
        if isinstance(codec, str):  # 3.1 allows the bare name
            named.append({"name": codec})
        elif isinstance(codec, dict):
            named.append(codec)
    return tuple(named)
