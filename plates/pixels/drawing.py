"""Images of a store as pictures and numbers: thumbnails, tiles of contact sheets, statistics.

Only the smallest useful level is read, its middle plane and middle moment, and each image once.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeAlias

import msgspec

from plates.omezarr.options import StoreOptions
from plates.pixels.composition import (
    Greys,
    composed,
    filling,
    fitting,
    greys_and_masks,
    shrunk,
    shrunk_mask,
)
from plates.pixels.contrast import ShownChannel
from plates.pixels.crew import MEMORY, Crew, Result
from plates.pixels.encoding import jpeg_of
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.intensities import intensities_of
from plates.pixels.levels import LevelChosen
from plates.pixels.measured import Measured
from plates.pixels.pictured import PicturedImage
from plates.pixels.planes import Mask, Packed, planes_of
from plates.pixels.reading import Stop
from plates.pixels.sheets import TileState, state_of

EDITION: Final = 2
"""Counts up whenever the same pixels would be drawn in another way."""
THUMBNAIL: Final = 160
"""Pixels of the longer side of a thumbnail."""


class Face(msgspec.Struct, frozen=True):
    """A field as its well's tile of a contact sheet needs it."""

    greys: list[Greys]
    masks: list[Mask]
    state: TileState


class Faces(msgspec.Struct, frozen=True):
    """The paths of the images that stand for their wells, and the longer side of their faces."""

    paths: frozenset[str] = frozenset()
    side: int = 1


class DrawnImage(msgspec.Struct, frozen=True):
    """What was made of one image; its face only if it stands for its well."""

    thumbnail: bytes
    measured: list[Measured]
    lacks: bool
    face: Face | None


class Share(msgspec.Struct, frozen=True):
    """Images of one store that are drawn by one process, and all that it has to know for that.

    `memory` is how many bytes of pixels are held at once.
    """

    url: str
    options: StoreOptions
    zarr_format: int | None
    images: Sequence[PicturedImage]
    channels: tuple[ShownChannel, ...]
    faces: Faces
    memory: int = MEMORY


Drawing: TypeAlias = Result[PicturedImage, DrawnImage]
"""What became of an image."""
DrawnTaker: TypeAlias = Callable[[Drawing], None]


def draw_share(
    share: Share,
    take: DrawnTaker,
    stop: Stop | None = None,
    images: Iterable[PicturedImage] | None = None,
) -> None:
    """Draw each image of a share and hand over what became of it, as `Crew.each` does.

    In place of its images may stand others of the store; each is asked for when there is room.
    """
    tasks = ImageTasks(share.zarr_format)
    crew = Crew(share.url, share.options, stop, share.memory)
    chosen = share.images if images is None else images
    crew.each(tasks.of(chosen), partial(_draw, share, tasks), take)


def thumbnail_name(path: str) -> str:
    """Under which name the thumbnail of an image stands in its store's pack."""
    return f"thumbnail/{path}"


def _draw(share: Share, tasks: ImageTasks, image: PicturedImage, packed: Packed) -> DrawnImage:
    planes = planes_of(packed)
    shown = share.channels[: len(planes.pixels)]
    height, width = planes.pixels.shape[1:]
    greys, masks = greys_and_masks(planes, shown, fitting(width, height, THUMBNAIL))
    active = [one for one in shown if one.active] or list(shown)
    picture = composed(
        [greys[one.number] for one in active], [masks[one.number] for one in active], active
    )
    level = tasks.level(image)
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
        face=_face(greys, masks, share.faces.side) if image.path in share.faces.paths else None,
    )


def _face(greys: Sequence[Greys], masks: Sequence[Mask], side: int) -> Face:
    height, width = greys[0].shape
    size = filling(width, height, side)
    return Face(
        [shrunk(one, *size) for one in greys],
        [shrunk_mask(one, *size) for one in masks],
        state_of(masks),
    )
