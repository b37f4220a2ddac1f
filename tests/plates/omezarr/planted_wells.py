"""Faults of wells and fields, planted one at a time."""

from pathlib import Path
from typing import Final

from tests.plates.omezarr.planting import (
    FIELD,
    Planted,
    add,
    changed,
    copy,
    drop,
    move,
    put,
    put_dtype,
    remove,
    then,
)
from tests.stores import Version

HCS: Final[tuple[Version, ...]] = ("0.4", "0.5")
WELL = "B/03"
IMAGE = ("well", "images", 0)


def _bare_well(folder: Path, version: Version) -> None:
    if version < "0.5":
        (folder / WELL / ".zattrs").unlink()
        return
    with changed(folder / WELL / "zarr.json") as document:
        document["attributes"] = {}


WELL_FAULTS: Final = (
    Planted(
        "HCS-ACQ-KNOWN",
        "A field of an acquisition that the plate does not list.",
        HCS,
        node=WELL,
        or_at=(FIELD,),
        plant=put(WELL, *IMAGE, "acquisition", value=9),
        pointer_end="/well/images/0",
    ),
    Planted(
        "HCS-ACQ-REQUIRED",
        "A field of no acquisition, in a plate of two.",
        HCS,
        node=WELL,
        or_at=(FIELD,),
        plant=drop(WELL, *IMAGE, "acquisition"),
        pointer_end="/well/images/0",
    ),
    Planted(
        "HCS-FIELD-COUNT",
        "A well with more fields than the plate says that any has.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=then(
            copy(f"{WELL}/1", f"{WELL}/2"),
            add(WELL, "well", "images", value={"path": "2", "acquisition": 1}),
            put("", "plate", "acquisitions", 1, "maximumfieldcount", value=2),
        ),
    ),
    Planted(
        "HCS-ACQ-MAXFIELD",
        "A well with more fields of an acquisition than that says that any has.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=put(WELL, "well", "images", 1, "acquisition", value=0),
    ),
    Planted(
        "HCS-FIELD-UNIQUE",
        "A field that is listed twice, for two acquisitions.",
        HCS,
        node=WELL,
        or_at=(FIELD,),
        plant=add(WELL, "well", "images", value={"path": "0", "acquisition": 1}),
        pointer_end="/well/images/2",
    ),
    Planted(
        "HCS-FIELD-NAME",
        "A field whose name has an underscore.",
        HCS,
        node=WELL,
        or_at=(f"{WELL}/field_0",),
        plant=then(move(FIELD, f"{WELL}/field_0"), put(WELL, *IMAGE, "path", value="field_0")),
        pointer_end="/well/images/0",
    ),
    Planted(
        "HCS-FIELD-NAME",
        "A field whose name begins with two underscores.",
        ("0.6",),
        node=WELL,
        or_at=(f"{WELL}/__0",),
        plant=then(move(FIELD, f"{WELL}/__0"), put(WELL, *IMAGE, "path", value="__0")),
        pointer_end="/well/images/0",
    ),
    Planted(
        "HCS-FIELD-EXISTS",
        "A field that is listed and not there.",
        HCS,
        node=FIELD,
        plant=remove(FIELD),
    ),
    Planted(
        "HCS-WELL-META",
        "A well whose group says nothing.",
        HCS,
        node=WELL,
        plant=_bare_well,
    ),
    Planted(
        "HCS-WELL-META",
        "A well whose group says nothing of a well.",
        HCS,
        node=WELL,
        plant=drop(WELL, "well"),
    ),
    Planted(
        "HCS-FIELD-META",
        "A field whose group says nothing of an image.",
        HCS,
        node=FIELD,
        plant=drop(FIELD, "multiscales"),
    ),
    Planted(
        "HCS-HOMOGENEOUS",
        "A field whose pixels are of another type than those of all others.",
        HCS,
        node=FIELD,
        or_at=("",),
        plant=then(
            put_dtype(f"{FIELD}/0", "uint32", "<u4"), put_dtype(f"{FIELD}/1", "uint32", "<u4")
        ),
    ),
    Planted(
        "HCS-WELL-STRUCTURE",
        "A well whose images are no list.",
        HCS,
        node=WELL,
        plant=put(WELL, "well", "images", value={"0": {"path": "0"}}),
        pointer_end="/well/images",
    ),
    Planted(
        "HCS-WELL-STRUCTURE",
        "A field without a path.",
        HCS,
        node=WELL,
        plant=drop(WELL, *IMAGE, "path"),
        pointer_end="/well/images/0",
    ),
)
