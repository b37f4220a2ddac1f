"""Which objects of an array hold some of its channels: as beginnings of keys, and one by one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from plates.omezarr.chunk_grids import ChunkGrid
from plates.omezarr.jsonvalues import MAX_INTEGER

MOST_BEGINNINGS: Final = 10_000
"""An array of which more would have to be named is taken whole."""


@dataclass(frozen=True, slots=True)
class ArrayCut:
    """The objects of an array that lie at some places of one axis, all along the others."""

    grid: ChunkGrid
    axis: int | None = None
    """None: the whole array."""
    places: tuple[int, ...] = ()
    """Of objects along the axis, rising."""

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole array."""
        return self.axis is None

    @property
    def objects(self) -> int:
        """How many objects that are at most: a chunk without a value may have none."""
        return min(prod(map(len, self._ranges())), MAX_INTEGER)

    @property
    def pixel_bytes(self) -> int:
        """The bytes of their pixels, unpacked; 0 for a type of which that is not known."""
        if self.axis is None:
            return self.grid.declared_bytes
        length, part = self.grid.shape[self.axis], self.grid.part[self.axis]
        planes = sum(min(part, length - place * part) for place in self.places)
        return self.grid.declared_bytes * planes // length

    def beginnings(self) -> Iterator[str]:
        """With what their keys begin, those of no other object; a slash ends what is a folder."""
        if self.axis is None:
            return
        separator, more = self.grid.separator, self.axis + 1 < len(self.grid.counts)
        for index in product(*self._ranges()[: self.axis + 1]):
            parts = [*([self.grid.prefix] if self.grid.prefix else []), *map(str, index)]
            yield separator.join(parts) + (separator if more else "")

    def paths(self) -> Iterator[str]:
        """The keys of all of them, which are their paths below the array."""
        return (self.grid.key(index) for index in product(*self._ranges()))

    def _ranges(self) -> list[Sequence[int]]:
        ranges: list[Sequence[int]] = [range(count) for count in self.grid.counts]
        if self.axis is not None:
            ranges[self.axis] = self.places
        return ranges


def cut_of(grid: ChunkGrid, *, axis: int | None, planes: Collection[int]) -> ArrayCut:
    """The objects that hold some planes of an axis; the whole array where all of them do.

    It is the whole array as well where there is no such axis, or where their keys have too many
    beginnings to be told one by one.
    """
    if axis is None or axis >= len(grid.shape) or not grid.shape[axis]:
        return ArrayCut(grid)
    part = grid.part[axis]
    places = tuple(sorted({plane // part for plane in planes if plane < grid.shape[axis]}))
    is_all = len(places) == grid.counts[axis]
    if is_all or prod(grid.counts[:axis]) * len(places) > MOST_BEGINNINGS:
        return ArrayCut(grid)
    return ArrayCut(grid, axis, places)
