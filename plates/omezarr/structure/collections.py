"""The shape of bioformats2raw collections: the root and its OME group."""

from plates.omezarr.series import Series
from plates.omezarr.shapes import Number, Shape, Text, Under
from plates.omezarr.structure.attributes import attributes


def bf2raw(version: str) -> Shape | None:
    """The attributes of the root of a collection, of which 0.1 to 0.3 have no schema."""
    layout = Under("BF2RAW-VALUE", Number(one_of=(3,)))
    return _since_04(version, "bioformats2raw.layout", layout)


def series(version: str) -> Shape | None:
    """The attributes of the OME group of a collection, of which 0.1 to 0.3 have no schema."""
    return _since_04(version, "series", Series(Text()))


def _since_04(version: str, key: str, shape: Shape) -> Shape | None:
    if version in {"0.1", "0.2", "0.3"}:
        return None
    return attributes(version, {key: shape}, required=(key,), since_ome=True)
