"""Faults of the axes of images, planted one at a time."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.plates.omezarr.planting import (
    FIELD,
    Plant,
    Planted,
    array_of,
    at,
    ome_of,
    put,
    then,
)
from tests.stores import Version

IMAGES: Final[tuple[Version, ...]] = ("0.4", "0.5")
LEVEL = f"{FIELD}/1"
FIRST = ("multiscales", 0)
AXES = (*FIRST, "axes")
POINTER = "/multiscales/0"
DIMENSION_NAMES = frozenset({"ZARR-DIM-NAMES"})
Turned = Callable[[Sequence[object]], list[object]]


def reorder(*order: int) -> Plant:
    """A plant that transposes a field and its arrays, so that all agree on another order."""

    def turned(values: Sequence[object]) -> list[object]:
        return [values[place] for place in order]

    def plant(folder: Path, version: Version) -> None:
        with ome_of(folder, FIELD) as ome:
            multiscale = at(ome, FIRST)
            multiscale["axes"] = turned(multiscale["axes"])
            for dataset in multiscale["datasets"]:
                for transform in dataset.get("coordinateTransformations", []):
                    kind = transform["type"]
                    transform[kind] = turned(transform[kind])
        for level in ("0", "1"):
            _reorder_array(folder, f"{FIELD}/{level}", turned)

    return plant


def _reorder_array(folder: Path, node: str, turned: Turned) -> None:
    with array_of(folder, node) as array:
        for key in ("shape", "chunks", "dimension_names"):
            if key in array:
                array[key] = turned(array[key])
        if "chunk_grid" in array:
            grid = array["chunk_grid"]["configuration"]
            grid["chunk_shape"] = turned(grid["chunk_shape"])
    if (folder / node / ".zattrs").exists():
        with ome_of(folder, node) as attributes:
            attributes["_ARRAY_DIMENSIONS"] = turned(attributes["_ARRAY_DIMENSIONS"])


AXES_FAULTS: Final = (
    Planted(
        "IMG-AXES-UNIQUE",
        "Two axes named y.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *AXES, 1, value={"name": "y", "type": "space", "unit": "meter"}),
        pointer_end=f"{POINTER}/axes",
        extra=DIMENSION_NAMES,
    ),
    Planted(
        "IMG-AXES-SPACE",
        "Four axes of space.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *AXES, 0, "type", value="space"),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-SPACE",
        "One axis of space.",
        IMAGES,
        node=FIELD,
        plant=then(
            put(FIELD, *AXES, 1, "type", value="focus"),
            put(FIELD, *AXES, 2, "type", value="angle"),
        ),
        pointer_end=f"{POINTER}/axes",
        extra=frozenset({"IMG-AXES-ONE"}),
    ),
    Planted(
        "IMG-AXES-ORDER",
        "A channel axis behind an axis of space.",
        IMAGES,
        node=FIELD,
        plant=reorder(1, 0, 2, 3),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-ONE",
        "Two channel axes.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *AXES, 1, "type", value="channel"),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-ZYX",
        "Axes of space in the order yxz.",
        IMAGES,
        node=FIELD,
        plant=reorder(0, 2, 3, 1),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-V03",
        "An axis that is none of t, c, z, y, x.",
        ("0.3",),
        node=FIELD,
        plant=then(
            put(FIELD, *AXES, 1, value="q"),
            put(f"{FIELD}/0", "_ARRAY_DIMENSIONS", 1, value="q"),
            put(f"{FIELD}/1", "_ARRAY_DIMENSIONS", 1, value="q"),
        ),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-V03",
        "A channel axis behind an axis of space, in 0.3.",
        ("0.3",),
        node=FIELD,
        plant=reorder(1, 0, 2, 3),
        pointer_end=f"{POINTER}/axes",
    ),
    Planted(
        "IMG-AXES-V03",
        "An axis that is an object, as in 0.4.",
        ("0.3",),
        node=FIELD,
        plant=put(FIELD, *AXES, 1, value={"name": "z", "type": "space"}),
        pointer_end=f"{POINTER}/axes/1",
        extra=frozenset({"IMG-ARRAYDIMS-V03"}),
    ),
    Planted(
        "IMG-ARRAYDIMS-V03",
        "An array whose _ARRAY_DIMENSIONS are others than the axes.",
        ("0.3",),
        node=LEVEL,
        plant=put(LEVEL, "_ARRAY_DIMENSIONS", value=["c", "z", "x", "y"]),
    ),
    Planted(
        "IMG-UNIT",
        "A unit of time for an axis of space.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *AXES, 3, "unit", value="second"),
        pointer_end=f"{POINTER}/axes/3",
    ),
    Planted(
        "IMG-AXES-ONE",
        "Two channel axes in a coordinate system.",
        ("0.6",),
        node=FIELD,
        plant=put(FIELD, *FIRST, "coordinateSystems", 0, "axes", 1, "type", value="channel"),
        pointer_end=f"{POINTER}/coordinateSystems/0/axes",
    ),
)
