"""OME-Zarr 0.5: Zarr 3, everything lies in `zarr.json`, under attributes and there under ome."""

from plates.omezarr.jsonvalues import JsonObject, object_of
from plates.omezarr.parsing_images import parse_array_v3
from plates.omezarr.versions.dialect import Dialect


def _attributes(document: JsonObject) -> JsonObject:
    return object_of(document.get("attributes"))


def _ome(attributes: JsonObject) -> JsonObject:
    # Early writers of Zarr 3 left the key out.
    ome = attributes.get("ome")
    return ome if isinstance(ome, dict) else attributes


V05 = Dialect(
    version="0.5",
    zarr_format=3,
    group="zarr.json",
    array="zarr.json",
    attributes=_attributes,
    ome=_ome,
    array_keys=("shape", "data_type", "chunk_grid", "codecs"),
    parse_array=parse_array_v3,
)
