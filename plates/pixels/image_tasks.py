"""Which level of each image of a store is drawn, and how it is read."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from plates.pixels.arrays import storage_of
from plates.pixels.crew import Task
from plates.pixels.errors import PixelsRefused
from plates.pixels.levels import LevelChosen, channels_of, middle, smallest_useful
from plates.pixels.pictured import PicturedImage
from plates.pixels.planes import Wanted
from plates.pixels.reading import level_steps

SIDE: Final = 128
"""A level with so many pixels is large enough for thumbnails and statistics."""
MOST_CHANNELS: Final = 8
_WORKING: Final = 6
"""Bytes that are held for each pixel while it is worked on."""


class ImageTasks:
    """What is read of each image of a store; of those that share a layout it is worked out once."""

    def __init__(self, zarr_format: int | None) -> None:
        self.storage = storage_of(zarr_format)
        self._levels: dict[int, LevelChosen | PixelsRefused] = {}
        self._counts: dict[int, int] = {}

    def of(self, images: Iterable[PicturedImage]) -> Iterator[Task[PicturedImage]]:
        """How each of some images is read, but for those that cannot be drawn."""
        for image in images:
            level = self.level(image)
            if not isinstance(level, LevelChosen):
                continue
            wanted = wanted_of(level, range(self.channels(image)))
            yield Task(
                image,
                partial(level_steps, image.path, level, self.storage, wanted),
                self.bytes(image),
            )

    def bytes(self, image: PicturedImage) -> int:
        """How many bytes are held while an image is worked on."""
        return self.size(image) * _WORKING

    def size(self, image: PicturedImage) -> int:
        """How many pixels of an image are drawn: of all its channels together."""
        level = self.level(image)
        if not isinstance(level, LevelChosen):
            return 0
        return level.height * level.width * self.channels(image)

    def level(self, image: PicturedImage) -> LevelChosen | PixelsRefused | None:
        """The level that is drawn, or why there is none; None for an image that is listed only."""
        layout = image.layout
        if layout is None:
            return None
        if id(layout) not in self._levels:
            try:
                self._levels[id(layout)] = smallest_useful(layout, SIDE)
            except PixelsRefused as refused:
                self._levels[id(layout)] = refused
        return self._levels[id(layout)]

    def channels(self, image: PicturedImage) -> int:
        """How many channels of an image are drawn."""
        layout = image.layout
        if layout is None:
            return 0
        if id(layout) not in self._counts:
            self._counts[id(layout)] = min(MOST_CHANNELS, channels_of(layout))
        return self._counts[id(layout)]


def wanted_of(level: LevelChosen, channels: Sequence[int]) -> Wanted:
    """All of a level at its middle plane and its middle moment."""
    return Wanted(
        t=middle(level.length(level.axes.t)),
        z=(middle(level.length(level.axes.z)),),
        channels=tuple(channels),
        rows=(0, level.height),
        columns=(0, level.width),
    )
