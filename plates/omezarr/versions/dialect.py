"""What differs between versions of OME-Zarr, as one value for each."""

from collections.abc import Callable
from dataclasses import dataclass

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version of OME-Zarr lays out a store.

    `group` and `array` are the names of the documents of groups and arrays; `attributes` finds
    the attributes of a group in its document, `ome` what the specification is about in these,
    and `parse_array` reads the document of an array, of which only `array_keys` count.
    """

    version: str
    zarr_format: int
    group: str
    array: str
    attributes: Callable[[JsonObject], JsonObject]
    ome: Callable[[JsonObject], JsonObject]
    array_keys: tuple[str, ...]
    parse_array: Callable[[JsonObject], ArrayDocument]
