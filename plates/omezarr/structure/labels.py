"""The shape of label metadata."""

from typing import Final

from plates.omezarr.series import Different, Series
from plates.omezarr.shapes import Number, Record, Shape, Text, Under
from plates.omezarr.structure.attributes import (
    attributes,
    attributes_should,
    has_ome,
    version_of,
)
from plates.omezarr.structure.should import Should

_RGBA: Final = Series(Number(whole=True, least=0, most=255), least=4, most=4)
_COLORS: Final = Series(
    Record({"label-value": Number(), "rgba": _RGBA}, required=("label-value",)),
    least=1,
    whole=(Under("LBL-COLORS-UNIQUE", Different()),),
)
_PROPERTIES: Final = Series(
    Record({"label-value": Number(whole=True)}, required=("label-value",)), least=1, unique=True
)


def label(version: str) -> Shape | None:
    """The attributes of a label image, of which 0.1 to 0.3 have no schema."""
    if version in {"0.1", "0.2", "0.3"}:
        return None
    described = Record(
        {
            "colors": _COLORS,
            "properties": _PROPERTIES,
            "source": Record({"image": Text()}),
            **({} if has_ome(version) else {"version": version_of(version)}),
        }
    )
    # The schema of 0.4 does not even require `image-label`.
    keys = {"image-label": described}
    return attributes(version, keys, required=("image-label",), since_ome=True)


def label_should(version: str) -> Should | None:
    """What the attributes of a label image should hold besides."""
    if version in {"0.1", "0.2", "0.3"}:
        return None
    keys = ("colors",) if has_ome(version) else ("version", "colors")
    return attributes_should(version, "image-label", Should(keys))
