"""Planes of an array: which chunks they lie in, and how they are put together of these.

Nothing is read here. `chunk_steps` asks for pieces of files and is sent their bytes, so that a disk
and a network may answer in their own ways.
"""

from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.omezarr.chunk_plans import ShardPlan
from plates.omezarr.decoding import MAX_CHUNK as MAX_PACKED
from plates.omezarr.errors import ChunkBroken, ChunkUnknown
from plates.omezarr.shard_indexes import FURTHEST, MAX_INDEX, NOTHING, chunk_in_shard
from plates.omezarr.versions.dialect import Storage
from plates.pixels.arrays import MAX_CHUNK, PixelArray, array_of, unpacked_bytes
from plates.pixels.axes import AxisNumbers
from plates.pixels.errors import PixelsAbsent, PixelsBroken, PixelsTooLarge
from plates.pixels.unpacking import Numbers, unpacked

MAX_CHUNKS: Final = 4_096
MAX_BYTES: Final = 512 * 1024**2
"""Bytes of all the chunks of one picture, unpacked one after the other."""
MAX_DOCUMENT: Final = 1024**2
_SMALL_SHARD: Final = 4 * 1024**2
_SLACK: Final = 64 * 1024

_ALIKE: Final = 16 * 1024
"""Bytes of the document of an array that is kept to be known again."""
_array_known: Final = lru_cache(maxsize=256)(array_of)

Mask: TypeAlias = NDArray[np.bool_]
Index: TypeAlias = tuple[int, ...]
Box: TypeAlias = "tuple[slice[int, int, int], slice[int, int, int]]"


class Piece(NamedTuple):
    """So many bytes of a file from a start, or from its end if that is negative."""

    path: str
    start: int
    length: int


Contents: TypeAlias = Sequence[bytes | None]
"""The bytes of each piece, None where there is no such file."""


class Wanted(msgspec.Struct, frozen=True):
    """What of an array is to be seen: one moment, some planes and channels, a region.

    Several planes are projected: each pixel is the brightest of them. `rows` and `columns` are the
    first and the one after the last.
    """

    t: int
    z: tuple[int, ...]
    channels: tuple[int, ...]
    rows: tuple[int, int]
    columns: tuple[int, int]


class Packed(msgspec.Struct, frozen=True):
    """The chunks of a wanted part as they lie in the store, by their index; None for missing ones."""

    array: PixelArray
    numbers: AxisNumbers
    wanted: Wanted
    chunks: dict[Index, bytes | None]


class Planes(NamedTuple):
    """One plane for each channel, and where the store has no chunk for them."""

    pixels: Numbers
    """Axes: channel, y, x."""
    missing: Mask
    """Of the same shape; None of it is missing in most cases."""


def document_steps(folder: str, storage: Storage) -> Generator[list[Piece], Contents, PixelArray]:
    """Ask for the document of an array, and read it; PixelsRefused if it cannot be drawn."""
    (content,) = yield [Piece(f"{folder}/{storage.array}".lstrip("/"), 0, MAX_DOCUMENT + 1)]
    if content is None:
        raise PixelsAbsent("The array of this level is missing in the store.")
    if len(content) > MAX_DOCUMENT:
        raise PixelsTooLarge(f"The document of an array is larger than {MAX_DOCUMENT:,} bytes.")
    # The fields of a plate are written alike, down to the byte.
    known = _array_known if len(content) <= _ALIKE else array_of
    return known(content, storage)


def chunk_steps(
    folder: str, array: PixelArray, numbers: AxisNumbers, wanted: Wanted
) -> Generator[list[Piece], Contents, Packed]:
    """Ask for the chunks that a part of an array lies in; PixelsRefused if they are too large."""
    indices = chunk_indices(array, numbers, wanted)
    if array.plan.shard is None:
        # What cannot be packed is stored a little larger than it is.
        most = unpacked_bytes(array) * 9 // 8 + _SLACK
        keys = [array.plan.grid.key(index) for index in indices]
        contents = yield [Piece(f"{folder}/{key}".lstrip("/"), 0, most) for key in keys]
        chunks = dict(zip(indices, contents, strict=True))
    else:
        chunks = yield from _sharded(folder, array, array.plan.shard, indices)
    return Packed(array, numbers, wanted, chunks)


def chunk_indices(array: PixelArray, numbers: AxisNumbers, wanted: Wanted) -> list[Index]:
    """The chunks that a part of an array lies in; PixelsTooLarge if they are too many or too large."""
    length = unpacked_bytes(array)
    if length > MAX_CHUNK:
        raise PixelsTooLarge(
            f"A chunk of this level holds {length:,} bytes; chunks of more than {MAX_CHUNK:,} are "
            "not drawn. A store with smaller chunks, or with more levels, can be looked at."
        )
    steps = array.plan.grid.chunks
    spans: list[list[int]] = [[0] for _ in array.shape]
    for axis, places in (
        (numbers.t, (wanted.t,)),
        (numbers.z, wanted.z),
        (numbers.c, wanted.channels),
    ):
        if axis is not None:
            spans[axis] = sorted({place // steps[axis] for place in places})
    for axis, (first, end) in ((numbers.y, wanted.rows), (numbers.x, wanted.columns)):
        spans[axis] = list(range(first // steps[axis], -(-end // steps[axis])))
    count = prod(map(len, spans))
    if count > MAX_CHUNKS or count * length > MAX_BYTES:
        raise PixelsTooLarge(
            f"This view lies in {count:,} chunks of {length:,} bytes, more than one picture may "
            "take. Look at a smaller region, at fewer planes, or at a smaller level."
        )
    return list(product(*spans))


def _sharded(
    folder: str, array: PixelArray, shard: ShardPlan, indices: Sequence[Index]
) -> Generator[list[Piece], Contents, dict[Index, bytes | None]]:
    if shard.index_length > MAX_INDEX:
        raise PixelsTooLarge(f"Shards of {prod(shard.counts):,} chunks are not drawn.")
    homes = {index: _shard_of(index, shard) for index in indices}
    shards = list(dict.fromkeys(homes.values()))
    paths = {home: f"{folder}/{array.plan.grid.key(home)}".lstrip("/") for home in shards}
    whole = unpacked_bytes(array) * prod(shard.counts)
    if whole <= _SMALL_SHARD:
        most = whole * 9 // 8 + shard.index_length + _SLACK
        contents = yield [Piece(paths[home], 0, most) for home in shards]
        found = dict(zip(shards, contents, strict=True))
        return {index: _cut_out(found[homes[index]], shard, index) for index in indices}
    start = -shard.index_length if shard.at_end else 0
    heads = yield [Piece(paths[home], start, shard.index_length) for home in shards]
    by_shard = dict(zip(shards, heads, strict=True))
    places = {index: _place(by_shard[homes[index]], shard, index) for index in indices}
    there = {index: place for index, place in places.items() if place is not None}
    contents = yield [Piece(paths[homes[index]], *place) for index, place in there.items()]
    parts: dict[Index, bytes | None] = dict.fromkeys(indices)
    for (index, (_, length)), content in zip(there.items(), contents, strict=True):
        parts[index] = _as_long(content or b"", length)
    return parts


def _shard_of(index: Index, shard: ShardPlan) -> Index:
    return tuple([at // count for at, count in zip(index, shard.counts, strict=True)])


def _place(head: bytes | None, shard: ShardPlan, index: Index) -> tuple[int, int] | None:
    """Where a chunk lies in its shard; None if the shard, or the chunk, is not there."""
    if head is None:
        return None
    number = 0
    for at, count in zip(index, shard.counts, strict=True):
        number = number * count + at % count
    try:
        start, length = chunk_in_shard(head, shard, number)
    except (ChunkBroken, ChunkUnknown) as error:
        raise PixelsBroken(f"The index of a shard cannot be read: {error}.") from error
    if start == length == NOTHING:
        return None
    if length > MAX_PACKED or start > FURTHEST:
        raise PixelsBroken("The index of a shard points out of the shard.")
    return start, length


def _cut_out(content: bytes | None, shard: ShardPlan, index: Index) -> bytes | None:
    if content is None:
        return None
    length = shard.index_length
    place = _place(content[-length:] if shard.at_end else content[:length], shard, index)
    return None if place is None else _as_long(content[place[0] : sum(place)], place[1])


def _as_long(content: bytes, length: int) -> bytes:
    if len(content) < length:
        raise PixelsBroken("The index of a shard points beyond its end: the shard is cut off.")
    return content


def planes_of(packed: Packed) -> Planes:
    """The planes that some chunks hold; PixelsRefused if one of them cannot be unpacked.

    A missing chunk is missing in the planes whose every z it would have had its say in.
    """
    wanted = packed.wanted
    height = wanted.rows[1] - wanted.rows[0]
    width = wanted.columns[1] - wanted.columns[0]
    shape = (len(wanted.channels), height, width)
    pixels = np.zeros(shape, dtype=np.dtype(packed.array.dtype).newbyteorder("="))
    missing = np.ones(shape, dtype=np.bool_)
    for index, content in packed.chunks.items():
        if content is None:
            continue
        chunk = unpacked(content, packed.array)
        target, source = _overlap(packed, index)
        for number, at in _channels_in(packed, index):
            there, fresh = pixels[number][target], missing[number][target]
            for part in _slabs(chunk, source, at, packed, index):
                _take(part, there, fresh)
    return Planes(pixels, missing)


def _take(part: Numbers, there: Numbers, fresh: Mask) -> None:
    """Put a part into the planes: as it is if it is the first there, else where it is brighter."""
    if fresh.all():
        there[...] = part
    else:
        np.maximum(there, part, out=there, where=~fresh)
        np.copyto(there, part, where=fresh)
    fresh[...] = False


def _overlap(packed: Packed, index: Index) -> tuple[Box, Box]:
    """Where a chunk lies in the planes, and which part of it that is."""
    target: list[slice[int, int, int]] = []
    source: list[slice[int, int, int]] = []
    wanted, numbers = packed.wanted, packed.numbers
    for axis, (first, end) in ((numbers.y, wanted.rows), (numbers.x, wanted.columns)):
        step = packed.array.plan.grid.chunks[axis]
        start = index[axis] * step
        low, high = max(first, start), min(end, start + step)
        target.append(slice(low - first, high - first))
        source.append(slice(low - start, high - start))
    return (target[0], target[1]), (source[0], source[1])


def _channels_in(packed: Packed, index: Index) -> Iterator[tuple[int, int]]:
    """The wanted channels that a chunk holds: the number among the wanted, the place in the chunk."""
    axis = packed.numbers.c
    if axis is None:
        yield 0, 0
        return
    step = packed.array.plan.grid.chunks[axis]
    for number, channel in enumerate(packed.wanted.channels):
        if channel // step == index[axis]:
            yield number, channel % step


def _slabs(
    chunk: Numbers, box: Box, channel: int, packed: Packed, index: Index
) -> Iterator[Numbers]:
    """A box of the wanted planes of one channel of a chunk, axes y and x."""
    numbers, steps = packed.numbers, packed.array.plan.grid.chunks
    at: list[int | slice[int, int, int]] = [0] * chunk.ndim
    at[numbers.y], at[numbers.x] = box
    if numbers.t is not None:
        at[numbers.t] = packed.wanted.t % steps[numbers.t]
    if numbers.c is not None:
        at[numbers.c] = channel
    if numbers.z is None:
        places: Sequence[int] = (0,)
    else:
        places = [z for z in packed.wanted.z if z // steps[numbers.z] == index[numbers.z]]
    for z in places:
        if numbers.z is not None:
            at[numbers.z] = z % steps[numbers.z]
        plane = chunk[tuple(at)]
        yield plane if numbers.y < numbers.x else plane.T
