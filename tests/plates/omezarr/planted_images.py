"""Faults of images, their levels and transformations, planted one at a time."""

from typing import Final

from tests.plates.omezarr.planting import (
    FIELD,
    Planted,
    add,
    drop,
    put,
    put_dtype,
    put_shape,
    remove,
    swap,
)
from tests.stores import Version

IMAGES: Final[tuple[Version, ...]] = ("0.4", "0.5")
LEVEL = f"{FIELD}/1"
FIRST = ("multiscales", 0)
AXES = (*FIRST, "axes")
SECOND_LEVEL = (*FIRST, "datasets", 1)
TRANSFORMS = (*SECOND_LEVEL, "coordinateTransformations")
POINTER = "/multiscales/0"
SECOND_POINTER = f"{POINTER}/datasets/1"
DIMENSION_NAMES = frozenset({"ZARR-DIM-NAMES"})
STRUCTURE = frozenset({"IMG-STRUCTURE"})


IMAGE_FAULTS: Final = (
    Planted(
        "IMG-STRUCTURE",
        "An image without datasets.",
        ("0.3", "0.4", "0.5", "0.6"),
        node=FIELD,
        plant=drop(FIELD, *FIRST, "datasets"),
        pointer_end=POINTER,
        extra=frozenset({"LBL-LEVELS"}),
    ),
    Planted(
        "IMG-STRUCTURE",
        "A level without transformations.",
        IMAGES,
        node=FIELD,
        plant=drop(FIELD, *TRANSFORMS),
        pointer_end=SECOND_POINTER,
        extra=frozenset({"IMG-SCALE-ONE"}),
    ),
    Planted(
        "IMG-STRUCTURE",
        "An axis without a name.",
        IMAGES,
        node=FIELD,
        plant=drop(FIELD, *AXES, 1, "name"),
        pointer_end=f"{POINTER}/axes/1",
        extra=DIMENSION_NAMES,
    ),
    Planted(
        "IMG-ARRAY-EXISTS",
        "A level without its array.",
        IMAGES,
        node=LEVEL,
        or_at=(FIELD,),
        plant=remove(LEVEL),
    ),
    Planted(
        "IMG-NDIM",
        "A level of three dimensions in an image of four axes.",
        IMAGES,
        node=LEVEL,
        or_at=(FIELD,),
        plant=put_shape(LEVEL, (1, 512, 512)),
        extra=DIMENSION_NAMES,
    ),
    Planted(
        "IMG-NDIM",
        "A level of four dimensions where all have five.",
        ("0.1", "0.2"),
        node=LEVEL,
        or_at=(FIELD,),
        plant=put_shape(LEVEL, (2, 1, 512, 512)),
    ),
    Planted(
        "IMG-DTYPE",
        "A level of another type than the first.",
        ("0.4", "0.5", "0.6"),
        node=LEVEL,
        or_at=(FIELD,),
        plant=put_dtype(LEVEL, "uint8", "|u1"),
    ),
    Planted(
        "IMG-LEVEL-ORDER",
        "Levels from the smallest to the largest.",
        ("0.2", "0.3", "0.4", "0.5"),
        node=FIELD,
        or_at=(LEVEL, f"{FIELD}/0"),
        plant=swap(FIELD, *FIRST, "datasets"),
        pointer_end=POINTER,
    ),
    Planted(
        "IMG-SCALE-ONE",
        "A translation before the scale.",
        IMAGES,
        node=FIELD,
        plant=swap(FIELD, *TRANSFORMS),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-SCALE-ONE",
        "Two translations.",
        IMAGES,
        node=FIELD,
        plant=add(FIELD, *TRANSFORMS, value={"type": "translation", "translation": [0, 0, 0, 0.5]}),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-SCALE-LEN",
        "A scale of three numbers for four axes.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *TRANSFORMS, 0, "scale", value=[2.0, 1.0, 1.0]),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-SCALE-LEN",
        "A translation of five numbers for four axes.",
        IMAGES,
        node=FIELD,
        plant=put(FIELD, *TRANSFORMS, 1, "translation", value=[0, 0, 0, 0, 0]),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-SCALE-RATIO",
        "A level of half the size with the scale of the first.",
        IMAGES,
        node=FIELD,
        or_at=(LEVEL,),
        plant=put(FIELD, *TRANSFORMS, 0, "scale", value=[1.0, 2.0, 0.5, 0.5]),
        pointer_end=SECOND_POINTER,
    ),
    Planted(
        "IMG-TRAFO-PATH",
        "A scale in an array that is not there.",
        IMAGES,
        node=FIELD,
        or_at=(f"{FIELD}/nowhere",),
        plant=put(FIELD, *TRANSFORMS, 0, value={"type": "scale", "path": "nowhere"}),
        pointer_end=SECOND_POINTER,
        extra=STRUCTURE,
    ),
    Planted(
        "IMG-META-SHOULD",
        "An image without a name.",
        IMAGES,
        node=FIELD,
        plant=drop(FIELD, *FIRST, "name"),
        pointer_end=POINTER,
    ),
)
