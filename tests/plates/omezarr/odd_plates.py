"""Plates that no rule may call wrong: the least there can be, sparse ones, and odd ones."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests import stores
from tests.plates.omezarr.planting import (
    FIELD,
    WHOLE,
    Base,
    add,
    base_of,
    copy,
    drop,
    ome_of,
    put,
    put_text,
    remove,
    whole_plate,
)
from tests.stores import Json, Style, Version

_LEAST = Style(units=False, translations=False, omero=False, downscaling=False)


def minimal_plate(folder: Path, version: Version) -> Path:
    """One well, one field, one level, and only the keys that have to be there."""
    stores.plate(
        folder,
        version=version,
        shape=(1, 1),
        levels=1,
        name=None,
        acquisitions=(),
        plate_keys={"field_count": None, "acquisitions": None},
        # Until 0.3 a plate has to name its version, and again in 0.5.
        style=replace(_LEAST, versions=version != "0.4", row_groups=True),
    )
    drop("A/01/0", "multiscales", 0, "name")(folder, version)
    return folder


def sparse_plate(folder: Path, version: Version) -> Path:
    """Three wells of 96."""
    return stores.plate(folder, version=version, shape=96, wells=["A01", "C05", "H12"], fields=2)


def _of_acquisitions(*acquisitions: Json) -> Base:
    def base(folder: Path, version: Version) -> Path:
        return stores.plate(
            folder, version=version, shape=(1, 2), fields=2, acquisitions=acquisitions
        )

    return base


def _unnamed(folder: Path, version: Version) -> Path:
    return stores.plate(folder, version=version, shape=(1, 2), name="")


def _of_no_acquisition(folder: Path, version: Version) -> Path:
    return stores.plate(
        folder,
        version=version,
        shape=(1, 2),
        acquisitions=(),
        plate_keys={"acquisitions": None},
    )


def _single_acquisition_unsaid(folder: Path, version: Version) -> Path:
    style = Style(acquisition_of_field=False)
    return stores.plate(folder, version=version, shape=(1, 2), fields=2, style=style)


def _with_pixels(folder: Path, version: Version) -> Path:
    return stores.plate(folder, version=version, shape=(1, 2), chunks=True, style=WHOLE)


def _uneven(folder: Path, version: Version) -> Path:
    """One well has a field more than the others."""
    stores.plate(folder, version=version, shape=(2, 3), field_count=2)
    copy(FIELD, "B/03/1")(folder, version)
    add("B/03", "well", "images", value={"path": "1", "acquisition": 0})(folder, version)
    return folder


def _also_a_collection(folder: Path, version: Version) -> Path:
    """A plate as bioformats2raw writes it: the plate takes precedence."""
    whole_plate(folder, version)
    put("", "bioformats2raw.layout", value=3)(folder, version)
    series = [
        f"{row}/{column}/{field}" for row in "AB" for column in ("01", "02") for field in "01"
    ]
    twin = stores.collection(folder.with_name(f"{folder.name}.twin"), version, xml=False)
    shutil.move(twin / "OME", folder / "OME")
    shutil.rmtree(twin)
    put("OME", "series", value=series)(folder, version)
    return folder


def _with_keys_of_its_own(folder: Path, version: Version) -> Path:
    whole_plate(folder, version)
    own = {"vendor:plate": {"notes": None, "deep": [[1, "a"]]}}
    for node in ("", "B/03", FIELD, f"{FIELD}/labels", f"{FIELD}/labels/nuclei"):
        with ome_of(folder, node) as ome:
            ome.update(own)
    put("", "plate", "barcode", value="X7")(folder, version)
    put("", "plate", "wells", 5, "compound", value=None)(folder, version)
    put("B/03", "well", "images", 0, "position", value=[0.5, 1])(folder, version)
    put(FIELD, "multiscales", 0, "@type", value="Image")(folder, version)
    return folder


def _with_files_beside(folder: Path, version: Version) -> Path:
    whole_plate(folder, version)
    for path in ("README.txt", "B/notes.csv", "B/03/thumbnail.jpg"):
        put_text(path, "not of Zarr")(folder, version)
    return folder


def _without_tables_listed(folder: Path, version: Version) -> Path:
    """A folder beside the levels that is no part of OME-Zarr."""
    whole_plate(folder, version)
    name = "zarr.json" if version >= "0.5" else ".zgroup"
    remove(f"{FIELD}/tables/{name}")(folder, version)
    return folder


def _consolidated(folder: Path, version: Version) -> Path:
    return stores.consolidate(whole_plate(folder, version))


def dated_plate(folder: Path, version: Version) -> Path:
    """A plate whose rows lie below a folder, as the example of 0.1 to 0.3 has them."""
    whole_plate(folder, version)
    below = folder / "2020-10-10"
    shutil.copytree(folder / "A", below, ignore=shutil.ignore_patterns("0*"))
    for row in "AB":
        shutil.move(folder / row, below / row)
    with ome_of(folder, "") as ome:
        for well in ome["plate"]["wells"]:
            well["path"] = f"2020-10-10/{well['path']}"
    return folder


ODD: Final[Mapping[str, Base]] = {
    "acquisitions 422 and 7": _of_acquisitions({"id": 422}, {"id": 7}),
    "an empty list of acquisitions": _of_acquisitions(),
    "no acquisitions": _of_no_acquisition,
    "one acquisition that no field names": _single_acquisition_unsaid,
    "an empty name": _unnamed,
    "pixels that are written": _with_pixels,
    "wells of different size": _uneven,
    "a plate that is a collection too": _also_a_collection,
    "keys of its own": _with_keys_of_its_own,
    "files beside the nodes": _with_files_beside,
    "tables without a list": _without_tables_listed,
    "consolidated metadata": _consolidated,
    "columns of three digits": base_of(replace(WHOLE, pad_columns=3)),
    "columns of one digit": base_of(replace(WHOLE, pad_columns=1)),
    "rows that are numbers": base_of(replace(WHOLE, numbered_rows=True)),
    "fields with names": base_of(replace(WHOLE, field_names=("left", "Right2"))),
    "levels with names": base_of(replace(WHOLE, level_names=("s0", "half.1"))),
    "upper-case axes": base_of(replace(WHOLE, upper_case_axes=True)),
    "two axes": base_of(replace(WHOLE, axes="yx")),
    "five axes": base_of(replace(WHOLE, axes="tczyx")),
    "no units": base_of(replace(WHOLE, units=False)),
    "no channels shown": base_of(replace(WHOLE, omero=False)),
    "labels without a channel axis": base_of(replace(WHOLE, label_axes="zyx")),
    "two labels": base_of(replace(WHOLE, labels=("nuclei", "cells"))),
    "a scale of the whole image": base_of(replace(WHOLE, whole_scale=(1.0, 1.0, 2.0, 2.0))),
    "pixels in the other byte order": base_of(replace(WHOLE, big_endian=True)),
    "pixels of 32 bits": base_of(replace(WHOLE, dtype="float32")),
}
"""Odd plates that the specification allows, in 0.4 and 0.5."""
