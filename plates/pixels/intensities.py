"""Cheap statistics of a plane: how bright, how contrasted, how saturated, how sharp."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from plates.pixels.planes import Mask
from plates.pixels.unpacking import Numbers

PERCENTILES: Final = (1.0, 50.0, 99.0)
_COUNTED: Final = (np.dtype(np.uint8), np.dtype(np.uint16))
"""Of these types every value is counted, which is faster than sorting."""
_SHIFTED: Final = {np.dtype(np.int8): np.uint8, np.dtype(np.int16): np.uint16}
_CAMERA_BITS: Final = (8, 10, 12, 14, 16)
_NUMBERS: Final = np.arange(2**16, dtype=np.float64)
_SQUARES: Final = _NUMBERS * _NUMBERS


class Intensities(msgspec.Struct, frozen=True):
    """What is told of the pixels of one channel of a field. None where no pixel is there.

    `saturated` is the share of pixels at the most that their camera tells (None for floats),
    `focus` the variance of the Laplacian over the square of the mean, `missing` the share of
    pixels of which the store has no chunk. Percentiles are values that occur.
    """

    mean: float | None = None
    sd: float | None = None
    least: float | None = None
    p01: float | None = None
    median: float | None = None
    p99: float | None = None
    most: float | None = None
    saturated: float | None = None
    focus: float | None = None
    missing: float = 1.0


def intensities_of(planes: Numbers, missing: Mask) -> list[Intensities]:
    """The statistics of each of some planes of one type, over the pixels that are there.

    Axes c, y and x. Planes are small and calls of numpy are not free: what can be done for all at
    once is.
    """
    absent = missing if missing.any() else None
    told = [
        _brightness(plane, None if absent is None else absent[number])
        for number, plane in enumerate(planes)
    ]
    focus = _focus(planes, absent, told)
    return [
        msgspec.structs.replace(one, focus=sharp) for one, sharp in zip(told, focus, strict=True)
    ]


def _brightness(plane: Numbers, missing: Mask | None) -> Intensities:
    """All but the focus of a plane; `missing` is None where nothing is."""
    absent = 0 if missing is None else int(np.count_nonzero(missing))
    values = plane.ravel() if missing is None else plane[~missing]
    if plane.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not values.size:
        return Intensities(missing=absent / plane.size if plane.size else 1.0)
    told = _counted(values) if _can_be_counted(values) else _sorted(values)
    return msgspec.structs.replace(told, missing=absent / plane.size)


def _can_be_counted(values: Numbers) -> bool:
    return values.dtype in _COUNTED or values.dtype in _SHIFTED or values.dtype.kind == "b"


def _counted(values: Numbers) -> Intensities:
    """By how often each value occurs."""
    lowest = 0
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    elif values.dtype in _SHIFTED:
        lowest = int(np.iinfo(values.dtype).min)
        values = (values.astype(np.int32) - lowest).astype(_SHIFTED[values.dtype])
    counts = np.bincount(values)
    size, heaps = values.size, np.cumsum(counts)
    times = counts.astype(np.float64)
    # Of whole numbers, whose sums are exact: nothing is lost where their mean is taken off.
    mean = float(times @ _NUMBERS[: times.size]) / size
    spread = float(times @ _SQUARES[: times.size]) / size - mean * mean
    least, p01, median, p99 = heaps.searchsorted(_ranks_of(size), side="right").tolist()
    most = counts.size - 1
    top = is_the_most_a_camera_tells(most + lowest, values.dtype.itemsize)
    return Intensities(
        mean=mean + lowest,
        sd=math.sqrt(max(0.0, spread)),
        least=float(least + lowest),
        p01=float(p01 + lowest),
        median=float(median + lowest),
        p99=float(p99 + lowest),
        most=float(most + lowest),
        saturated=float(counts[most]) / size if top else 0.0,
    )


def _sorted(values: Numbers) -> Intensities:
    """By their order."""
    ordered = np.sort(values)
    size = ordered.size
    p01, median, p99 = (float(ordered[rank_of(share, size)]) for share in PERCENTILES)
    saturated = None
    if values.dtype.kind in "iu":
        top = is_the_most_a_camera_tells(int(ordered[-1]), values.dtype.itemsize)
        saturated = float(np.mean(ordered == ordered[-1])) if top else 0.0
    return Intensities(
        mean=float(np.mean(ordered, dtype=np.float64)),
        sd=float(np.std(ordered, dtype=np.float64)),
        least=float(ordered[0]),
        p01=p01,
        median=median,
        p99=p99,
        most=float(ordered[-1]),
        saturated=saturated,
    )


def rank_of(percent: float, size: int) -> int:
    """Which of so many sorted values is a percentile: numpy's method inverted_cdf, from 0."""
    return max(0, math.ceil(percent / 100 * size) - 1)


@lru_cache(maxsize=256)
def _ranks_of(size: int) -> NDArray[np.int64]:
    """Which of so many sorted values are the least and the percentiles."""
    return np.array([0, *(rank_of(share, size) for share in PERCENTILES)], dtype=np.int64)


def is_the_most_a_camera_tells(value: int, width: int) -> bool:
    """Whether a value is the largest of 8, 10, 12, 14 or 16 bits, or of its type of so many bytes."""
    return value in _most_of(width)


@lru_cache(maxsize=16)
def _most_of(width: int) -> frozenset[int]:
    """The largest values of cameras, and of types of so many bytes."""
    bits = [bits for bits in _CAMERA_BITS if bits <= 8 * width and (width > 1 or bits == 8)]  # noqa: PLR2004
    if width > 1:
        bits = [one for one in bits if one > 8]  # noqa: PLR2004 - a dim image may well end at 255
    return frozenset(2**one - 1 for one in (*bits, 8 * width, 8 * width - 1))


def _focus(
    planes: Numbers, missing: Mask | None, told: Sequence[Intensities]
) -> list[float | None]:
    """The variance of each plane's Laplacian over the square of its mean; larger is sharper.

    Where pixels are missing, or no numbers, the median stands in for them.
    """
    if min(planes.shape[1:]) < 3:  # noqa: PLR2004
        return [None] * len(planes)
    light: NDArray[np.float32] = planes.astype(np.float32)
    for number, one in enumerate(told):
        if missing is not None:
            light[number][missing[number]] = one.median or 0
        if planes.dtype.kind == "f":
            light[number][~np.isfinite(light[number])] = one.median or 0
    with np.errstate(over="ignore", invalid="ignore"):
        flat = _laplacian(light)
        ones = np.ones(flat.shape[1], dtype=np.float32)
        size = (planes.shape[1] - 2) * (planes.shape[2] - 2)
        # The mean is next to nothing: what a product of such numbers loses is less than that.
        spreads = [float(one @ one) / size - (float(one @ ones) / size) ** 2 for one in flat]
    return [_over_mean(spread, one.mean) for spread, one in zip(spreads, told, strict=True)]


def _laplacian(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Laplacian of each plane as one line, without its first and last row; 0 at its other borders."""
    count, height, width = light.shape
    # As one line, in which neighbours of the columns lie at a distance: whole lines are added
    # sooner than one row of a picture after the other. What runs over the borders is wiped out.
    line = light.reshape(count, -1)
    end = line.shape[1]
    edges = line[:, width:-width] * np.float32(-4)
    for start in (0, width - 1, width + 1, 2 * width):
        edges += line[:, start : end - 2 * width + start]
    edges.reshape(count, height - 2, width)[:, :, :: width - 1] = 0
    return edges


def _over_mean(spread: float, mean: float | None) -> float | None:
    if not mean:
        return None
    sharpness = max(0.0, spread) / mean**2
    return sharpness if math.isfinite(sharpness) else None
