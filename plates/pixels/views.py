"""Views of one image: which level and part of it is read, and how it is drawn."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from plates.omezarr.options import StoreOptions
from plates.omezarr.snapshots import Layout
from plates.pixels.arrays import storage_of
from plates.pixels.composition import Colors, composed, greys_and_masks
from plates.pixels.contrast import (
    ShownChannel,
    WindowBy,
    colors_of,
    sampled,
    window_of,
)
from plates.pixels.errors import PixelsAbsent, PixelsTooLarge
from plates.pixels.levels import LevelChosen, channels_of, levels_of, middle
from plates.pixels.planes import Planes, Wanted, planes_of
from plates.pixels.reading import level_steps, read_within
from plates.pixels.wishes import MOST_SHOWN, WIDEST, ChannelWish, Region, View, ViewRefused

MOST_PIXELS: Final = 32 * 1024**2
"""Pixels of a level, over all channels, that a view is made of."""
USUAL_WIDTH: Final = 512
MOST_PLANES: Final = 512


class Cut(NamedTuple):
    """What is read for a view: of which level, which part, and how large it is drawn."""

    level: LevelChosen
    wanted: Wanted
    width: int
    height: int


def cut_of(view: View, layout: Layout, usual: Sequence[ShownChannel] = ()) -> Cut:
    """What is to be read for a view of an image that is built so.

    ViewRefused for what the image has not, PixelsTooLarge for more than one picture may take.
    """
    levels = levels_of(layout)
    region = _within(view.region, levels[0])
    numbers = _numbers(view, layout, usual)
    level = _level(view, levels, region, len(numbers))
    rows, columns = _scaled(region, levels[0], level)
    high, wide = rows[1] - rows[0], columns[1] - columns[0]
    depths = _depths(view, level)
    if high * wide * len(numbers) > MOST_PIXELS or len(depths) > MOST_PLANES:
        raise PixelsTooLarge(
            f"This view is made of {wide:,} x {high:,} pixels in {len(numbers)} channels and "
            f"{len(depths)} planes, more than one picture may take. Look at a smaller region or a "
            "smaller level."
        )
    t = _at("t", view.t, level.length(level.axes.t))
    width, height = wide, high
    if view.level is None:
        most = view.width or USUAL_WIDTH
        scale = min(most / wide, WIDEST / high)
        # Nothing is gained by making pixels up, but what is tiny could not be looked at.
        scale = min(scale, max(1.0, min(most, 64) / wide)) if view.region is None else scale
        width, height = max(1, round(wide * scale)), max(1, round(high * scale))
    elif max(wide, high) > WIDEST:
        raise PixelsTooLarge(
            f"Level {level.number} has {wide:,} x {high:,} pixels here; a picture has at most "
            f"{WIDEST:,} x {WIDEST:,}. Name a 'region' of it, or a 'width'."
        )
    return Cut(level, Wanted(t, depths, numbers, rows, columns), width, height)


def _within(region: Region | None, largest: LevelChosen) -> Region:
    whole = Region(0, 0, largest.width, largest.height)
    if region is None:
        return whole
    if region.x >= whole.width or region.y >= whole.height:
        raise ViewRefused(
            "region",
            f"'region' begins outside of the image, which has {whole.width:,} x {whole.height:,} "
            "pixels.",
        )
    return Region(
        region.x,
        region.y,
        min(region.width, whole.width - region.x),
        min(region.height, whole.height - region.y),
    )


def _level(view: View, levels: Sequence[LevelChosen], region: Region, channels: int) -> LevelChosen:
    """The level that is asked for, else the smallest that is as fine as the picture.

    Where that one has too many pixels it is the finest that has not.
    """
    if view.level is not None:
        for one in levels:
            if one.number == view.level:
                return one
        known = ", ".join(str(one.number) for one in levels)
        raise ViewRefused("level", f"This image has no level {view.level}; it has {known}.")
    size = {one.number: one.width * one.height for one in levels}
    largest = levels[0]
    share = region.width * region.height / size[largest.number] * channels
    held = [one for one in levels if size[one.number] * share <= MOST_PIXELS]
    needed = (view.width or USUAL_WIDTH) / region.width * largest.width
    fine = [one for one in held if one.width >= needed]
    if fine:
        return min(fine, key=lambda one: size[one.number])
    return max(held or levels[-1:], key=lambda one: size[one.number])


def _scaled(
    region: Region, largest: LevelChosen, level: LevelChosen
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and columns of a level that a region covers; one of each at least."""
    rows = _span(region.y, region.height, level.height, largest.height)
    return rows, _span(region.x, region.width, level.width, largest.width)


def _span(start: int, length: int, there: int, whole: int) -> tuple[int, int]:
    first = min(start * there // whole, there - 1)
    return first, max(first + 1, min(there, -(-(start + length) * there // whole)))


def _numbers(view: View, layout: Layout, usual: Sequence[ShownChannel]) -> tuple[int, ...]:
    count = channels_of(layout)
    for wish in view.channels:
        if wish.number >= count:
            raise ViewRefused(
                "channels", f"This image has no channel {wish.number}; it has {count}, from 0."
            )
    if view.channels:
        return tuple([wish.number for wish in view.channels])
    active = [one.number for one in usual if one.active and one.number < count]
    if not active:
        told = layout.channels[:count]
        active = [number for number, one in enumerate(told) if one.active is not False]
    return tuple((active or list(range(count)))[:MOST_SHOWN])


def _depths(view: View, level: LevelChosen) -> tuple[int, ...]:
    length = level.length(level.axes.z)
    if view.brightest:
        return tuple(range(length))
    return (_at("z", view.z, length),)


def _at(name: str, number: int | None, length: int) -> int:
    if number is None:
        return middle(length)
    if number >= length:
        raise ViewRefused(name, f"This image has {length} planes of {name}, from 0.")
    return number


def read_view(
    url: str,
    path: str,
    cut: Cut,
    *,
    options: StoreOptions,
    zarr_format: int | None,
    seconds: float,
) -> Planes:
    """The planes of a view; StoreError or PixelsRefused if they cannot be had."""
    steps = level_steps(path, cut.level, storage_of(zarr_format), cut.wanted)
    return planes_of(read_within(url, steps, options=options, seconds=seconds))


def picture_of(
    planes: Planes, cut: Cut, view: View, layout: Layout, usual: Sequence[ShownChannel] = ()
) -> Colors:
    """The picture of a view, its channels shown as they are wished, else as usual."""
    shown = shown_as_wished(planes, cut, view, layout, usual)
    greys, masks = greys_and_masks(planes, shown, (cut.width, cut.height))
    return composed(greys, masks, shown)


def shown_as_wished(
    planes: Planes, cut: Cut, view: View, layout: Layout, usual: Sequence[ShownChannel]
) -> list[ShownChannel]:
    """How the channels of a view are shown: by wish, as all pictures of the store, by its pixels."""
    wishes = {wish.number: wish for wish in view.channels}
    known = {one.number: one for one in usual}
    colors = colors_of(layout.channels, channels_of(layout))
    shown = []
    for number, plane, missing in zip(
        cut.wanted.channels, planes.pixels, planes.missing, strict=True
    ):
        one = known.get(number)
        if one is None:
            if number >= len(layout.channels):
                raise PixelsAbsent("The channels of this image are not known.")
            channel = layout.channels[number]
            low, high, by = window_of(channel, sampled(plane, missing))
            one = ShownChannel(number, channel.label, colors[number], low, high, by)
        wish = wishes.get(number, ChannelWish(number))
        if wish.low is not None and wish.high is not None:
            one = msgspec.structs.replace(one, low=wish.low, high=wish.high, by=WindowBy.PERSON)
        shown.append(msgspec.structs.replace(one, color=wish.color or one.color))
    return shown
