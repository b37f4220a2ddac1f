"""What a store takes up in its storage, and how it is packed: by-product of counting its chunks."""

from datetime import datetime
from typing import Final

import msgspec

from plates.omezarr.chunk_counts import ArrayCount, ChunkCounts, ObjectKind
from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.jsonvalues import MAX_INTEGER

MANY_OBJECTS: Final = 1_000
MAX_NAMED: Final = 100


class LedgerLine(msgspec.Struct, frozen=True, gc=False):
    """The objects and bytes of one kind in one storage class, empty where that is not told."""

    kind: ObjectKind
    storage_class: str
    objects: int
    bytes: int


class PackingLine(msgspec.Struct, frozen=True, gc=False):
    """The arrays that are packed alike, and the chunk objects and bytes that they have."""

    kind: ObjectKind
    dtype: str
    codecs: tuple[str, ...]
    is_sharded: bool
    arrays: int
    objects: int
    bytes: int
    declared_bytes: int


class Ledger(msgspec.Struct, frozen=True):
    """What a store takes up.

    `lines` add up to the whole. `packing` is of the chunks of arrays whose grid is known.
    `crowded` are arrays of more than so many objects without shards: the first of them, of
    `crowded_arrays` in all. `changed_at` is when the newest object was changed, None if no time is
    told.
    """

    objects: int
    bytes: int
    lines: tuple[LedgerLine, ...]
    packing: tuple[PackingLine, ...]
    crowded: tuple[str, ...]
    crowded_arrays: int
    changed_at: datetime | None


def ledger_of(counts: ChunkCounts, *, many: int = MANY_OBJECTS) -> Ledger:
    """The ledger of a store whose objects were counted; `many` objects unsharded are too many."""
    lines = [
        LedgerLine(kind, storage_class, tally.objects, tally.bytes)
        for (kind, storage_class), tally in counts.by_kind.items()
    ]
    crowded = [array.path for array in counts.arrays.values() if _is_crowded(array, many)]
    return Ledger(
        objects=sum(line.objects for line in lines),
        bytes=min(sum(line.bytes for line in lines), MAX_INTEGER),
        lines=tuple(sorted(lines, key=lambda line: (-line.bytes, line.kind, line.storage_class))),
        packing=_packing(counts),
        crowded=tuple(crowded[:MAX_NAMED]),
        crowded_arrays=len(crowded),
        changed_at=counts.changed_at,
    )


def _is_crowded(array: ArrayCount, many: int) -> bool:
    return array.grid is not None and not array.grid.is_sharded and array.objects > many


def _packing(counts: ChunkCounts) -> tuple[PackingLine, ...]:
    alike: dict[tuple[ObjectKind, str, tuple[str, ...], bool], list[tuple[ArrayCount, ChunkGrid]]]
    alike = {}
    for array in counts.arrays.values():
        grid = array.grid
        if grid is not None:
            key = (array.kind, grid.dtype, grid.codecs, grid.is_sharded)
            alike.setdefault(key, []).append((array, grid))
    lines = [
        PackingLine(
            *key,
            arrays=len(arrays),
            objects=sum(array.objects for array, _ in arrays),
            bytes=sum(array.bytes for array, _ in arrays),
            declared_bytes=min(sum(grid.declared_bytes for _, grid in arrays), MAX_INTEGER),
        )
        for key, arrays in alike.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.bytes, line.kind, line.dtype)))
