"""Rules about the objects that hold chunks: for them all objects of a store have to be listed."""

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

from plates.omezarr.findings import Fault, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook

parts: Final = RuleBook["PartSeen"]()
chunk_objects: Final = RuleBook["ChunkObjectsSeen"]()


class PartSeen(msgspec.Struct, frozen=True, gc=False):
    """A part of a store that has clearly fewer of its chunks than parts like it.

    `name` is how a sentence calls it, `usual` the share that is usual for its siblings; None where
    it has none and nothing at all is there.
    """

    name: str
    declared: int
    present: int
    usual: float | None = None


class ChunkFault(StrEnum):
    """What can be wrong with an object that is named like a chunk."""

    EMPTY = "empty"
    CUT = "cut"
    STRAY = "stray"


class ChunkObjectsSeen(msgspec.Struct, frozen=True, gc=False):
    """So many objects of one array that are not as they should be, and the path of the first.

    `objects` is how many lie in the grid of the array, `least_bytes` what a whole one has at least.
    """

    fault: ChunkFault
    number: int
    example: str
    objects: int
    least_bytes: int
    is_sharded: bool = False


def percent(share: float) -> str:
    """A share in percent, rounded down: what is not whole never reads as 100 %."""
    return f"{math.floor(share * 1000) / 10:g} %"


# Zarr 2 and 3: an absent chunk is legal and reads as the fill value. But the fields of a plate are
# written alike: what has clearly less than its siblings has not arrived, or was lost.
@parts.rule(
    "STORE-CHUNKS-MISSING",
    section="",
    levels={"0.1": WARNING},
    force=Force.HYGIENE,
    missing=True,
    needs_objects=True,
)
def part_is_as_whole_as_its_siblings(seen: PartSeen) -> Iterator[Fault]:
    """No well, field, level or channel has clearly fewer of its chunks than others like it."""
    share = seen.present / seen.declared if seen.declared else 0.0
    message = f"Of {seen.name}, {seen.present:,} of {seen.declared:,} chunk objects are there."
    expected = "some" if seen.usual is None else f"{percent(seen.usual)}, as of others like it"
    yield Fault("", message, expected, percent(share))


# No codec makes nothing of something: what has no bytes was created and never written.
@chunk_objects.rule(
    "STORE-CHUNKS-EMPTY", section="", levels={"0.1": ERROR}, missing=True, needs_objects=True
)
def chunk_object_has_bytes(seen: ChunkObjectsSeen) -> Iterator[Fault]:
    """No object that should hold a chunk is without a single byte."""
    if seen.fault is ChunkFault.EMPTY:
        message = f"{_counted(seen)} no bytes, such as {shown(seen.example)}."
        yield Fault("", message, "none", f"{seen.number:,} of {seen.objects:,}")


# Zarr 3, sharding codec: the index has 16 bytes for each chunk of a shard. Zarr 2 and 3: chunks are
# stored whole at the edges too, so that one that is not compressed has a known size.
@chunk_objects.rule(
    "STORE-CHUNKS-CUT", section="", levels={"0.1": ERROR}, missing=True, needs_objects=True
)
def chunk_object_is_not_cut(seen: ChunkObjectsSeen) -> Iterator[Fault]:
    """No object that should hold a chunk or a shard is smaller than a whole one has to be."""
    if seen.fault is ChunkFault.CUT:
        why = "than its index alone" if seen.is_sharded else "than a chunk that is not compressed"
        message = f"{_counted(seen)} fewer bytes {why}, such as {shown(seen.example)}."
        found = f"{seen.number:,} of {seen.objects:,} have less"
        yield Fault("", message, f"at least {seen.least_bytes:,} bytes", found)


# No reader asks for them: the array was made smaller, cut anew or named otherwise than its chunks.
@chunk_objects.rule(
    "STORE-CHUNKS-STRAY",
    section="",
    levels={"0.1": WARNING},
    force=Force.HYGIENE,
    needs_objects=True,
)
def chunk_object_lies_in_the_grid(seen: ChunkObjectsSeen) -> Iterator[Fault]:
    """Every object that is named like a chunk lies in the grid that its array declares."""
    if seen.fault is ChunkFault.STRAY:
        message = (
            f"Outside of the grid of the array there are objects that are named like chunks: "
            f"{seen.number:,}, such as {shown(seen.example)}."
        )
        yield Fault("", message, "none", f"{seen.number:,}")


def _counted(seen: ChunkObjectsSeen) -> str:
    return f"{seen.number:,} chunk object{'s have' if seen.number > 1 else ' has'}"
