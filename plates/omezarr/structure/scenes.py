"""The shape of scene metadata, which came with 0.6."""

from plates.omezarr.shapes import Record, Shape
from plates.omezarr.structure.attributes import attributes
from plates.omezarr.structure.axes import SYSTEMS_OF_SCENE
from plates.omezarr.structure.transformations import OF_SCENE


def scene(version: str) -> Shape | None:
    """The attributes of a scene; None before 0.6."""
    if version != "0.6":
        return None
    described = Record(
        {"coordinateSystems": SYSTEMS_OF_SCENE, "coordinateTransformations": OF_SCENE},
        required=("coordinateTransformations",),
    )
    return attributes(version, {"scene": described}, required=("scene",))
