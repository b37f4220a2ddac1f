"""The shape of the one coordinate transformation that each level of an image has as of 0.6."""

from typing import Final

from plates.omezarr.jsonvalues import JsonValue, object_of
from plates.omezarr.series import Series
from plates.omezarr.shapes import Both, Choice, Exactly, Record, Shape, Text, Under, fits
from plates.omezarr.structure.transformations import FACTORS, NUMBERS, ends

_SCALE: Final = Record({"scale": FACTORS}, required=("scale",))
_TRANSLATION: Final = Record({"translation": NUMBERS}, required=("translation",))
_OTHER_STEP: Final = Record({"type": Text(one_of=("scale", "translation"))}, required=("type",))
_UNTYPED_STEP: Final = Exactly((_SCALE, _TRANSLATION), "be a scale or a translation")


def _step(transformation: JsonValue) -> Shape:
    match object_of(transformation):
        case {"type": "scale"}:
            return _SCALE
        case {"type": "translation"}:
            return _TRANSLATION
        case {"type": _}:
            return _OTHER_STEP
        case _:
            return _UNTYPED_STEP if isinstance(transformation, dict) else _OTHER_STEP


_SEQUENCE: Final = Record(
    {"transformations": Series(Choice(_step), least=2, most=2)}, required=("transformations",)
)
_OTHER: Final = Record({"type": Text(one_of=("scale", "identity", "sequence"))}, required=("type",))
_IDENTITY: Final = Record()


def _by_type(transformation: JsonValue) -> Shape:
    match object_of(transformation):
        case {"type": "scale"}:
            return _SCALE
        case {"type": "identity"}:
            return _IDENTITY
        case {"type": "sequence"}:
            return _SEQUENCE
        case {"type": _}:
            return _OTHER
        case _:
            # The schema takes it for an identity, unless it could be a scale as well.
            untyped = isinstance(transformation, dict) and not fits(_SCALE, transformation)
            return _IDENTITY if untyped else _OTHER


_FROM: Final = Record({"name": Text(), "path": Text()}, required=("path",))
_TO: Final = Record({"name": Text(), "path": Text()}, required=("name",))
_NAME: Final = Record({"name": Text()}, loose=True)

OF_DATASET: Final = Under(
    "IMG-CS-06",
    Series(Both((Choice(_by_type), _NAME, ends(_FROM, _TO))), least=1, most=1),
)
"""The list of the one transformation of a level."""
