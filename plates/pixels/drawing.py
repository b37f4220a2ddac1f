"""Previews of one store: thumbnails, contact sheets and statistics, each image read once.

Only the smallest useful level is read, its middle plane and middle moment. How channels are shown
is decided first, from some fields spread over the store, so that all pictures of it compare.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.pixels.arrays import storage_of
from plates.pixels.composition import (
    Greys,
    composed,
    fitting,
    greys_and_masks,
)
from plates.pixels.contrast import ShownChannel, sampled, shown_channels
from plates.pixels.crew import Crew, Result, Task
from plates.pixels.encoding import jpeg_of
from plates.pixels.errors import PixelsRefused
from plates.pixels.intensities import intensities_of
from plates.pixels.levels import LevelChosen, channels_of, middle, smallest_useful
from plates.pixels.packs import PackWriter
from plates.pixels.pictured import PicturedImage
from plates.pixels.planes import Mask, Packed, Wanted, planes_of
from plates.pixels.reading import level_steps
from plates.pixels.statistics_table import Measured

EDITION: Final = 1
"""Counts up whenever the same pixels would be drawn in another way."""
THUMBNAIL: Final = 160
"""Pixels of the longer side of a thumbnail."""
SIDE: Final = 128
"""A level with so many pixels is large enough for thumbnails and statistics."""
MOST_CHANNELS: Final = 8
SAMPLED: Final = 24
MOST_TROUBLES: Final = 20
_WORKING: Final = 6
"""Bytes that are held for each byte of pixels while they are worked on."""


class Trouble(msgspec.Struct, frozen=True):
    """Why an image could not be drawn."""

    path: str
    sentence: str


class Drawn(msgspec.Struct):
    """What was drawn of a store: how its channels are shown, and what came of its images."""

    channels: tuple[ShownChannel, ...]
    images: int = 0
    lacking: int = 0
    """Of which some chunk is missing in the store."""
    failed: int = 0
    troubles: list[Trouble] = []
    measured: list[Measured] = []


class Face(msgspec.Struct, frozen=True):
    """A field as its well's tile of a contact sheet needs it."""

    greys: list[Greys]
    masks: list[Mask]


Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many images are done, of how many."""
FaceTaker: TypeAlias = Callable[[PicturedImage, Face], None]


class DrawnImage(msgspec.Struct, frozen=True):
    """What was made of one image."""

    thumbnail: bytes
    measured: list[Measured]
    lacks: bool
    face: Face


class Plotter:
    """Draws the images of one store."""

    def __init__(
        self,
        crew: Crew,
        images: Sequence[PicturedImage],
        *,
        zarr_format: int | None,
        progress: Progress | None = None,
    ) -> None:
        self._crew = crew
        self._progress = progress or _tell_nobody
        self._storage = storage_of(zarr_format)
        self._images = images
        self._levels: dict[int, LevelChosen | PixelsRefused] = {}
        self._counts: dict[int, int] = {}

    def choose_channels(self) -> tuple[ShownChannel, ...]:
        """How the channels are shown, by some images spread over the store."""
        self._crew.look_at_root(self._storage)
        known = [image for image in self._images if image.layout is not None]
        some = known
        if len(known) > SAMPLED:
            at = np.linspace(0, len(known) - 1, SAMPLED).round().astype(int)
            some = [known[number] for number in at]
        count = max((self._channels(image) for image in known), default=0)
        samples: list[list[NDArray[np.float64]]] = [[] for _ in range(count)]

        def take(result: Result[PicturedImage, list[NDArray[np.float64]]]) -> None:
            for number, values in enumerate(result.made or ()):
                samples[number].append(values)

        self._crew.each(self.tasks(some), _sample, take)
        richest = max(known, key=self._channels, default=None)
        told = richest.layout.channels if richest is not None and richest.layout else ()
        return shown_channels(told, [np.concatenate(one or [np.empty(0)]) for one in samples])

    def draw(
        self,
        channels: tuple[ShownChannel, ...],
        pack: PackWriter,
        show: FaceTaker,
    ) -> Drawn:
        """Draw every image: thumbnails go into the pack, faces to who draws the contact sheets."""
        drawn = Drawn(channels, troubles=[], measured=[])
        total = sum(image.layout is not None for image in self._images)

        def take(result: Result[PicturedImage, DrawnImage]) -> None:
            image, made = result.key, result.made
            drawn.images += 1
            self._progress(drawn.images, total)
            if made is None:
                drawn.failed += 1
                if len(drawn.troubles) < MOST_TROUBLES:
                    drawn.troubles.append(Trouble(image.path, result.trouble))
            else:
                pack.put(thumbnail_name(image.path), made.thumbnail)
                drawn.measured += made.measured
                drawn.lacking += made.lacks
                show(image, made.face)

        self._refuse_unknown(drawn)
        self._crew.each(self.tasks(self._images), partial(_draw, channels, self._levels), take)
        drawn.measured.sort(key=lambda row: (row.path, row.channel))
        return drawn

    def _refuse_unknown(self, drawn: Drawn) -> None:
        """Tell of images that have no level to be drawn, before any is read."""
        reasons: Counter[str] = Counter()
        for image in self._images:
            level = self._level(image)
            if isinstance(level, PixelsRefused):
                drawn.images += 1
                drawn.failed += 1
                reasons[str(level)] += 1
                if reasons[str(level)] == 1 and len(drawn.troubles) < MOST_TROUBLES:
                    drawn.troubles.append(Trouble(image.path, str(level)))

    def tasks(self, images: Sequence[PicturedImage]) -> Iterator[Task[PicturedImage]]:
        """How each of some images is read, but for those that cannot be drawn."""
        for image in images:
            level = self._level(image)
            if image.layout is None or level is None or isinstance(level, PixelsRefused):
                continue
            count = self._channels(image)
            wanted = wanted_of(level, range(count))
            yield Task(
                image,
                partial(level_steps, image.path, level, self._storage, wanted),
                level.height * level.width * count * _WORKING,
            )

    def _level(self, image: PicturedImage) -> LevelChosen | PixelsRefused | None:
        layout = image.layout
        if layout is None:
            return None
        if id(layout) not in self._levels:
            try:
                self._levels[id(layout)] = smallest_useful(layout, SIDE)
            except PixelsRefused as refused:
                self._levels[id(layout)] = refused
        return self._levels[id(layout)]

    def _channels(self, image: PicturedImage) -> int:
        layout = image.layout
        if layout is None:
            return 0
        if id(layout) not in self._counts:
            self._counts[id(layout)] = min(MOST_CHANNELS, channels_of(layout))
        return self._counts[id(layout)]


def _tell_nobody(done: int, total: int) -> None:
    pass


def thumbnail_name(path: str) -> str:
    """Under which name the thumbnail of an image stands in its store's pack."""
    return f"thumbnail/{path}"


def wanted_of(level: LevelChosen, channels: Sequence[int]) -> Wanted:
    """All of a level at its middle plane and its middle moment."""
    return Wanted(
        t=middle(level.length(level.axes.t)),
        z=(middle(level.length(level.axes.z)),),
        channels=tuple(channels),
        rows=(0, level.height),
        columns=(0, level.width),
    )


def _sample(image: PicturedImage, packed: Packed) -> list[NDArray[np.float64]]:
    planes = planes_of(packed)
    return [
        sampled(plane, missing)
        for plane, missing in zip(planes.pixels, planes.missing, strict=True)
    ]


def _draw(
    channels: tuple[ShownChannel, ...],
    levels: dict[int, LevelChosen | PixelsRefused],
    image: PicturedImage,
    packed: Packed,
) -> DrawnImage:
    planes = planes_of(packed)
    shown = channels[: len(planes.pixels)]
    height, width = planes.pixels.shape[1:]
    greys, masks = greys_and_masks(planes, shown, fitting(width, height, THUMBNAIL))
    active = [one for one in shown if one.active] or list(shown)
    picture = composed(
        [greys[one.number] for one in active], [masks[one.number] for one in active], active
    )
    level = levels[id(image.layout)]
    return DrawnImage(
        thumbnail=jpeg_of(picture),
        measured=[
            Measured(
                image.path,
                image.label,
                image.acquisition,
                number,
                level.number if isinstance(level, LevelChosen) else 0,
                told,
            )
            for number, told in enumerate(intensities_of(planes.pixels, planes.missing))
        ],
        lacks=bool(planes.missing.any()),
        face=Face(greys, masks),
    )
