"""The shape of coordinate transformations as of 0.6."""

from collections.abc import Mapping
from typing import Final

from plates.omezarr.jsonvalues import JsonValue, list_of, object_of
from plates.omezarr.series import Series
from plates.omezarr.shapes import (
    Both,
    Choice,
    Exactly,
    Number,
    Record,
    Shape,
    Text,
    Under,
)


def _transformation(
    keys: Mapping[str, Shape],
    *,
    required: tuple[str, ...] = (),
    either: tuple[str, ...] = (),
) -> Shape:
    return Record({"name": Text(), **keys}, required=required, either=either)


def _by_type(transformation: JsonValue) -> Shape:
    kind = object_of(transformation).get("type")
    return _BY_TYPE.get(kind, _OTHER) if isinstance(kind, str) else _OTHER


ANY: Final = Choice(_by_type)
"""A transformation of any type, without what it leads from and to."""

NUMBERS: Final = Series(Number())
FACTORS: Final = Series(Number(above=0))
_DIMENSION: Final = Number(whole=True, least=0, most=4)
_DIMENSIONS: Final = Series(_DIMENSION, least=1, most=3, unique=True)
_MATRIX: Final = Series(NUMBERS)
_SQUARES: Final = {
    size: Series(Series(Number(), least=size, most=size), least=size, most=size)
    for size in (2, 3, 4, 5)
}
_SQUARE: Final = Choice(lambda matrix: _SQUARES.get(len(list_of(matrix)), Series(least=2, most=5)))
_AT_PATH: Final = _transformation(
    {"path": Text(), "interpolation": Text(one_of=("nearest", "linear", "cubic"))},
    required=("path",),
)
_OF_DIMENSIONS: Final = Record(
    {"transformation": ANY, "inputAxes": NUMBERS, "outputAxes": NUMBERS},
    required=("transformation", "inputAxes", "outputAxes"),
)


def _matrix(key: str, matrix: Shape) -> Shape:
    """A transformation whose numbers stand either under its key or in the array at a path."""
    at_path = Record({"path": Text()}, required=("path",))
    in_place = Record({key: matrix}, required=(key,))
    # Where both keys are there, one alone may fit.
    both = Exactly((at_path, in_place), f"give its numbers in `{key}` or at `path`, not in both")
    one = _transformation({"path": Text(), key: matrix}, either=(key, "path"))
    named = Both((_transformation({}), both))

    def choose(transformation: JsonValue) -> Shape:
        keys = object_of(transformation)
        return named if key in keys and "path" in keys else one

    return Choice(choose)


_BY_TYPE: Final[Mapping[str, Shape]] = {
    "identity": _transformation({}),
    "mapAxis": _transformation(
        {"mapAxis": Series(_DIMENSION, least=2, most=5, unique=True)}, required=("mapAxis",)
    ),
    "projectAxis": _transformation(
        {"droppedInputs": _DIMENSIONS, "createdOutputs": _DIMENSIONS},
        either=("droppedInputs", "createdOutputs"),
    ),
    "scale": _transformation({"scale": FACTORS}, required=("scale",)),
    "translation": _transformation({"translation": NUMBERS}, required=("translation",)),
    "affine": _matrix("affine", _MATRIX),
    "rotation": _matrix("rotation", _SQUARE),
    "bijection": _transformation({"forward": ANY, "inverse": ANY}, required=("forward", "inverse")),
    "sequence": _transformation({"transformations": Series(ANY)}, required=("transformations",)),
    "byDimension": _transformation(
        {"transformations": Series(_OF_DIMENSIONS)}, required=("transformations",)
    ),
    "displacements": _AT_PATH,
    "coordinates": _AT_PATH,
}
_OTHER: Final = _transformation({"type": Text(one_of=tuple(_BY_TYPE))}, required=("type",))


def ends(begin: Shape, end: Shape) -> Shape:
    """What a transformation leads from, and what to."""
    return Record({"input": begin, "output": end}, required=("input", "output"), loose=True)


_NAMED: Final = Record({"name": Text()}, required=("name",))
OF_MULTISCALE: Final = Under("IMG-CS-06", Series(Both((ANY, ends(_NAMED, _NAMED))), least=1))
"""The transformations between the coordinate systems of an image."""

_NAMED_ALONE: Final = Record({"name": Text(), "path": Text()}, required=("name",), closed=True)
OF_SCENE: Final = Series(Both((ANY, ends(_NAMED_ALONE, _NAMED_ALONE))), least=1)
"""The transformations between the coordinate systems of a scene."""
