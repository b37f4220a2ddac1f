"""The shape of image metadata: multiscales and omero."""

from typing import Final

from plates.omezarr.jsonvalues import JsonValue, object_of
from plates.omezarr.outlines import outline_of
from plates.omezarr.remembered import Remembered
from plates.omezarr.series import Contains, Series
from plates.omezarr.shapes import Choice, Flag, Number, Record, Shape, Text, Under
from plates.omezarr.structure.attributes import (
    attributes,
    attributes_should,
    has_ome,
    version_of,
)
from plates.omezarr.structure.axes import AXES_03, AXES_04, SYSTEMS_OF_IMAGE
from plates.omezarr.structure.datasets import OF_DATASET
from plates.omezarr.structure.should import Should
from plates.omezarr.structure.transformations import OF_MULTISCALE

_NUMBERS: Final = Series(Number(), least=2)
_SCALE: Final = Record({"scale": _NUMBERS}, required=("scale",))
_TRANSLATION: Final = Record({"translation": _NUMBERS}, required=("translation",))
_OTHER: Final = Record({"type": Text(one_of=("scale", "translation"))}, required=("type",))


def _by_type(transformation: JsonValue) -> Shape:
    match object_of(transformation).get("type"):
        case "scale":
            return _SCALE
        case "translation":
            return _TRANSLATION
        case _:
            return _OTHER


def _is_scale(transformation: JsonValue) -> bool:
    return object_of(transformation).get("type") == "scale"


_TRANSFORMATIONS_04: Final = Series(
    Choice(_by_type),
    least=1,
    whole=(Under("IMG-SCALE-ONE", Contains(_is_scale, "scale", "scales", most=1)),),
)
_DATASET_01: Final = Record({"path": Text()}, required=("path",))
_DATASET_04: Final = Record(
    {"path": Text(), "coordinateTransformations": _TRANSFORMATIONS_04},
    required=("path", "coordinateTransformations"),
)
_DATASET_06: Final = Record(
    {"path": Text(), "coordinateTransformations": OF_DATASET},
    required=("path", "coordinateTransformations"),
)
_METADATA_01: Final = Record({"method": Text(), "version": Text()})


def image(version: str) -> Shape:
    """The attributes of an image."""
    multiscales = Series(_multiscale(version), least=1, unique=True, by="name")
    keys = {"multiscales": multiscales, "omero": _omero(version)}
    return attributes(version, keys, required=("multiscales",))


def _multiscale(version: str) -> Shape:
    keys: dict[str, Shape] = {"name": Text()}
    required: tuple[str, ...] = ("datasets", "axes")
    if not has_ome(version):
        keys["version"] = version_of(version)
    match version:
        case "0.1" | "0.2":
            keys["datasets"] = _datasets(_DATASET_01)
            required = ("datasets",)
        case "0.3":
            keys |= {"datasets": _datasets(_DATASET_01), "axes": AXES_03}
        case "0.4" | "0.5":
            keys |= {"datasets": _datasets(_DATASET_04), "axes": AXES_04}
            keys["coordinateTransformations"] = _TRANSFORMATIONS_04
        case _:
            keys |= {"datasets": _datasets(_DATASET_06), "coordinateSystems": SYSTEMS_OF_IMAGE}
            keys["coordinateTransformations"] = OF_MULTISCALE
            required = ("datasets", "coordinateSystems")
    if version == "0.1":
        keys["metadata"] = _METADATA_01
    return Remembered(Record(keys, required=required), key=outline_of)


def _datasets(dataset: Shape) -> Shape:
    return Series(dataset, least=1)


def _omero(version: str) -> Shape:
    window = Record(
        {"end": Number(), "max": Number(), "min": Number(), "start": Number()},
        required=("start", "min", "end", "max"),
    )
    channel = Record(
        {
            "window": window,
            "label": Text(),
            "family": Text(),
            "color": Text(),
            "active": Flag(),
        },
        required=() if has_ome(version) else ("window", "color"),
    )
    omero = Record({"channels": Series(channel)}, required=("channels",))
    return Remembered(Under("OMERO-SHAPE", omero))


def image_should(version: str) -> Should | None:
    """What the attributes of an image should hold besides; 0.2 has no strict schema."""
    if version == "0.2":
        return None
    keys = ("metadata", "type", "name")
    should = Should(keys if has_ome(version) else ("version", *keys))
    return attributes_should(version, "multiscales", should)
