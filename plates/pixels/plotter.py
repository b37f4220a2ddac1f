"""All images of one store drawn: how its channels are shown, and what came of each image.

How channels are shown is decided first, from some images spread over the store, so that all pictures
of it compare.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.omezarr.options import StoreOptions
from plates.pixels.contrast import ShownChannel, sampled, shown_channels
from plates.pixels.crew import Crew, Result
from plates.pixels.drawing import DrawnImage, Face, Faces, Share, draw_share, thumbnail_name
from plates.pixels.errors import PixelsRefused
from plates.pixels.hands import Hands
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.measured import Measured
from plates.pixels.packs import PackWriter
from plates.pixels.pictured import PicturedImage
from plates.pixels.planes import Packed, planes_of
from plates.pixels.reading import Stop

SAMPLED: Final = 24
MOST_TROUBLES: Final = 20


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


Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many images are done, of how many."""
FaceTaker: TypeAlias = Callable[[PicturedImage, Face], None]


class Plotter:
    """Draws the images of one store; with hands, if there are any, in their processes."""

    def __init__(
        self,
        url: str,
        images: Sequence[PicturedImage],
        *,
        options: StoreOptions,
        zarr_format: int | None,
        hands: Hands,
        progress: Progress | None = None,
        stop: Stop | None = None,
    ) -> None:
        self._url = url
        self._images = images
        self._options = options
        self._zarr_format = zarr_format
        self._tasks = ImageTasks(zarr_format)
        self._hands = hands
        self._progress = progress or _tell_nobody
        self._stop = stop

    def choose_channels(self) -> tuple[ShownChannel, ...]:
        """How the channels are shown, by some images spread over the store."""
        crew = Crew(self._url, self._options, self._stop)
        crew.look_at_root(self._tasks.storage)
        known = [image for image in self._images if image.layout is not None]
        some = known
        if len(known) > SAMPLED:
            at = np.linspace(0, len(known) - 1, SAMPLED).round().astype(int)
            some = [known[number] for number in at]
        count = max((self._tasks.channels(image) for image in known), default=0)
        samples: list[list[NDArray[np.float64]]] = [[] for _ in range(count)]

        def take(result: Result[PicturedImage, list[NDArray[np.float64]]]) -> None:
            for number, values in enumerate(result.made or ()):
                samples[number].append(values)

        crew.each(self._tasks.of(some), _sample, take)
        richest = max(known, key=self._tasks.channels, default=None)
        told = richest.layout.channels if richest is not None and richest.layout else ()
        return shown_channels(told, [np.concatenate(one or [np.empty(0)]) for one in samples])

    def draw(
        self,
        channels: tuple[ShownChannel, ...],
        faces: Faces,
        pack: PackWriter,
        show: FaceTaker,
    ) -> Drawn:
        """Draw every image: thumbnails go into the pack, wanted faces to who draws the sheets."""
        drawn = Drawn(channels, troubles=[], measured=[])
        total = sum(image.layout is not None for image in self._images)
        failing = _FirstTroubles()

        def take(result: Result[PicturedImage, DrawnImage]) -> None:
            image, made = result.key, result.made
            drawn.images += 1
            self._progress(drawn.images, total)
            if made is None:
                drawn.failed += 1
                failing.tell(Trouble(image.path, result.trouble))
                return
            pack.put(thumbnail_name(image.path), made.thumbnail)
            drawn.measured += made.measured
            drawn.lacking += made.lacks
            if made.face is not None:
                show(image, made.face)

        self._refuse_unknown(drawn)
        share = Share(self._url, self._options, self._zarr_format, self._images, channels, faces)
        draw = self._hands.draw if self._hands else draw_share
        draw(share, take, self._stop)
        drawn.troubles += failing.sorted()[: MOST_TROUBLES - len(drawn.troubles)]
        drawn.measured.sort(key=lambda row: (row.path, row.channel))
        return drawn

    def _refuse_unknown(self, drawn: Drawn) -> None:
        """Tell of images that have no level to be drawn, before any is read."""
        reasons: Counter[str] = Counter()
        for image in self._images:
            level = self._tasks.level(image)
            if isinstance(level, PixelsRefused):
                drawn.images += 1
                drawn.failed += 1
                reasons[str(level)] += 1
                if reasons[str(level)] == 1 and len(drawn.troubles) < MOST_TROUBLES:
                    drawn.troubles.append(Trouble(image.path, str(level)))


class _FirstTroubles:
    """The first troubles by their paths, in whatever order they are told."""

    def __init__(self) -> None:
        self._troubles: list[Trouble] = []

    def tell(self, trouble: Trouble) -> None:
        """One more."""
        self._troubles.append(trouble)
        if len(self._troubles) > 2 * MOST_TROUBLES:
            self._troubles = self.sorted()[:MOST_TROUBLES]

    def sorted(self) -> list[Trouble]:
        """In the order of their paths."""
        return sorted(self._troubles, key=lambda one: one.path)


def _tell_nobody(done: int, total: int) -> None:
    pass


def _sample(image: PicturedImage, packed: Packed) -> list[NDArray[np.float64]]:
    planes = planes_of(packed)
    return [
        sampled(plane, missing)
        for plane, missing in zip(planes.pixels, planes.missing, strict=True)
    ]
