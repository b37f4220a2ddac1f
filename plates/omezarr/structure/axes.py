"""The shape of axes: texts in 0.3, objects from 0.4 on, inside coordinate systems in 0.6."""

from typing import Final

from plates.omezarr.jsonvalues import JsonValue, list_of, object_of
from plates.omezarr.remembered import Remembered
from plates.omezarr.series import Contains, Series
from plates.omezarr.shapes import Choice, Exactly, Flag, Record, Shape, Text, Under

AXES_03: Final = Under("IMG-AXES-V03", Series(Text(one_of=("t", "c", "z", "y", "x")), least=2))


def _may_be_space(axis: JsonValue) -> bool:
    # What the schema counts: an axis without a type too, but none whose unit is no text.
    keys = object_of(axis)
    return keys.get("type", "space") == "space" and isinstance(keys.get("unit", ""), str)


AXES_04: Final = Remembered(
    Series(
        Record({"name": Text(), "type": Text()}, required=("name",)),
        least=2,
        most=5,
        unique=True,
        by="name",
        whole=(
            Under(
                "IMG-AXES-SPACE",
                Contains(_may_be_space, "axis of type space", "axes of type space", 2, 3),
            ),
        ),
    )
)


def _is_space(axis: JsonValue) -> bool:
    return object_of(axis).get("type") == "space"


def _is_array(axis: JsonValue) -> bool:
    return object_of(axis).get("type") == "array"


_OF_SPACE: Final = Contains(_is_space, "axis of type space", "axes of type space", 2, 3)
_OF_ARRAY: Final = Contains(_is_array, "axis of type array", "axes of type array", 2)
_OF_EITHER: Final = Exactly(
    (_OF_SPACE, _OF_ARRAY), "hold axes of type space or axes of type array, not several of both"
)


def _space_or_array(axes: JsonValue) -> Shape:
    return _OF_EITHER if any(map(_is_array, list_of(axes))) else _OF_SPACE


_AXES_06: Final = Series(
    Record(
        {
            "name": Text(filled=True),
            "longName": Text(),
            "type": Text(),
            "discrete": Flag(),
            "unit": Text(),
        },
        required=("name",),
    ),
    least=1,
    most=5,
    unique=True,
    by="name",
    whole=(Under("IMG-AXES-SPACE", Choice(_space_or_array)),),
)
_SYSTEM: Final = Record({"name": Text(filled=True), "axes": _AXES_06}, required=("name", "axes"))

SYSTEMS_OF_IMAGE: Final = Remembered(Series(_SYSTEM, least=1))
SYSTEMS_OF_SCENE: Final = Remembered(Series(_SYSTEM, unique=True, by="name"))
