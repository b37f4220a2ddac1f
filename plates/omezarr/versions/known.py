"""The versions that this reader knows, and which one a root document is written in."""

from dataclasses import replace
from typing import Final

from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of
from plates.omezarr.parsing import version_text
from plates.omezarr.versions.dialect import Dialect, Storage
from plates.omezarr.versions.numbers import as_number, known_version
from plates.omezarr.versions.v01 import V01
from plates.omezarr.versions.v02 import V02
from plates.omezarr.versions.v03 import V03
from plates.omezarr.versions.v04 import V04
from plates.omezarr.versions.v05 import V05
from plates.omezarr.versions.v06 import V06
from plates.omezarr.versions.zarr2 import ZARR2
from plates.omezarr.versions.zarr3 import ZARR3

DIALECTS: Final = {dialect.version: dialect for dialect in (V01, V02, V03, V04, V05, V06)}
STORAGES: Final = {storage.zarr_format: storage for storage in (ZARR2, ZARR3)}
_USUAL: Final = {2: V04, 3: V05}
"""What a store of a Zarr format is taken as where no version is named."""

MAX_VERSION: Final = 16
MAX_IMAGES: Final = 64


def declared_version(ome: JsonObject) -> str:
    """The version that the attributes of a group name, in any of the places; empty if none."""
    return version_text(*_named(ome))


def declared_versions(ome: JsonObject) -> tuple[str, ...]:
    """All versions that the attributes of a group name, each once; nearly always one."""
    named = [value for value in _named(ome) if value is not None]
    return tuple(dict.fromkeys(text for value in named if (text := version_text(value))))


def _named(ome: JsonObject) -> list[JsonValue]:
    """What stands in the places for a version, the first of which counts."""
    named = [ome.get("version")]
    for key in ("plate", "well", "image-label"):
        part = ome.get(key)
        if isinstance(part, dict):
            named.append(part.get("version"))
    images = list_of(ome.get("multiscales"))[:MAX_IMAGES]
    named += [image.get("version") for image in images if isinstance(image, dict)]
    return named


def dialect_of(storage: Storage, ome: JsonObject) -> tuple[Dialect, str]:
    """The dialect to read a root in, and the version to call it by.

    Without any version, Zarr 2 is taken as 0.4 and Zarr 3 as 0.5. A version that is not known is
    read as the usual one of its Zarr format, a newer one as the newest, and called by its name.
    """
    usual = _USUAL[storage.zarr_format]
    declared = declared_version(ome)
    if not declared:
        return usual, usual.version
    known = known_version(declared)
    if known is not None:
        # The Zarr format is seen, the version is only said.
        # A draft is called by its own name, a patch (0.5.2) is not.
        called = known if declared.removeprefix(known).replace(".", "").isdecimal() else declared
        dialect = replace(DIALECTS[known], storage=storage)
        return dialect, known if declared == known else called[:MAX_VERSION]
    number = as_number(declared)
    newer = number is not None and number > (as_number(V06.version) or number)
    return replace(V06, storage=storage) if newer else usual, declared[:MAX_VERSION]
