"""Which shape the attributes of a node have to have, by version and kind.

The verdict of each is that of the official JSON Schema; tests hold the two against each other.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from plates.omezarr.shapes import Shape
from plates.omezarr.structure.collections import bf2raw, series
from plates.omezarr.structure.images import image, image_should
from plates.omezarr.structure.labels import label, label_should
from plates.omezarr.structure.plates import plate, plate_should
from plates.omezarr.structure.scenes import scene
from plates.omezarr.structure.should import Should
from plates.omezarr.structure.wells import well, well_should
from plates.omezarr.versions.numbers import VERSIONS


class Kind(StrEnum):
    """What the metadata of a node describes."""

    PLATE = "plate"
    WELL = "well"
    IMAGE = "image"
    LABEL = "label"
    BF2RAW = "bf2raw"
    SERIES = "series"
    SCENE = "scene"


KEY_OF: Final[Mapping[Kind, str]] = {
    Kind.PLATE: "plate",
    Kind.WELL: "well",
    Kind.IMAGE: "multiscales",
    Kind.LABEL: "image-label",
    Kind.BF2RAW: "bioformats2raw.layout",
    Kind.SERIES: "series",
    Kind.SCENE: "scene",
}
"""The key that makes a node of a kind: in the attributes, from 0.5 on under `ome` in them."""

RULE_OF: Final[Mapping[Kind, str]] = {
    Kind.PLATE: "HCS-PLATE-STRUCTURE",
    Kind.WELL: "HCS-WELL-STRUCTURE",
    Kind.IMAGE: "IMG-STRUCTURE",
    Kind.LABEL: "LBL-STRUCTURE",
    Kind.BF2RAW: "BF2RAW-STRUCTURE",
    Kind.SERIES: "BF2RAW-STRUCTURE",
    Kind.SCENE: "SCENE-STRUCTURE",
}
"""The rule that speaks of what belongs to no other."""

SHOULD_RULE_OF: Final[Mapping[Kind, str]] = {
    Kind.PLATE: "HCS-META-SHOULD",
    Kind.WELL: "HCS-META-SHOULD",
    Kind.IMAGE: "IMG-META-SHOULD",
    Kind.LABEL: "LBL-META-SHOULD",
}
"""The rule that speaks of what the specification only recommends."""

_SHAPES: Final[Mapping[Kind, Callable[[str], Shape | None]]] = {
    Kind.PLATE: plate,
    Kind.WELL: well,
    Kind.IMAGE: image,
    Kind.LABEL: label,
    Kind.BF2RAW: bf2raw,
    Kind.SERIES: series,
    Kind.SCENE: scene,
}
_SHOULDS: Final[Mapping[Kind, Callable[[str], Should | None]]] = {
    Kind.PLATE: plate_should,
    Kind.WELL: well_should,
    Kind.IMAGE: image_should,
    Kind.LABEL: label_should,
}


@cache
def structure_of(version: str, kind: Kind) -> Shape | None:
    """The shape of the attributes of a node; None if the version has no schema for its kind."""
    return _SHAPES[kind](version) if version in VERSIONS else None


@cache
def strict_structure_of(version: str, kind: Kind) -> Shape | None:
    """What the strict schema asks besides; None if it asks nothing or there is none."""
    if kind not in _SHOULDS or version not in VERSIONS:
        return None
    return _SHOULDS[kind](version)
