"""Faults of labels and of how an image is shown, planted one at a time."""

import shutil
from pathlib import Path
from typing import Final

from tests.plates.omezarr.planting import (
    FIELD,
    LABEL,
    Planted,
    add,
    changed,
    copy,
    drop,
    put,
    put_dtype,
    put_shape,
    remove,
    then,
)
from tests.stores import Version

LABELS: Final[tuple[Version, ...]] = ("0.4", "0.5")
LIST = f"{FIELD}/labels"
DEEP = f"{LIST}/deep"
CHANNEL = ("omero", "channels", 0)


def _label_below_metadata(folder: Path, version: Version) -> None:
    (folder / DEEP).mkdir()
    shutil.move(folder / LABEL, folder / DEEP / "nuclei")
    shutil.copy(folder / LIST / "zarr.json", folder / DEEP / "zarr.json")
    with changed(folder / LIST / "zarr.json") as document:
        document["attributes"]["ome"]["labels"] = ["deep/nuclei"]
    put(f"{DEEP}/nuclei", "image-label", "source", "image", value="../../../")(folder, version)


LABEL_FAULTS: Final = (
    Planted(
        "LBL-STRUCTURE",
        "Colors that are no list.",
        LABELS,
        node=LABEL,
        plant=put(LABEL, "image-label", "colors", value="red"),
        pointer_end="/image-label/colors",
    ),
    Planted(
        "LBL-STRUCTURE",
        "A color above 255.",
        LABELS,
        node=LABEL,
        plant=put(LABEL, "image-label", "colors", 1, "rgba", 0, value=256),
        pointer_end="/image-label/colors/1",
    ),
    Planted(
        "LBL-LIST",
        "A list of labels that is the name of one.",
        LABELS,
        node=LIST,
        extra=frozenset({"LBL-UNLISTED"}),
        plant=put(LIST, "labels", value="nuclei"),
        pointer_end="/labels",
    ),
    Planted(
        "LBL-LIST",
        "A label without a path.",
        LABELS,
        node=LIST,
        plant=put(LIST, "labels", value=["nuclei", None]),
        pointer_end="/labels/1",
    ),
    Planted(
        "LBL-EXISTS",
        "A label that is listed and not there.",
        LABELS,
        node=LABEL,
        or_at=(LIST,),
        plant=remove(LABEL),
    ),
    Planted(
        "LBL-EXISTS",
        "A label whose group says nothing of an image.",
        LABELS,
        node=LABEL,
        or_at=(LIST,),
        plant=drop(LABEL, "multiscales"),
    ),
    Planted(
        "LBL-UNLISTED",
        "A label on disk that is not listed.",
        LABELS,
        node=LIST,
        or_at=(f"{LIST}/cells",),
        plant=copy(LABEL, f"{LIST}/cells"),
    ),
    Planted(
        "LBL-DTYPE",
        "A label whose pixels are no integers.",
        LABELS,
        node=LABEL,
        or_at=(f"{LABEL}/0",),
        plant=put_dtype(f"{LABEL}/0", "float32", "<f4"),
    ),
    Planted(
        "LBL-LEVELS",
        "A label with fewer levels than its image.",
        LABELS,
        node=LABEL,
        plant=drop(LABEL, "multiscales", 0, "datasets", 1),
    ),
    Planted(
        "LBL-SHAPE",
        "A label that is smaller than its image.",
        LABELS,
        node=LABEL,
        or_at=(f"{LABEL}/0",),
        plant=put_shape(f"{LABEL}/0", (1, 1, 700, 1024)),
    ),
    Planted(
        "LBL-COLORS-UNIQUE",
        "Two colors for one value.",
        LABELS,
        node=LABEL,
        plant=add(LABEL, "image-label", "colors", value={"label-value": 1, "rgba": [9, 9, 9, 9]}),
        pointer_end="/image-label/colors/2",
    ),
    Planted(
        "LBL-META-SHOULD",
        "A label without colors.",
        LABELS,
        node=LABEL,
        plant=drop(LABEL, "image-label", "colors"),
    ),
    Planted(
        "LBL-SOURCE",
        "A label of an image that is not there.",
        LABELS,
        node=LABEL,
        plant=put(LABEL, "image-label", "source", "image", value="../../../9"),
        pointer_end="/image-label/source",
    ),
    Planted(
        "LBL-GROUP-META",
        "A group between the labels and a label that has metadata.",
        ("0.5",),
        node=f"{DEEP}/nuclei",
        or_at=(DEEP, LIST),
        plant=_label_below_metadata,
    ),
)

OMERO_FAULTS: Final = (
    Planted(
        "OMERO-SHAPE",
        "A color that is a word.",
        LABELS,
        node=FIELD,
        plant=put(FIELD, *CHANNEL, "color", value="blue"),
        pointer_end="/omero/channels/0",
    ),
    Planted(
        "OMERO-SHAPE",
        "A window without its end.",
        LABELS,
        node=FIELD,
        plant=drop(FIELD, *CHANNEL, "window", "end"),
        pointer_end="/omero/channels/0",
    ),
    Planted(
        "OMERO-COUNT",
        "One channel shown where the image has two.",
        LABELS,
        node=FIELD,
        plant=drop(FIELD, "omero", "channels", 1),
        pointer_end="/omero",
    ),
    Planted(
        "OMERO-RANGE",
        "A window that starts below its minimum.",
        LABELS,
        node=FIELD,
        plant=then(
            put(FIELD, *CHANNEL, "window", "min", value=200),
            put(FIELD, *CHANNEL, "window", "start", value=100),
        ),
        pointer_end="/omero/channels/0",
    ),
    Planted(
        "OMERO-RANGE",
        "A first plane to show that the image does not have.",
        LABELS,
        node=FIELD,
        plant=put(FIELD, "omero", "rdefs", value={"defaultZ": 118, "model": "color"}),
        pointer_end="/omero/rdefs",
    ),
)
