"""Zarr 2: the attributes of a group are the document `.zattrs`."""

from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.parsing_images import parse_array_v2
from plates.omezarr.versions.dialect import Storage


def _itself(document: JsonObject) -> JsonObject:
    return document


ZARR2 = Storage(
    zarr_format=2,
    group=".zattrs",
    mark=".zgroup",
    array=".zarray",
    strangers=("zarr.json",),
    pointer="",
    attributes=_itself,
    array_keys=("shape", "dtype", "chunks", "compressor", "filters", "dimension_separator"),
    parse_array=parse_array_v2,
)
