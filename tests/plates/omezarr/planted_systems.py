"""Faults of the coordinate systems of 0.6, planted one at a time."""

from typing import Final

from tests.plates.omezarr.planting import (
    FIELD,
    LABEL,
    Planted,
    add,
    put,
    swap,
    then,
)
from tests.stores import Json

FIRST = ("multiscales", 0)
SECOND_LEVEL = (*FIRST, "datasets", 1)
TRANSFORMS = (*SECOND_LEVEL, "coordinateTransformations")
POINTER = "/multiscales/0"
SECOND_POINTER = f"{POINTER}/datasets/1"


SYSTEMS = (*FIRST, "coordinateSystems")


def _system(name: str) -> Json:
    axes = [{"name": "c", "type": "channel"}]
    axes += [{"name": axis, "type": "space", "unit": "millimeter"} for axis in "zyx"]
    return {"name": name, "axes": axes}


def _identity(start: Json, end: Json) -> Json:
    return {"type": "identity", "input": start, "output": end}


SYSTEM_FAULTS: Final = (
    Planted(
        "IMG-CS-06",
        "A level whose transformation starts from another array.",
        ("0.6",),
        node=FIELD,
        plant=put(FIELD, *TRANSFORMS, 0, "input", "path", value="0"),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-CS-06",
        "A level that leads to another coordinate system than the first.",
        ("0.6",),
        node=FIELD,
        plant=put(FIELD, *TRANSFORMS, 0, "output", "name", value="elsewhere"),
        pointer_end=SECOND_POINTER,
        times=None,
    ),
    Planted(
        "IMG-CS-06-SEQUENCE",
        "A sequence with the translation before the scale.",
        ("0.6",),
        node=FIELD,
        plant=swap(FIELD, *TRANSFORMS, 0, "transformations"),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-CS-06-GRAPH",
        "A transformation of the whole image that starts from no known coordinate system.",
        ("0.6",),
        node=FIELD,
        plant=put(
            FIELD,
            *FIRST,
            "coordinateTransformations",
            value=[_identity({"name": "nowhere"}, {"name": "physical"})],
        ),
        pointer_end=f"{POINTER}/coordinateTransformations",
        times=None,
    ),
    Planted(
        "IMG-SCALE-LEN",
        "A scale of three numbers for four axes in a sequence.",
        ("0.6",),
        node=FIELD,
        plant=put(FIELD, *TRANSFORMS, 0, "transformations", 0, "scale", value=[2.0, 1.0, 1.0]),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-CS-06-GRAPH",
        "A coordinate system that no transformation leads to.",
        ("0.6",),
        node=FIELD,
        plant=add(FIELD, *SYSTEMS, value=_system("island")),
        pointer_end=POINTER,
    ),
    Planted(
        "IMG-CS-06-NAME",
        "Two coordinate systems of one name.",
        ("0.6",),
        node=FIELD,
        plant=add(FIELD, *SYSTEMS, value=_system("physical")),
        pointer_end=f"{POINTER}/coordinateSystems/1",
    ),
    Planted(
        "IMG-CS-06-INTRINSIC",
        "A transformation of the image between two systems that no level lies in.",
        ("0.6",),
        node=FIELD,
        plant=then(
            add(FIELD, *SYSTEMS, value=_system("stage")),
            add(FIELD, *SYSTEMS, value=_system("room")),
            put(
                FIELD,
                *FIRST,
                "coordinateTransformations",
                value=[
                    _identity({"name": "physical"}, {"name": "stage"}),
                    _identity({"name": "stage"}, {"name": "room"}),
                ],
            ),
        ),
        pointer_end=f"{POINTER}/coordinateTransformations/1",
    ),
    Planted(
        "IMG-CS-06-LABEL",
        "A label that lies askew to its image.",
        ("0.6",),
        node=FIELD,
        or_at=(LABEL,),
        plant=put(
            FIELD,
            *FIRST,
            "coordinateTransformations",
            value=[
                {
                    "type": "affine",
                    "affine": [
                        [1, 0, 0, 0, 0],
                        [0, 1, 0, 0, 0],
                        [0, 0, 1, 0.5, 0],
                        [0, 0, 0, 1, 0],
                    ],
                    "input": {"name": "physical"},
                    "output": {"path": "labels/nuclei", "name": "physical"},
                }
            ],
        ),
        pointer_end=f"{POINTER}/coordinateTransformations/0",
    ),
)
