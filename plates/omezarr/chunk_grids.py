"""How arrays are cut into objects, and what these are called: from an index to a key and back."""

import re
from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Final

import msgspec

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import MAX_INTEGER
from plates.omezarr.rules.zarr_names import BYTES_OF_TYPE

SEPARATORS: Final = (".", "/")
"""Any other might lead out of the array."""
MAX_DIGITS: Final = 19
_ZARR_2: Final = 2
_DEFAULT, _AS_ZARR_2 = "default", "v2"
_PREFIX: Final = "c"
# What readers of either format, with either separator, might take for the key of a chunk.
_LIKE_A_KEY: Final = re.compile(r"(?:c[./])?[0-9]+(?:[./][0-9]+)*", re.ASCII)
_BYTES_OF_INDEX: Final = 16
_BYTES_OF_SUM: Final = 4
# How many bytes more than its pixels a chunk has that is packed so.
_PLAIN: Final = {(): 0, ("bytes",): 0, ("bytes", "crc32c"): _BYTES_OF_SUM}


class ChunkGrid(msgspec.Struct, frozen=True, dict=True):
    """How one array is cut into objects.

    `chunks` are the lengths of a chunk along each axis; `shards` those of a shard, where many
    chunks are one object, and empty elsewhere. `codecs` pack a chunk. The key of an object, below
    the array, begins with `prefix` (`c` or nothing); `separator` divides its parts.
    """

    shape: tuple[int, ...]
    dtype: str
    chunks: tuple[int, ...]
    shards: tuple[int, ...]
    codecs: tuple[str, ...]
    prefix: str
    separator: str

    @property
    def is_sharded(self) -> bool:
        """Whether an object is a shard."""
        return bool(self.shards)

    @property
    def part(self) -> tuple[int, ...]:
        """What one object covers: its length along each axis."""
        return self.shards or self.chunks

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many objects there are along each axis."""
        return counts_of(self.shape, self.part)

    @property
    def declared(self) -> int:
        """How many objects there are if no chunk is left out; never more than 64 bits can hold."""
        return min(prod(self.counts), MAX_INTEGER)

    @property
    def declared_bytes(self) -> int:
        """The bytes of all pixels, unpacked; 0 for a type of which that is not known."""
        return min(prod(self.shape) * BYTES_OF_TYPE.get(self.dtype, 0), MAX_INTEGER)

    @property
    def least_bytes(self) -> int:
        """Less than this no whole object can have; at least 1.

        A chunk that is not compressed has a fixed size, at the edges of the array too, and a shard
        an index: two numbers of eight bytes for each of its chunks. Zarr 3, sharding codec.
        """
        if self.shards:
            return _BYTES_OF_INDEX * prod(counts_of(self.shards, self.chunks))
        more, width = _PLAIN.get(self.codecs), BYTES_OF_TYPE.get(self.dtype)
        if more is None or width is None:
            return 1
        return prod(self.chunks) * width + more

    def planes(self, axis: int | None) -> int | None:
        """How many planes an axis has, if each object lies in one of them; else None."""
        if axis is None or axis >= len(self.shape):
            return None
        length = self.shape[axis]
        return length if self.part[axis] == 1 or length == 1 else None

    def key(self, index: Sequence[int]) -> str:
        """The key, below the array, of the object with an index."""
        parts = list(map(str, index))
        if self.prefix:
            return self.separator.join([self.prefix, *parts])
        return self.separator.join(parts) if parts else "0"

    def index_of(self, key: str) -> tuple[int, ...] | None:
        """The index of the object with a key; None if the array declares no such object.

        Numbers are written in one way only, so that no two keys have the same index.
        """
        counts = self.counts
        parts = key.split(self.separator, len(counts) + 1)
        if self.prefix:
            if parts[0] != self.prefix:
                return None
            del parts[0]
        elif not counts:
            return () if key == "0" else None
        if len(parts) != len(counts):
            return None
        index = []
        for part, count in zip(parts, counts, strict=True):
            if len(part) > MAX_DIGITS or not (part.isascii() and part.isdecimal()):
                return None
            number = int(part)
            if number >= count or (part[0] == "0" and len(part) > 1):
                return None
            index.append(number)
        return tuple(index)

    def is_folder(self, key: str) -> bool:
        """Whether a path below the array is that of a folder which chunks lie in."""
        deeper = len(self.counts) + bool(self.prefix) - key.count("/") - 1
        if self.separator != "/" or deeper < 1:
            return False
        return self.index_of(key + "/0" * deeper) is not None


def looks_like_key(key: str) -> bool:
    """Whether a path below an array is what the key of a chunk looks like, in whatever grid."""
    return _LIKE_A_KEY.fullmatch(key) is not None


def grid_of(array: ArrayDocument) -> ChunkGrid | None:
    """How the objects of an array lie; None where its document does not tell, or in a way not known.

    Zarr 2, section Arrays; Zarr 3, regular chunk grid and chunk key encodings.
    """
    rank = len(array.shape)
    cut = [array.chunks, array.shards] if array.shards else [array.chunks]
    if any(len(lengths) != rank or not all(lengths) for lengths in cut):
        return None
    encoding = array.key_encoding or _DEFAULT
    plain = array.zarr_format == _ZARR_2 or encoding == _AS_ZARR_2
    if not plain and encoding != _DEFAULT:
        return None
    separator = array.separator or ("." if plain else "/")
    if separator not in SEPARATORS:
        return None
    return ChunkGrid(
        shape=array.shape,
        dtype=array.dtype,
        chunks=array.chunks,
        shards=array.shards,
        codecs=array.codecs,
        prefix="" if plain else _PREFIX,
        separator=separator,
    )


def counts_of(shape: Sequence[int], part: Sequence[int]) -> tuple[int, ...]:
    """How many parts cover a shape, along each axis."""
    return tuple([-(-length // step) for length, step in zip(shape, part, strict=True)])
