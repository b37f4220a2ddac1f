"""From planes to colours: each channel within its window, all of them added up."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from plates.pixels.contrast import ShownChannel
from plates.pixels.planes import Mask, Planes
from plates.pixels.unpacking import Numbers

Greys: TypeAlias = NDArray[np.uint8]
Colors: TypeAlias = NDArray[np.uint8]
"""Axes y, x and red, green, blue."""
Dyes: TypeAlias = NDArray[np.float32]
"""Axes channel and red, green, blue."""

NOTHING: Final = (30, 35, 42)
"""What a missing pixel is, between the lines that it is hatched with."""
LINES: Final = (70, 79, 92)
_PERIOD, _LINE = 10, 2
_HALF: Final = 128
_MOST: Final = 255
_AT_ONCE: Final = 65_536
"""Pixels that are mixed at once."""


def greys_of(plane: Numbers, low: float, high: float) -> Greys:
    """A plane within a window: 0 at `low` and below, 255 at `high` and above."""
    if plane.dtype in (np.uint8, np.uint16):
        return np.take(_table(low, high, 256**plane.dtype.itemsize), plane)
    return _scaled(plane.astype(np.float64), low, high - low)


@lru_cache(maxsize=64)
def _table(low: float, high: float, size: int) -> Greys:
    """What each of so many values is within a window."""
    return _scaled(np.arange(size, dtype=np.float64), low, high - low)


def _scaled(values: NDArray[np.float64], low: float, span: float) -> Greys:
    with np.errstate(over="ignore", invalid="ignore"):
        share = (values - low) * (255.0 / span) if span else np.where(values > low, 255.0, 0.0)
    whole: Greys = np.clip(np.nan_to_num(share, nan=0.0), 0, 255).round().astype(np.uint8)
    return whole


def shrunk(plane: Greys, width: int, height: int) -> Greys:
    """A plane of so many pixels, each the mean of those that it covers; enlarged if need be."""
    if plane.shape == (height, width):
        return plane
    is_smaller = plane.shape[0] > height or plane.shape[1] > width
    way = Image.Resampling.BOX if is_smaller else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(plane).resize((width, height), way))


def shrunk_mask(mask: Mask, width: int, height: int) -> Mask:
    """A mask of so many pixels: set where most of what a pixel covers is."""
    if mask.all() or not mask.any():
        return np.full((height, width), bool(mask.flat[0]) if mask.size else False)
    covered: Mask = shrunk(mask.astype(np.uint8) * 255, width, height) >= _HALF
    return covered


def fitting(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height of a picture whose longer side has at most so many pixels."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))


def filling(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height of a picture whose longer side has just so many pixels."""
    scale = side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def greys_and_masks(
    planes: Planes, shown: Sequence[ShownChannel], size: tuple[int, int]
) -> tuple[list[Greys], list[Mask]]:
    """Each channel within its window, and where it is missing, in a picture of that size."""
    width, height = size
    greys = [
        shrunk(greys_of(plane, channel.low, channel.high), width, height)
        for plane, channel in zip(planes.pixels, shown, strict=True)
    ]
    if not planes.missing.any():
        return greys, [np.zeros((height, width), dtype=np.bool_)] * len(greys)
    return greys, [shrunk_mask(mask, width, height) for mask in planes.missing]


def composed(
    greys: Sequence[Greys], masks: Sequence[Mask], shown: Sequence[ShownChannel]
) -> Colors:
    """The channels in their colours, added up; hatched where any of them is missing."""
    dyes, parts = _dyes(tuple(one.color for one in shown))
    picture = _mixed(greys, dyes) if parts is None else _parted(greys, parts)
    some = masks[0] if all(mask is masks[0] for mask in masks) else np.logical_or.reduce(masks)
    if some.any():
        hatch(picture, some, np.logical_and.reduce(masks))
    return picture


def grey_picture(plane: Greys, mask: Mask) -> Colors:
    """One channel in greys, hatched where it is missing."""
    picture = np.repeat(plane[:, :, None], 3, axis=2)
    if mask.any():
        hatch(picture, mask, mask)
    return picture


def hatch(picture: Colors, some: Mask, whole: Mask) -> None:
    """Draw lines over what is missing in part, and nothing but lines where all of it is."""
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    lines = (rows + columns) % _PERIOD < _LINE
    picture[whole] = NOTHING
    picture[some & lines] = LINES


@lru_cache(maxsize=256)
def _dyes(colors: tuple[str, ...]) -> tuple[Dyes, list[tuple[int, int]] | None]:
    """The red, green and blue of some colours, as shares; and which colour each part is, if it is one.

    So it is of pure colours: each of red, green and blue is full in one of them at most.
    """
    shares = [list(bytes.fromhex(color)) for color in colors]
    dyes: Dyes = np.array(shares, dtype=np.float32) / np.float32(_MOST)
    are_pure = ((dyes == 0) | (dyes == 1)).all() and (dyes.sum(axis=0) <= 1).all()
    return dyes, [
        (number, part) for number, part in np.argwhere(dyes).tolist()
    ] if are_pure else None


def _parted(greys: Sequence[Greys], parts: Sequence[tuple[int, int]]) -> Colors:
    """Planes in pure colours, as most stains are shown: each is a part of the picture as it is."""
    picture = np.zeros((*greys[0].shape, 3), dtype=np.uint8)
    for number, part in parts:
        picture[:, :, part] = greys[number]
    return picture


def _mixed(greys: Sequence[Greys], dyes: Dyes) -> Colors:
    """Planes in any colours, some rows at a time: light takes four times the room of greys."""
    height, width = greys[0].shape
    picture = np.empty((height, width, 3), dtype=np.uint8)
    band = max(1, _AT_ONCE // width)
    for row in range(0, height, band):
        planes = [plane[row : row + band].ravel() for plane in greys]
        light = np.array(planes, dtype=np.float32).T @ dyes
        np.minimum(light, _MOST, out=light)
        light += np.float32(0.5)
        picture[row : row + band] = light.reshape(-1, width, 3)
    return picture
