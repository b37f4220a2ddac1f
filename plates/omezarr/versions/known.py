"""The versions that this reader knows, and which one a root document is written in."""

from typing import Final

from plates.omezarr.errors import UnsupportedVersion
from plates.omezarr.jsonvalues import JsonObject, list_of, object_of
from plates.omezarr.parsing import version_text
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.v04 import V04
from plates.omezarr.versions.v05 import V05

KNOWN: Final = (V05, V04)
"""One for each version, the newest first. The first of its Zarr format stands in where none is
named."""
_DEPTH_OF_VERSION: Final = 2


def declared_version(ome: JsonObject) -> str:
    """The version that the attributes of a group name, in any of the places; empty if none."""
    multiscales = list_of(ome.get("multiscales"))
    image = object_of(multiscales[0]) if multiscales else {}
    plate, well = object_of(ome.get("plate")), object_of(ome.get("well"))
    places = (ome, plate, well, image)
    return version_text(*(place.get("version") for place in places))


def usual_dialect(zarr_format: int) -> Dialect:
    """The dialect of a Zarr format where no version is named: 2 is taken as 0.4, 3 as 0.5."""
    return next(dialect for dialect in KNOWN if dialect.zarr_format == zarr_format)


def dialect_of(zarr_format: int, ome: JsonObject, *, shown: str) -> tuple[Dialect, str]:
    """The dialect of a root document and its version; UnsupportedVersion if it is not known.

    Without any version, Zarr 2 is taken as 0.4 and Zarr 3 as 0.5.
    """
    usual = usual_dialect(zarr_format)
    version = declared_version(ome)
    if not version:
        return usual, usual.version
    short = ".".join(version.split(".")[:_DEPTH_OF_VERSION])
    fitting = [dialect for dialect in KNOWN if dialect.version == short]
    if not fitting:
        known = ", ".join(sorted(dialect.version for dialect in KNOWN))
        raise UnsupportedVersion(
            f"{shown} is OME-Zarr {version[:40]}, which Platecat does not read. It reads {known}."
        )
    # The Zarr format is seen, the version is only said.
    return (fitting[0] if fitting[0].zarr_format == zarr_format else usual), short
