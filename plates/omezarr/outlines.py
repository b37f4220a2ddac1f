"""What the images of a plate have in common: all but their names and the numbers that place them.

Nearly all shapes and rules look at no more than this, and a plate has few of it.
"""

from hashlib import sha256
from typing import Final, cast

import msgspec

from plates.omezarr.jsonvalues import JsonObject, JsonValue

_TRANSFORMS: Final = "coordinateTransformations"
_NUMBERS: Final = frozenset({int, float})
_MAX_LENGTH: Final = 8
_MAX_KEY: Final = 2 * 1024
# These are no JSON: no document can be written so that it looks the same.
_BLOTS: Final = [msgspec.Raw(b"<%d>" % length) for length in range(_MAX_LENGTH)]
_BLOTS_ABOVE_ZERO: Final = [msgspec.Raw(b"<%d+>" % length) for length in range(_MAX_LENGTH)]
_encode = msgspec.json.Encoder().encode


def outline_of_image(ome: JsonObject, *, bare: bool) -> bytes | None:
    """The JSON of the OME attributes of an image, without `omero`, as `outline_of` has it.

    `bare` tells apart attributes that do not lie under `ome`. None for what cannot be written.
    """
    blotted: dict[str, object] = {**ome}
    blotted.pop("omero", None)
    described = ome.get("multiscales")
    if isinstance(described, list):
        blotted["multiscales"] = [_multiscale(member) for member in described]
    try:
        outline = _encode(blotted)
    except (OverflowError, RecursionError, ValueError):
        return None
    return shortened(b"<bare>" + outline if bare else outline)


def shortened(key: bytes) -> bytes:
    """A key as it is, or its digest where thousands of it would fill the memory."""
    return key if len(key) <= _MAX_KEY else sha256(key).digest()


def outline_of(multiscale: JsonValue) -> bytes:
    """The JSON of a member of `multiscales` with its name and its placing numbers blotted out.

    Of a scale or translation remains how many numbers it has, and of a scale whether all are
    above zero. Raises RecursionError, OverflowError or ValueError for what
    cannot be written as JSON.
    """
    return _encode(_multiscale(multiscale))


def _multiscale(multiscale: JsonValue) -> object:
    if not isinstance(multiscale, dict):
        return multiscale
    blotted = _level(multiscale)
    if isinstance(multiscale.get("name"), str):
        blotted["name"] = ""
    datasets = multiscale.get("datasets")
    if isinstance(datasets, list):
        blotted["datasets"] = [
            _level(level) if isinstance(level, dict) else level for level in datasets
        ]
    return blotted


def _level(level: JsonObject) -> dict[str, object]:
    """A level, or the image as a whole, with its transformations blotted out."""
    blotted: dict[str, object] = {**level}
    transforms = level.get(_TRANSFORMS)
    if isinstance(transforms, list):
        blotted[_TRANSFORMS] = [_transform(member) for member in transforms]
    return blotted


def _transform(transform: JsonValue) -> object:
    if not isinstance(transform, dict):
        return transform
    kind = transform.get("type")
    if kind != "scale" and kind != "translation":  # noqa: PLR1714 - it may be a list
        return _sequence(transform) if kind == "sequence" else transform
    vector = transform.get(kind)
    # Lists of other lengths, empty ones among them, are rare enough to be looked at in full.
    if type(vector) is not list or not 0 < len(vector) < _MAX_LENGTH:
        return transform
    if not _NUMBERS.issuperset(map(type, vector)):
        return transform
    signed = kind == "scale" and min(cast("list[float]", vector)) > 0
    return {**transform, kind: (_BLOTS_ABOVE_ZERO if signed else _BLOTS)[len(vector)]}


def _sequence(sequence: JsonObject) -> object:
    """A sequence of 0.6 with its members blotted out, unless they are sequences themselves."""
    members = sequence.get("transformations")
    if not isinstance(members, list) or any(map(_is_sequence, members)):
        return sequence
    return {**sequence, "transformations": [_transform(member) for member in members]}


def _is_sequence(transform: JsonValue) -> bool:
    return isinstance(transform, dict) and transform.get("type") == "sequence"
