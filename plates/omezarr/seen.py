"""What rules look at: each a part of a store as it was met, with all that its rules need to know.

Raw JSON where the sentence is about the document, parsed values where it is about the image.
Everything is hostile: a key may be absent, of any type, of any size.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from plates.omezarr.comparing import id_of, whole_of
from plates.omezarr.jsonvalues import (
    JsonObject,
    JsonValue,
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
        return objects_of(self.plate.get("wells"))

    def acquisitions(self) -> list[tuple[int, JsonObject]]:
        """The members of `acquisitions` that are objects, each with its number in the list."""
        return objects_of(self.plate.get("acquisitions"))

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
        return objects_of(self.well.get("images"))


class PlateListing(msgspec.Struct, frozen=True):
    """The folders below a plate that hold groups, from listings: row -> names of folders in it.

    Pointers start at `plate`.
    """

    plate: PlateSeen
    rows: Mapping[str, tuple[str, ...]]
    groups: frozenset[str]
    """Paths of those folders, `A` or `A/1`, that were seen to be Zarr groups."""


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


def objects_of(value: JsonValue) -> list[tuple[int, JsonObject]]:
    """The members of a list that are objects, each with its number in the list."""
    return [
        (number, member) for number, member in enumerate(list_of(value)) if isinstance(member, dict)
    ]


def _names(value: JsonValue) -> list[str | None]:
    return [text_of(object_of(member).get("name")) for member in list_of(value)]
