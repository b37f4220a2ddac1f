"""What rules look at: each a part of a store as it was met, with all that its rules need to know.

Raw JSON where the sentence is about the document, parsed values where it is about the image.
Everything is hostile: a key may be absent, of any type, of any size.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from plates.omezarr.comparing import id_of, whole_of
from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import (
    JsonObject,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    text_of,
)


class Role(StrEnum):
    """What a node is in its store."""

    ROOT = "root"
    ROW = "row"
    WELL = "well"
    FIELD = "field"
    IMAGE = "image"
    LEVEL = "level"
    LABELS = "labels"
    LABEL = "label"
    TABLES = "tables"
    TABLE = "table"
    SERIES = "series"


class Presence(StrEnum):
    """What was found where a node should be."""

    THERE = "there"
    ABSENT = "absent"
    BARE = "bare"
    """A group that says nothing: without attributes, or without those of its role."""
    OTHER_KIND = "other kind"
    """A group where an array should be, or an array where a group should be."""
    OTHER_FORMAT = "other format"
    """A node of the other Zarr format than the root."""
    MALFORMED = "malformed"
    """A document that is no JSON object."""
    REFUSED = "refused"
    """The storage does not show it, or it is too large to be read."""


class NodeSeen(msgspec.Struct, frozen=True, gc=False):
    """A group or array that the store has to hold, and what was found there.

    `named_by` is the pointer, in the document above, that names it; `reason` says what is wrong
    with a malformed or refused document; `twin` that documents of both Zarr formats lie there.
    """

    version: str
    role: Role
    path: str
    presence: Presence
    named_by: str = ""
    reason: str = ""
    twin: bool = False
    zarr_format: int = 0


class PlateSeen(msgspec.Struct, frozen=True, dict=True):
    """The value of `plate`; pointers of its rules start there. Its wells share one."""

    version: str
    plate: JsonObject

    def rows(self) -> list[str | None]:
        """The name of each row, None where it has none."""
        return _names(self.plate.get("rows"))

    def columns(self) -> list[str | None]:
        """The name of each column, None where it has none."""
        return _names(self.plate.get("columns"))

    def wells(self) -> list[tuple[int, JsonObject]]:
        """The members of `wells` that are objects, each with its number in the list."""
        return _objects(self.plate.get("wells"))

    def acquisitions(self) -> list[tuple[int, JsonObject]]:
        """The members of `acquisitions` that are objects, each with its number in the list."""
        return _objects(self.plate.get("acquisitions"))

    @cached_property
    def most_fields(self) -> dict[int | str | None, int | None]:
        """The acquisitions by id, with the most fields that a well may have of each, if said.

        None stands for all whose id cannot be used.
        """
        return {
            id_of(acquisition.get("id")): whole_of(acquisition.get("maximumfieldcount"))
            for _, acquisition in self.acquisitions()
        }


class WellSeen(msgspec.Struct, frozen=True):
    """The value of `well` of one well, and its plate; pointers start at the value."""

    version: str
    path: str
    well: JsonObject
    plate: PlateSeen

    def images(self) -> list[tuple[int, JsonObject]]:
        """The members of `images` that are objects, each with its number in the list."""
        return _objects(self.well.get("images"))


class PlateListing(msgspec.Struct, frozen=True):
    """The folders below a plate that hold groups, from listings: row -> names of folders in it.

    Pointers start at `plate`.
    """

    plate: PlateSeen
    rows: Mapping[str, tuple[str, ...]]
    groups: frozenset[str]
    """Paths of those folders, `A` or `A/1`, that were seen to be Zarr groups."""


class AxesSeen(msgspec.Struct, frozen=True):
    """The list of axes of an image, as it is written; pointers start at the list."""

    version: str
    axes: JsonValue

    def described(self) -> list[tuple[int, JsonObject]]:
        """The axes that are objects (0.4 and later), each with its number in the list."""
        return _objects(self.axes)

    def names(self) -> list[str | None]:
        """The name of each axis, as written: bare in 0.3, under `name` later."""
        return [
            text_of(axis if isinstance(axis, str) else object_of(axis).get("name"))
            for axis in list_of(self.axes)
        ]


class MultiscaleSeen(msgspec.Struct, frozen=True):
    """One member of `multiscales`; pointers start there. `dimensions` is its number of axes.

    `vanished` are paths that transformations name (`path`) and where no array was found; empty
    where they were not looked for.
    """

    version: str
    multiscale: JsonObject
    dimensions: int
    vanished: frozenset[str] = frozenset()

    def datasets(self) -> list[tuple[int, JsonObject]]:
        """The members of `datasets` that are objects, each with its number in the list."""
        return _objects(self.multiscale.get("datasets"))


class LevelSeen(msgspec.Struct, frozen=True, gc=False):
    """One resolution: its number in `datasets`, its array (None if absent), its whole scale."""

    number: int
    path: str
    array: ArrayDocument | None
    scale: tuple[float, ...] = ()


class PyramidSeen(msgspec.Struct, frozen=True):
    """The levels of an image with their arrays; pointers start at its member of `multiscales`.

    `axes` are the names of the axes in lower case; for 0.1 and 0.2, which have no axes, t c z y x.
    """

    version: str
    axes: tuple[str, ...]
    levels: tuple[LevelSeen, ...]

    def length(self, axis: str) -> int | None:
        """How long the largest level is along an axis; None if that is not known."""
        first = self.levels[0].array if self.levels else None
        if first is None or axis not in self.axes or len(first.shape) != len(self.axes):
            return None
        return first.shape[self.axes.index(axis)]


class ArraySeen(msgspec.Struct, frozen=True):
    """The document of one array, and the names of the axes of its image; pointers start at it.

    `attributes` are those of the array: for Zarr 2, only read in 0.3.
    """

    version: str
    array: ArrayDocument
    axes: tuple[str, ...]
    level: int = 0
    """Which resolution of its image it is; 0 is the largest."""


class OmeroSeen(msgspec.Struct, frozen=True):
    """The value of `omero`, and the lengths of the image's axes by name; pointers start there."""

    version: str
    omero: JsonObject
    lengths: Mapping[str, int]

    def channels(self) -> list[tuple[int, JsonObject]]:
        """The members of `channels` that are objects, each with its number in the list."""
        return _objects(self.omero.get("channels"))


class LabelsSeen(msgspec.Struct, frozen=True):
    """The labels of an image: the names listed, and those on disk if they could be listed.

    Pointers start at the list `labels`.
    """

    version: str
    listed: tuple[str, ...]
    on_disk: tuple[str, ...] | None


class LabelSeen(msgspec.Struct, frozen=True):
    """One label image and the image that it belongs to; pointers start at `image-label`.

    `described` is the value of `image-label`, empty if there is none. `source` says whether the
    image that `source.image` names was found: None if it was not looked for. `between` are the
    groups between `labels` and the label that hold OME metadata.
    """

    version: str
    path: str
    described: JsonObject
    pyramid: PyramidSeen | None
    image: PyramidSeen | None
    source: bool | None = None
    between: tuple[str, ...] = ()

    def colors(self) -> list[tuple[int, JsonObject]]:
        """The members of `colors` that are objects, each with its number in the list."""
        return _objects(self.described.get("colors"))


class XmlSeen(msgspec.Struct, frozen=True):
    """What METADATA.ome.xml holds: its images in order, and what kind of metadata.

    `fault` says why it could not be read, as the end of a sentence; empty if it could.
    """

    images: tuple[str, ...] = ()
    metadata_only: bool = True
    fault: str = ""


class CollectionSeen(msgspec.Struct, frozen=True):
    """A bioformats2raw collection; pointers start at the attributes of the root.

    `series` is the list in the OME group, None if there is none; `present` are the images found,
    `probed` the paths that were asked for; `xml` is None if there is no METADATA.ome.xml.
    """

    version: str
    layout: JsonValue
    has_plate: bool
    series: tuple[str, ...] | None
    probed: tuple[str, ...]
    present: frozenset[str]
    xml: XmlSeen | None


class VersionsSeen(msgspec.Struct, frozen=True):
    """The versions that the documents of a store name: by the path of the document, in order.

    `declared` is the root's own, empty if it names none; `taken` the one it was read as; more
    than one for a document that contradicts itself.
    """

    declared: str
    taken: str
    zarr_format: int
    by_document: tuple[tuple[str, str], ...]


class ConsolidatedSeen(msgspec.Struct, frozen=True):
    """Consolidated metadata held against the documents of the nodes.

    `document` holds the copy; `differing` are documents whose copy says something else,
    `vanished` copies of documents that are not there, `unknown` documents that have no copy.
    `fault` says why it could not be read.
    """

    version: str
    document: str
    differing: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    fault: str = ""


def _objects(value: JsonValue) -> list[tuple[int, JsonObject]]:
    return [
        (number, member) for number, member in enumerate(list_of(value)) if isinstance(member, dict)
    ]


def _names(value: JsonValue) -> list[str | None]:
    return [text_of(object_of(member).get("name")) for member in list_of(value)]


def index_of(entry: JsonObject, key: str) -> int | None:
    """A whole number of an entry, None if it has none there."""
    return integer_of(entry.get(key))
