"""The shape of plate metadata."""

import re
from typing import Final

from plates.omezarr.series import Series
from plates.omezarr.shapes import Number, Record, Shape, Text, Under
from plates.omezarr.structure.attributes import (
    attributes,
    attributes_should,
    has_ome,
    version_of,
)
from plates.omezarr.structure.should import Should

_ANY_NAME: Final = Text()
_NAME: Final = Under(
    "HCS-NAME-ALNUM",
    Text(re.compile("[A-Za-z0-9]+"), described="text of the letters A to Z and digits alone"),
)
_PATH: Final = Under(
    "HCS-WELL-PATH",
    Text(
        re.compile("[A-Za-z0-9]+/[A-Za-z0-9]+"),
        described="the name of a row, a slash, and the name of a column",
    ),
)
_INDEX: Final = Number(whole=True, least=0)
_POSITIVE: Final = Number(whole=True, above=0)

_ACQUISITION_01: Final = Record(
    {
        "id": Number(),
        "maximumfieldcount": Number(),
        "name": Text(),
        "description": Text(),
        "starttime": Number(),
    },
    required=("id",),
)
_ACQUISITION_02: Final = Record(
    {
        "id": Number(whole=True),
        "maximumfieldcount": Number(whole=True),
        "name": Text(),
        "description": Text(),
        "starttime": _INDEX,
        "endtime": _INDEX,
    },
    required=("id",),
)
_ACQUISITION_04: Final = Record(
    {
        "id": _INDEX,
        "maximumfieldcount": _POSITIVE,
        "name": Text(),
        "description": Text(),
        "starttime": _INDEX,
        "endtime": _INDEX,
    },
    required=("id",),
)
_WELL_04: Final = Record(
    {"path": _PATH, "rowIndex": _INDEX, "columnIndex": _INDEX},
    required=("path", "rowIndex", "columnIndex"),
)


def plate(version: str) -> Shape:
    """The attributes of a plate."""
    if version in {"0.1", "0.2", "0.3"}:
        return attributes(version, {"plate": _early_plate(version)}, required=("plate",))
    described = Record(
        {
            "acquisitions": Series(_ACQUISITION_04),
            "field_count": _POSITIVE,
            "name": Text(),
            "columns": _names(_NAME),
            "rows": _names(_NAME),
            "wells": Series(_WELL_04, least=1, unique=True, by="path"),
            **({} if has_ome(version) else {"version": version_of(version)}),
        },
        required=("columns", "rows", "wells"),
    )
    # The schema of 0.4 does not even require `plate`.
    return attributes(version, {"plate": described}, required=("plate",), since_ome=True)


def _early_plate(version: str) -> Shape:
    run = _ACQUISITION_01 if version == "0.1" else _ACQUISITION_02
    well = Record({"path": Text()}, required=("path",))
    return Record(
        {
            "version": version_of(version),
            "name": Text(),
            "columns": _names(_ANY_NAME),
            "rows": _names(_ANY_NAME),
            "wells": Series(well, least=1, unique=True, by="path"),
            "acquisitions": Series(run, least=1, unique=True),
        },
        required=("version", "columns", "rows", "wells"),
    )


def _names(name: Shape) -> Shape:
    return Series(Record({"name": name}, required=("name",)), least=1, unique=True, by="name")


def plate_should(version: str) -> Should | None:
    """What the attributes of a plate should hold besides; no strict schema before 0.4."""
    if version in {"0.1", "0.2", "0.3"}:
        return None
    keys = ("name",) if has_ome(version) else ("name", "version")
    inside = {"acquisitions": Should(("name", "maximumfieldcount"))}
    return attributes_should(version, "plate", Should(keys, inside))
