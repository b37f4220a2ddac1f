"""Which axis of an array is which, whatever their order and number."""

from collections.abc import Sequence
from typing import Final

import msgspec

from plates.omezarr.documents import Axis

_PLANE: Final = 2


class AxisNumbers(msgspec.Struct, frozen=True):
    """The numbers of the axes of a picture in its array; None for one that the array lacks.

    `others` are axes that no picture knows, of which the first place is taken.
    """

    t: int | None
    c: int | None
    z: int | None
    y: int
    x: int
    others: tuple[int, ...] = ()


def axis_numbers(axes: Sequence[Axis], rank: int) -> AxisNumbers | None:
    """Where an image has its time, channels and space; None if it has no plane to be drawn.

    By name, else by type; the plane is `y` and `x`, else the last two axes.
    """
    if rank < _PLANE:
        return None
    told = list(axes[:rank]) if len(axes) >= rank else []
    names = [axis.name for axis in told]
    t = _numbered(told, names, "t", "time")
    c = _numbered(told, names, "c", "channel")
    z = names.index("z") if "z" in names else None
    y, x = rank - 2, rank - 1
    if "y" in names and "x" in names:
        y, x = names.index("y"), names.index("x")
    t, c, z = (None if number in (y, x) else number for number in (t, c, z))
    others = tuple([number for number in range(rank) if number not in (t, c, z, y, x)])
    return AxisNumbers(t, c, z, y, x, others)


def _numbered(axes: Sequence[Axis], names: Sequence[str], name: str, kind: str) -> int | None:
    if name in names:
        return names.index(name)
    return next((number for number, axis in enumerate(axes) if axis.type == kind), None)
