"""Zarr 3: everything lies in `zarr.json`, what a group says in its attributes."""

from plates.omezarr.jsonvalues import JsonObject, object_of
from plates.omezarr.parsing_images import parse_array_v3
from plates.omezarr.versions.dialect import Storage


def _attributes(document: JsonObject) -> JsonObject:
    return object_of(document.get("attributes"))


ZARR3 = Storage(
    zarr_format=3,
    group="zarr.json",
    mark="zarr.json",
    array="zarr.json",
    strangers=(".zattrs", ".zgroup", ".zarray"),
    pointer="/attributes",
    attributes=_attributes,
    array_keys=(
        "shape",
        "data_type",
        "chunk_grid",
        "codecs",
        "chunk_key_encoding",
        "dimension_names",
    ),
    parse_array=parse_array_v3,
)
