"""OME-Zarr 0.4: Zarr 2, attributes of a group are the document `.zattrs`."""

from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.parsing_images import parse_array_v2
from plates.omezarr.versions.dialect import Dialect


def _itself(document: JsonObject) -> JsonObject:
    return document


V04 = Dialect(
    version="0.4",
    zarr_format=2,
    group=".zattrs",
    array=".zarray",
    attributes=_itself,
    ome=_itself,
    array_keys=("shape", "dtype", "chunks", "compressor", "filters"),
    parse_array=parse_array_v2,
)
