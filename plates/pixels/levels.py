"""Which level of an image a picture is drawn from, and which part of it."""

from math import prod
from typing import Final, NamedTuple

from plates.omezarr.snapshots import Layout
from plates.pixels.axes import AxisNumbers, axis_numbers
from plates.pixels.errors import PixelsAbsent, PixelsTooLarge

LARGEST_PLANE: Final = 64 * 1024**2
"""Pixels of one channel that are held at once; a store without smaller levels may have more."""


class LevelChosen(NamedTuple):
    """A level of an image: its number, where its array lies in the image, and its shape."""

    number: int
    path: str
    shape: tuple[int, ...]
    axes: AxisNumbers

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.shape[self.axes.y]

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.shape[self.axes.x]

    def length(self, axis: int | None) -> int:
        """How long an axis is; 1 for one that the array lacks."""
        return 1 if axis is None else self.shape[axis]


def levels_of(layout: Layout) -> list[LevelChosen]:
    """The levels that can be drawn, from the largest; PixelsAbsent if there is none."""
    found = []
    for number, (path, shape) in enumerate(
        zip(layout.level_paths, layout.level_shapes, strict=False)
    ):
        axes = axis_numbers(layout.axes, len(shape)) if prod(shape) else None
        if axes is not None:
            found.append(LevelChosen(number, path, shape, axes))
    if not found:
        raise PixelsAbsent("This image has no level that could be drawn.")
    return found


def smallest_useful(layout: Layout, side: int) -> LevelChosen:
    """The smallest level whose longer side has so many pixels; the largest if none has.

    PixelsTooLarge if it has more pixels than are held.
    """
    levels = levels_of(layout)
    useful = [one for one in levels if max(one.height, one.width) >= side]
    chosen = min(useful or levels[:1], key=lambda one: one.height * one.width)
    if chosen.height * chosen.width > LARGEST_PLANE:
        raise PixelsTooLarge(
            f"The smallest level with {side} pixels has {chosen.width:,} x {chosen.height:,} of "
            "them, too many for a picture of it to be made. Write smaller levels into the store."
        )
    return chosen


def channels_of(layout: Layout) -> int:
    """How many channels an image has."""
    for shape in layout.level_shapes:
        axes = axis_numbers(layout.axes, len(shape)) if shape else None
        if axes is not None:
            return 1 if axes.c is None else shape[axes.c]
    return 0


def middle(length: int) -> int:
    """The plane in the middle of a stack: the deeper one of two."""
    return length // 2
