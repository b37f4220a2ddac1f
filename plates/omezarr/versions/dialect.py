"""What differs between versions of OME-Zarr and of Zarr, as one value for each."""

from collections.abc import Callable
from dataclasses import dataclass

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Storage:
    """How one version of Zarr lays out a store.

    `group` and `array` are the names of the documents of groups and arrays, `mark` is the document
    that every group has to have, `strangers` are those of the other version. `attributes` finds
    the attributes of a group in its document, below `pointer`, and `parse_array` reads the
    document of an array, of which only `array_keys` count.
    """

    zarr_format: int
    group: str
    mark: str
    array: str
    strangers: tuple[str, ...]
    pointer: str
    attributes: Callable[[JsonObject], JsonObject]
    array_keys: tuple[str, ...]
    parse_array: Callable[[JsonObject], ArrayDocument]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version of OME-Zarr says what a store holds.

    `axes` finds the list of axes of a member of
    `multiscales`. `outer` tells that the transformations of a whole image belong to each level.
    `array_attributes` tells that arrays repeat the axes in their attributes.
    """

    version: str
    storage: Storage
    axes: Callable[[JsonObject], JsonValue]
    outer: bool = True
    array_attributes: bool = False

    def ome(self, attributes: JsonObject) -> JsonObject:
        """What the specification is about in the attributes of a group."""
        # Early writers of Zarr 3 left the key out.
        ome = attributes.get("ome") if self.storage.zarr_format > 2 else None  # noqa: PLR2004
        return ome if isinstance(ome, dict) else attributes

    def pointer(self, attributes: JsonObject) -> str:
        """The JSON pointer, in the document of a group, of what `ome` finds."""
        ome = self.ome(attributes)
        return self.storage.pointer + ("/ome" if ome is not attributes else "")
