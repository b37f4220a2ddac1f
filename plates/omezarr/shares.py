"""How much of what is declared is there: of an image, its levels, its channels and its labels."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from plates.omezarr.chunk_counts import ArrayCount, ChunkCounts, label_path, level_paths
from plates.omezarr.declared import DeclaredImage
from plates.omezarr.jsonvalues import MAX_INTEGER


class Share(msgspec.Struct, frozen=True, gc=False):
    """How many chunk objects are declared, and how many whole ones are there.

    `bytes` are those that the storage holds; `declared_bytes` those of all pixels, unpacked, 0
    where the type is not known. A chunk of nothing but the fill value may be left out: Zarr 2 and 3
    allow it, so that a share below 1 is no fault by itself.
    """

    declared: int = 0
    present: int = 0
    bytes: int = 0
    declared_bytes: int = 0

    @property
    def share(self) -> float | None:
        """What is there, from 0 to 1; None where nothing is declared."""
        return min(1.0, self.present / self.declared) if self.declared else None

    @property
    def missing(self) -> int:
        """How many declared objects are not there, or not whole."""
        return max(0, self.declared - self.present)


NOTHING = Share()


class LabelShares(msgspec.Struct, frozen=True, gc=False):
    """One label image beside an image, and its levels, the largest first."""

    name: str
    share: Share
    levels: tuple[Share, ...]


class ImageShares(msgspec.Struct, frozen=True, gc=False):
    """One field or image.

    `levels` are the largest first; of one whose grid is not known nothing is declared. `channels`
    are over the levels in which a chunk holds one channel, and empty if there are none. Labels
    stand apart: `share` is without them. `is_counted` says that nothing of the image is unknown.
    """

    path: str
    well: str
    is_counted: bool
    share: Share = NOTHING
    levels: tuple[Share, ...] = ()
    channels: tuple[Share, ...] = ()
    labels: tuple[LabelShares, ...] = ()


class Cell(NamedTuple):
    """One channel of one level of an image, or the level where chunks hold several channels."""

    level: int
    channel: int | None
    share: Share


class Unseen:
    """What folders could not be listed: nothing is said of arrays in, at or above them."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._folders = set(folders)
        self._above = {outer for folder in self._folders for outer in _outer(folder)}

    def hides(self, path: str) -> bool:
        """Whether some of what lies below a path was not listed."""
        if not self._folders:
            return False
        return path in self._above or any(one in self._folders for one in (path, *_outer(path)))


def _outer(path: str) -> list[str]:
    """The folders that a path lies in, the root at last."""
    outer = []
    while path:
        path = path.rpartition("/")[0]
        outer.append(path)
    return outer


def shares_of_image(
    image: DeclaredImage, counts: ChunkCounts, unseen: Unseen
) -> tuple[ImageShares, tuple[Cell, ...]]:
    """What is there of an image, and by level and channel at once."""
    layout = image.layout
    if layout is None:
        return ImageShares(image.path, image.well, is_counted=False), ()
    paths = level_paths(image.path, layout.level_paths)
    arrays = [_seen(counts.arrays[path], unseen) for path in paths]
    levels = tuple([_share(array) for array in arrays])
    cells = tuple([cell for number, array in enumerate(arrays) for cell in _cells(number, array)])
    labels = tuple(
        [
            _label_shares(label.name, image.path, label.level_paths, counts, unseen)
            for label in layout.label_layouts
        ]
    )
    shares = ImageShares(
        image.path,
        image.well,
        is_counted=bool(arrays) and None not in arrays and len(labels) == len(layout.labels),
        share=total_of(levels),
        levels=levels,
        channels=_by_channel(cells),
        labels=labels,
    )
    return shares, cells


def _label_shares(
    name: str, image: str, levels: tuple[str, ...], counts: ChunkCounts, unseen: Unseen
) -> LabelShares:
    paths = level_paths(label_path(image, name), levels)
    shares = tuple([_share(_seen(counts.arrays[path], unseen)) for path in paths])
    return LabelShares(name, total_of(shares), shares)


def _seen(array: ArrayCount, unseen: Unseen) -> ArrayCount | None:
    """An array of which all is known: how it is cut, and what lies there."""
    return None if array.grid is None or unseen.hides(array.path) else array


def _share(array: ArrayCount | None) -> Share:
    if array is None or array.grid is None:
        return NOTHING
    grid = array.grid
    return Share(grid.declared, array.present, array.bytes, grid.declared_bytes)


def _cells(level: int, array: ArrayCount | None) -> list[Cell]:
    if array is None or array.grid is None:
        return []
    present, stored = array.present_by_channel, array.bytes_by_channel
    if not present or not stored:
        return [Cell(level, None, _share(array))]
    declared = array.grid.declared // len(present)
    pixels = array.grid.declared_bytes // len(present)
    return [
        Cell(level, channel, Share(declared, present[channel], stored[channel], pixels))
        for channel in range(len(present))
    ]


def _by_channel(cells: Iterable[Cell]) -> tuple[Share, ...]:
    found: dict[int, list[Share]] = {}
    for cell in cells:
        if cell.channel is not None:
            found.setdefault(cell.channel, []).append(cell.share)
    return tuple([total_of(found[channel]) for channel in sorted(found)])


def total_of(shares: Iterable[Share]) -> Share:
    """Several shares as one."""
    declared = present = stored = pixels = 0
    for one in shares:
        declared += one.declared
        present += one.present
        stored += one.bytes
        pixels += one.declared_bytes
    return Share(
        min(declared, MAX_INTEGER), present, min(stored, MAX_INTEGER), min(pixels, MAX_INTEGER)
    )


def totals_by_place(many: Iterable[tuple[Share, ...]]) -> tuple[Share, ...]:
    """The total of the first of each, of the second of each, and so on."""
    places: list[list[Share]] = []
    for shares in many:
        for place, share in enumerate(shares):
            if place == len(places):
                places.append([])
            places[place].append(share)
    return tuple([total_of(shares) for shares in places])
