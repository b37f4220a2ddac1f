"""One pass over a listing: every object goes to the array that declares it, and is counted there.

What is kept grows with the arrays of a store, never with its objects.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from plates.omezarr.chunk_grids import ChunkGrid, looks_like_key
from plates.omezarr.declared import DeclaredImage, channel_axis
from plates.omezarr.objects import DOCUMENTS, ListedObject
from plates.omezarr.parsing_images import MAX_CHANNELS
from plates.omezarr.rules.completeness import ChunkFault

MAX_PATH: Final = 4_096
MAX_TALLIES: Final = 1_000
"""Storage has a handful of classes; what names more of them is counted without."""


class ObjectKind(StrEnum):
    """What an object of a store is for."""

    LARGEST = "largest level"
    SMALLER = "smaller levels"
    LABELS = "labels"
    TABLES = "tables"
    METADATA = "metadata"
    OTHER = "other"


class ArrayCount:
    """What a listing holds of one array.

    `present` are the whole objects of the grid, `objects` all of it, and `bytes` is the size of
    these. `faults` counts the others, and strays outside of the grid; `examples` has the path of
    the first of each. Lists by channel count what is present; None where a chunk holds more than
    one channel.
    """

    __slots__ = (
        "_axis",
        "bytes",
        "bytes_by_channel",
        "examples",
        "faults",
        "grid",
        "has_inner",
        "kind",
        "least",
        "objects",
        "path",
        "present",
        "present_by_channel",
    )

    def __init__(
        self, path: str, kind: ObjectKind, grid: ChunkGrid | None, axis: int | None
    ) -> None:
        self.path = path
        self.kind = kind
        self.grid = grid
        self.least = 1 if grid is None else grid.least_bytes
        self.has_inner = False
        """Whether another array or folder that is counted apart lies below."""
        self.present = self.objects = self.bytes = 0
        self.faults: dict[ChunkFault, int] = {}
        self.examples: dict[ChunkFault, str] = {}
        self.present_by_channel: list[int] | None = None
        self.bytes_by_channel: list[int] | None = None
        planes = None if grid is None else grid.planes(axis)
        self._axis = 0 if axis is None else axis
        if planes is not None and planes <= MAX_CHANNELS:
            self.present_by_channel, self.bytes_by_channel = [0] * planes, [0] * planes

    def take(self, key: str, one: ListedObject) -> None:
        """Count an object below the array."""
        if self.grid is None:
            return
        index, size = self.grid.index_of(key), one.size
        if index is None:
            # Buckets are given empty objects that stand for folders; a listing may hide their slash.
            is_marker = size <= 0 and self.grid.is_folder(key)
            if looks_like_key(key) and not is_marker:
                self._note(ChunkFault.STRAY, one)
            return
        self.objects += 1
        self.bytes += max(0, size)
        if size >= self.least:
            self.present += 1
            if self.present_by_channel is not None and self.bytes_by_channel is not None:
                channel = index[self._axis]
                self.present_by_channel[channel] += 1
                self.bytes_by_channel[channel] += size
        else:
            self._note(ChunkFault.CUT if size > 0 else ChunkFault.EMPTY, one)

    def _note(self, fault: ChunkFault, one: ListedObject) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1
        self.examples.setdefault(fault, one.path)


Place: TypeAlias = ArrayCount | ObjectKind


class Tally:
    """How many objects there are, and their bytes."""

    __slots__ = ("bytes", "objects")

    def __init__(self) -> None:
        self.objects = 0
        self.bytes = 0


class ChunkCounts:
    """The objects of one store, counted by array, by kind and by storage class.

    `arrays` has the count of each array by its path, `changed_at` the time of the newest object of
    which a time is told.
    """

    def __init__(self, images: Iterable[DeclaredImage]) -> None:
        self.images = tuple(images)
        self.arrays: dict[str, ArrayCount] = {}
        self.by_kind: dict[tuple[ObjectKind, str], Tally] = {}
        self.changed_at: datetime | None = None
        for image in self.images:
            self._declare(image)
        self._places: dict[str, Place] = {"": ObjectKind.OTHER, "tables": ObjectKind.TABLES}
        for image in self.images:
            base = f"{image.path}/" if image.path else ""
            self._places[f"{base}tables"] = ObjectKind.TABLES
            self._places[f"{base}labels"] = ObjectKind.LABELS
            if image.well:
                self._places[f"{image.well}/tables"] = ObjectKind.TABLES
        self._places |= self.arrays
        self._mark_inner()

    def _declare(self, image: DeclaredImage) -> None:
        layout = image.layout
        if layout is None:
            return
        axis = channel_axis(layout.axes)
        for level, path in enumerate(level_paths(image.path, layout.level_paths)):
            kind = ObjectKind.SMALLER if level else ObjectKind.LARGEST
            self._declare_array(path, kind, _grid(layout.grids, level), axis)
        for label in layout.label_layouts:
            axis = channel_axis(label.axes)
            paths = level_paths(label_path(image.path, label.name), label.level_paths)
            for level, path in enumerate(paths):
                grid = _grid(label.grids, level)
                self._declare_array(path, ObjectKind.LABELS, grid, axis)

    def _declare_array(
        self, path: str, kind: ObjectKind, grid: ChunkGrid | None, axis: int | None
    ) -> None:
        # Of what is listed twice, as two fields of one path, the first counts.
        if path not in self.arrays:
            self.arrays[path] = ArrayCount(path, kind, grid, axis)

    def _mark_inner(self) -> None:
        for path in self._places:
            end = path.rfind("/")
            while end > 0:
                outer = self._places.get(path[:end])
                if isinstance(outer, ArrayCount):
                    outer.has_inner = True
                end = path.rfind("/", 0, end)

    def count(self, objects: Iterable[ListedObject]) -> None:
        """Count every object of a listing, each of which has to be listed once."""
        before, array = "\0", ArrayCount("", ObjectKind.OTHER, None, None)
        for one in objects:
            path = one.path
            if path.startswith(before):
                # Listings go array by array, so that most objects are where the last one was.
                key = path[len(before) :]
                kind = array.kind
            else:
                place, key = self._find(path)
                if isinstance(place, ArrayCount):
                    array, kind = place, place.kind
                    before = "\0" if array.has_inner else f"{array.path}/"
                else:
                    kind, key = place, ""
            if key in DOCUMENTS or path.rpartition("/")[2] in DOCUMENTS:
                kind = ObjectKind.METADATA
            elif key:
                array.take(key, one)
            self._tally(kind, one)

    def _find(self, path: str) -> tuple[Place, str]:
        """The innermost array or folder that an object lies in, and its path from there."""
        if len(path) > MAX_PATH:
            return ObjectKind.OTHER, ""
        places, end = self._places, path.rfind("/")
        while end > 0:
            place = places.get(path[:end])
            if place is not None:
                return place, path[end + 1 :]
            end = path.rfind("/", 0, end)
        return ObjectKind.OTHER, ""

    def _tally(self, kind: ObjectKind, one: ListedObject) -> None:
        tally = self.by_kind.get((kind, one.storage_class))
        if tally is None:
            full = len(self.by_kind) >= MAX_TALLIES
            key = (kind, "" if full else one.storage_class)
            tally = self.by_kind.setdefault(key, Tally())
        tally.objects += 1
        tally.bytes += max(0, one.size)
        when = one.changed_at
        if when is not None and (self.changed_at is None or when > self.changed_at):
            self.changed_at = when


def level_paths(image: str, levels: Iterable[str]) -> list[str]:
    """The paths in the store of the levels of an image."""
    return [f"{image}/{level}" if image else level for level in levels]


def label_path(image: str, name: str) -> str:
    """The path in the store of a label beside an image."""
    return f"{image}/labels/{name}" if image else f"labels/{name}"


def _grid(grids: tuple[ChunkGrid | None, ...], level: int) -> ChunkGrid | None:
    return grids[level] if level < len(grids) else None
