"""Rules about the levels of an image: their arrays, held against one another and the axes."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.seen_images import LevelSeen, PyramidSeen
from plates.omezarr.versions.numbers import as_number

pyramids: Final = RuleBook[PyramidSeen]()

_TRANSFORMS: Final = "coordinateTransformations"
_FIRST_WITH_AXES: Final = (0, 3)
_FIRST_WITH_SYSTEMS: Final = (0, 6)
_FIXED_DIMENSIONS: Final = 5
_TOLERANCE: Final = 1.1


# 0.4: "Each "datasets" dictionary MUST have the same number of dimensions and MUST NOT have more
# than 5 dimensions. The number of dimensions and order MUST correspond to number and order of
# "axes"." 0.1, 0.2: "All image arrays are 5-dimensional with dimension order (t, c, z, y, x)."
@pyramids.rule("IMG-NDIM", section="multiscale-md", levels={"0.1": ERROR})
def arrays_have_a_dimension_for_each_axis(seen: PyramidSeen) -> Iterator[Fault]:
    """The array of each level has as many dimensions as the image has axes, at most five."""
    known = _known(seen)
    if not known:
        return
    fixed = _is_older(seen, _FIRST_WITH_AXES)
    expected = _FIXED_DIMENSIONS if fixed else len(seen.axes) or len(known[0][1].shape)
    for level, array in known:
        dimensions = len(array.shape)
        if dimensions == expected:
            continue
        yield Fault(
            pointer_of("datasets", level.number, "path"),
            f"This array has {dimensions} dimensions instead of {expected}.",
            expected="t, c, z, y and x" if fixed else f"{expected} dimensions, one for each axis",
            found=f"shape {shown(array.shape)}",
            node=level.path,
        )


# 0.6: "Every Zarr array referred to by a `path` MUST have the same number of dimensions and
# datatype". Before, nothing is said; yet readers show an image as of one type.
@pyramids.rule("IMG-DTYPE", section="multiscale-md", levels={"0.1": WARNING, "0.6": ERROR})
def levels_have_one_data_type(seen: PyramidSeen) -> Iterator[Fault]:
    """The arrays of all levels have the same data type."""
    first = ""
    for level, array in _known(seen):
        if array.dtype and first and array.dtype != first:
            yield Fault(
                pointer_of("datasets", level.number, "path"),
                f"The data type of this level is {array.dtype}, that of the first is {first}.",
                expected=first,
                found=array.dtype,
                node=level.path,
            )
        first = first or array.dtype


# 0.2: "The "path"s MUST be ordered from largest (i.e. highest resolution) to smallest." 0.1: "The
# subresolutions in each multiscale are ordered from highest-resolution to lowest."
@pyramids.rule("IMG-LEVEL-ORDER", section="multiscale-md", levels={"0.1": ERROR})
def levels_run_from_largest_to_smallest(seen: PyramidSeen) -> Iterator[Fault]:
    """No level is larger, along any axis, than the level before it."""
    for (_, before), (level, array) in _pairs(seen):
        if all(now <= then for now, then in zip(array.shape, before.shape, strict=True)):
            continue
        yield Fault(
            pointer_of("datasets", level.number, "path"),
            "This level is larger than the one before it: the largest comes first.",
            expected=f"at most {shown(before.shape)}",
            found=shown(array.shape),
            node=level.path,
        )


# 0.4: the scale "specifies the pixel size in physical units or time duration", or else "the
# scaling factor between the current resolution and the first resolution".
@pyramids.rule(
    "IMG-SCALE-RATIO", section="multiscale-md", levels={"0.4": WARNING}, force=Force.HYGIENE
)
def scales_grow_as_levels_shrink(seen: PyramidSeen) -> Iterator[Fault]:
    """Scales are above zero, and grow from level to level as the arrays become smaller."""
    if _is_older(seen, _FIRST_WITH_SYSTEMS):  # later the structure of the document says so
        for level in seen.levels:
            if not all(size > 0 for size in level.scale):
                yield _about_scale(level, "A scale has to be above zero.", "numbers above 0")
    for (before, larger), (level, smaller) in _pairs(seen):
        axis = _first_disproportion(seen, before, level, larger.shape, smaller.shape)
        if axis is None:
            continue
        shrunk, grown = larger.shape[axis] / smaller.shape[axis], _growth(before, level, axis)
        yield _about_scale(
            level,
            f"Along {_axis_name(seen, axis)} this level has {shrunk:.3g} times fewer pixels than "
            f"the one before, but its scale is {grown:.3g} times as large.",
            f"{before.scale[axis] * shrunk:.4g} along {_axis_name(seen, axis)}",
        )


def _about_scale(level: LevelSeen, message: str, expected: str) -> Fault:
    return Fault(
        pointer_of("datasets", level.number, _TRANSFORMS),
        message,
        expected=expected,
        found=f"scale {shown(level.scale)}",
    )


def _first_disproportion(
    seen: PyramidSeen,
    before: LevelSeen,
    level: LevelSeen,
    larger: tuple[int, ...],
    smaller: tuple[int, ...],
) -> int | None:
    """The first axis along which scale and shape disagree by more than rounding explains."""
    if not len(larger) == len(before.scale) == len(level.scale):
        return None
    for axis, (then, now) in enumerate(zip(larger, smaller, strict=True)):
        if then <= 1 or now <= 1 or not (before.scale[axis] > 0 and level.scale[axis] > 0):
            continue
        # Writers round the shape up or down: it might be one pixel longer or shorter.
        least, most = then / (now + 1) / _TOLERANCE, then / (now - 1) * _TOLERANCE
        if not least <= _growth(before, level, axis) <= most:
            return axis
    return None


def _growth(before: LevelSeen, level: LevelSeen, axis: int) -> float:
    return level.scale[axis] / before.scale[axis]


def _axis_name(seen: PyramidSeen, axis: int) -> str:
    return seen.axes[axis] if axis < len(seen.axes) else f"axis {axis}"


def _known(seen: PyramidSeen) -> list[tuple[LevelSeen, ArrayDocument]]:
    """The levels whose arrays were read."""
    return [(level, level.array) for level in seen.levels if level.array is not None]


def _pairs(
    seen: PyramidSeen,
) -> Iterator[tuple[tuple[LevelSeen, ArrayDocument], tuple[LevelSeen, ArrayDocument]]]:
    """Each level that was read with the one before it, if they have as many dimensions."""
    known = _known(seen)
    for before, after in pairwise(known):
        if len(before[1].shape) == len(after[1].shape):
            yield before, after


def _is_older(seen: PyramidSeen, than: tuple[int, int]) -> bool:
    number = as_number(seen.version)
    return number is not None and number < than
