"""Faults of plates, planted one at a time."""

import shutil
from pathlib import Path
from typing import Final

from tests.plates.omezarr.planting import (
    Planted,
    add,
    drop,
    move,
    put,
    remove,
    then,
)
from tests.stores import Version

HCS: Final[tuple[Version, ...]] = ("0.4", "0.5")
# B/03 is the last well of the plate.
WELL, ENTRY = "B/03", ("plate", "wells", 5)


def _row_is_no_group(folder: Path, version: Version) -> None:
    (folder / "B" / ("zarr.json" if version >= "0.5" else ".zgroup")).unlink()


def _empty_row(folder: Path, version: Version) -> None:
    shutil.copytree(folder / "A", folder / "C", ignore=shutil.ignore_patterns("0*"))


PLATE_FAULTS: Final = (
    Planted(
        "HCS-PLATE-STRUCTURE",
        "A plate without columns.",
        HCS,
        node="",
        plant=drop("", "plate", "columns"),
        extra=frozenset({"HCS-WELL-PATH", "HCS-WELL-INDEX"}),
    ),
    Planted(
        "HCS-PLATE-STRUCTURE",
        "A well without rowIndex.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=drop("", *ENTRY, "rowIndex"),
        pointer_end="/plate/wells/5",
    ),
    Planted(
        "HCS-PLATE-STRUCTURE",
        "A field count below one.",
        HCS,
        node="",
        plant=put("", "plate", "field_count", value=-1),
        pointer_end="/plate/field_count",
    ),
    Planted(
        "HCS-PLATE-STRUCTURE",
        "A 0.3 plate without rows.",
        ("0.3",),
        node="",
        plant=drop("", "plate", "rows"),
    ),
    Planted(
        "HCS-WELL-PATH",
        "A well whose path has the column before the row.",
        HCS,
        node="03/B",
        or_at=("",),
        plant=then(move(WELL, "03/B"), put("", *ENTRY, "path", value="03/B")),
        pointer_end="/plate/wells/5/path",
        extra=frozenset({"HCS-WELL-INDEX"}),
    ),
    Planted(
        "HCS-WELL-INDEX",
        "A well whose rowIndex is that of another row.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=put("", *ENTRY, "rowIndex", value=0),
        pointer_end="/plate/wells/5",
        extra=frozenset({"HCS-WELL-UNIQUE"}),
    ),
    Planted(
        "HCS-WELL-INDEX",
        "A well whose columnIndex lies beyond the columns.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=put("", *ENTRY, "columnIndex", value=3),
        pointer_end="/plate/wells/5",
    ),
    Planted(
        "HCS-WELL-UNIQUE",
        "A well that is listed twice.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=add(
            "",
            "plate",
            "wells",
            value={"path": WELL, "rowIndex": 1, "columnIndex": 2, "note": "again"},
        ),
        pointer_end="/plate/wells/6",
    ),
    Planted(
        "HCS-NAME-UNIQUE",
        "Two rows of one name.",
        HCS,
        node="",
        plant=add("", "plate", "rows", value={"name": "A", "note": "again"}),
        pointer_end="/plate/rows/2",
    ),
    Planted(
        "HCS-NAME-CASE",
        "Two rows that differ only in case.",
        HCS,
        node="",
        plant=add("", "plate", "rows", value={"name": "b"}),
        pointer_end="/plate/rows/2",
    ),
    Planted(
        "HCS-NAME-ALNUM",
        "A column whose name has a blank.",
        HCS,
        node="",
        plant=add("", "plate", "columns", value={"name": "0 4"}),
        pointer_end="/plate/columns/3",
    ),
    Planted(
        "HCS-ACQ-UNIQUE",
        "Two acquisitions of one id.",
        ("0.1", "0.2", "0.3", "0.4", "0.5"),
        node="",
        plant=add(
            "", "plate", "acquisitions", value={"id": 0, "name": "again", "maximumfieldcount": 1}
        ),
        pointer_end="/plate/acquisitions/2",
    ),
    Planted(
        "HCS-ACQ-TIME",
        "An acquisition that ends before it starts.",
        HCS,
        node="",
        plant=then(
            put("", "plate", "acquisitions", 0, "starttime", value=1_700_000_000),
            put("", "plate", "acquisitions", 0, "endtime", value=1_600_000_000),
        ),
        pointer_end="/plate/acquisitions/0",
    ),
    Planted(
        "HCS-WELL-EXISTS",
        "A well that is listed and not there.",
        HCS,
        node=WELL,
        plant=remove(WELL),
    ),
    Planted(
        "HCS-ROW-GROUP",
        "A row that is a folder and no group.",
        HCS,
        node="B",
        plant=_row_is_no_group,
    ),
    Planted(
        "HCS-WELL-UNLISTED",
        "A well on disk that the plate does not list.",
        HCS,
        node=WELL,
        or_at=("",),
        plant=drop("", *ENTRY),
    ),
    Planted(
        "HCS-EMPTY-GROUP",
        "A row without wells that has a group.",
        HCS,
        node="C",
        or_at=("",),
        plant=then(add("", "plate", "rows", value={"name": "C"}), _empty_row),
    ),
    Planted(
        "HCS-META-SHOULD",
        "A plate without a name.",
        HCS,
        node="",
        plant=drop("", "plate", "name"),
    ),
    Planted(
        "HCS-META-SHOULD",
        "An acquisition without maximumfieldcount.",
        HCS,
        node="",
        plant=drop("", "plate", "acquisitions", 1, "maximumfieldcount"),
        pointer_end="/plate/acquisitions/1",
    ),
)
