"""The shape of well metadata."""

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

_FIELD: Final = Under(
    "HCS-FIELD-NAME",
    Text(re.compile("[A-Za-z0-9]+"), described="text of the letters A to Z and digits alone"),
)
_FIELD_06: Final = Under(
    "HCS-FIELD-NAME",
    Text(
        re.compile(r"(?!__)(?!\.+\Z)[A-Za-z0-9_.-]+"),
        described=(
            "text of the letters A to Z, digits, and - _ . alone, "
            "that does not start with __ and is not of periods only"
        ),
    ),
)


def well(version: str) -> Shape:
    """The attributes of a well."""
    path = _FIELD_06 if version == "0.6" else _FIELD
    image = Record({"acquisition": Number(whole=True), "path": path}, required=("path",))
    described = Record(
        {
            "images": Series(image, least=1, unique=True, by="path"),
            **({} if has_ome(version) else {"version": version_of(version)}),
        },
        required=("images",),
    )
    # No schema before 0.5 requires `well` itself.
    return attributes(version, {"well": described}, required=("well",), since_ome=True)


def well_should(version: str) -> Should | None:
    """What the attributes of a well should hold besides: the version, in 0.4 alone."""
    if version != "0.4":
        return None
    return attributes_should(version, "well", Should(("version",)))
