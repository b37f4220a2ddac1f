"""Cheap statistics of a plane: how bright, how contrasted, how saturated, how sharp."""

import math
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


def intensities_of(plane: Numbers, missing: Mask) -> Intensities:
    """The statistics of a plane, over the pixels that are there."""
    absent = int(np.count_nonzero(missing))
    values = plane.ravel() if not absent else plane[~missing]
    if plane.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not values.size:
        return Intensities(missing=absent / plane.size if plane.size else 1.0)
    told = _counted(values) if _can_be_counted(values) else _sorted(values)
    return msgspec.structs.replace(
        told, focus=_focus(plane, missing, told), missing=absent / plane.size
    )


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
    numbers = np.arange(counts.size, dtype=np.float64) + lowest
    size, heaps = values.size, np.cumsum(counts)
    mean = float(counts @ numbers) / size
    spread = float(counts @ np.square(numbers - mean)) / size
    ranks = [rank_of(share, size) for share in PERCENTILES]
    at = np.searchsorted(heaps, np.asarray(ranks), side="right")
    most = counts.size - 1
    top = is_the_most_a_camera_tells(most + lowest, values.dtype.itemsize)
    return Intensities(
        mean=mean,
        sd=math.sqrt(spread),
        least=float(np.flatnonzero(counts)[0] + lowest),
        p01=float(at[0] + lowest),
        median=float(at[1] + lowest),
        p99=float(at[2] + lowest),
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


def is_the_most_a_camera_tells(value: int, width: int) -> bool:
    """Whether a value is the largest of 8, 10, 12, 14 or 16 bits, or of its type of so many bytes."""
    bits = [bits for bits in _CAMERA_BITS if bits <= 8 * width and (width > 1 or bits == 8)]  # noqa: PLR2004
    if width > 1:
        bits = [one for one in bits if one > 8]  # noqa: PLR2004 - a dim image may well end at 255
    return value in {2**one - 1 for one in bits} | {2 ** (8 * width) - 1, 2 ** (8 * width - 1) - 1}


def _focus(plane: Numbers, missing: Mask, told: Intensities) -> float | None:
    """The variance of the Laplacian over the square of the mean; larger is sharper.

    Where pixels are missing, or no numbers, the median stands in for them.
    """
    if min(plane.shape) < 3 or not told.mean or told.median is None:  # noqa: PLR2004
        return None
    light: NDArray[np.float32] = plane.astype(np.float32)
    if missing.any():
        light[missing] = told.median
    if plane.dtype.kind == "f":
        light[~np.isfinite(light)] = told.median
    with np.errstate(over="ignore", invalid="ignore"):
        edges = light[1:-1, 1:-1] * np.float32(-4)
        for neighbours in (light[:-2, 1:-1], light[2:, 1:-1], light[1:-1, :-2], light[1:-1, 2:]):
            edges += neighbours
        flat = edges.ravel()
        spread = float(np.dot(flat, flat)) / flat.size - float(flat.mean(dtype=np.float64)) ** 2
        sharpness = max(0.0, spread) / told.mean**2
    return sharpness if math.isfinite(sharpness) else None
