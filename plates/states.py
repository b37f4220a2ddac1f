"""The words for what a store is and how it fares; one table each, used everywhere."""

from enum import StrEnum
from typing import Final


class StoreKind(StrEnum):
    """What an OME-Zarr hierarchy holds."""

    UNKNOWN = ""
    PLATE = "plate"
    IMAGE = "image"
    COLLECTION = "collection"
    """Images side by side, as bioformats2raw writes them."""
    SCENE = "scene"
    """Images placed against each other, from 0.6 on."""
    WELL = "well"
    LABELS = "labels"
    TABLES = "tables"
    ZARR = "zarr"
    """Zarr that says nothing of images."""


class Reach(StrEnum):
    """Whether a store could be opened the last time that somebody tried."""

    UNKNOWN = ""
    OK = "ok"
    UNREACHABLE = "unreachable"


class Verdict(StrEnum):
    """What is known of a store's soundness."""

    UNCHECKED = "unchecked"
    VALID = "valid"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


class CarrierKind(StrEnum):
    """What holds subjects at numbered positions."""

    PLATE = "plate"
    IMAGES = "images"


class Strength(StrEnum):
    """What a look for changes rests on."""

    ROOT = "root"
    """The document of the root alone: says nothing of what lies below it."""
    CONSOLIDATED = "consolidated"
    """The copies of all documents as well, where the store has them; else the root alone."""
    DOCUMENTS = "documents"
    """All documents: their signs on a disk, the documents themselves elsewhere."""
    LISTING = "listing"
    """What a listing of the store tells of its documents, new ones too; none is opened."""
    INVENTORY = "inventory"
    """What an inventory tells of its documents: nothing is asked of the store."""


OF_DOCUMENTS: Final = frozenset({Strength.DOCUMENTS, Strength.LISTING, Strength.INVENTORY})
"""Those by which each document is judged for itself, whatever consolidated metadata says."""


class Origin(StrEnum):
    """Where the objects of a store were told of when its chunks were counted."""

    LISTING = "listing"
    """Its storage was asked."""
    INVENTORY = "inventory"
    """A file names all objects of the storage."""


class Completion(StrEnum):
    """How much of what a store declares is there."""

    WHOLE = "whole"
    ARRIVING = "arriving"
    """Something is missing, and the newest object was very young when it was counted."""
    LACKING = "lacking"
    """Something is missing, rightly or not: chunks that are empty may be left out."""
    UNCOUNTED = "uncounted"
    """Nobody has counted yet."""


class PlateMapState(StrEnum):
    """Where the import of a plate map stands."""

    UPLOADED = "uploaded"
    """Its files are kept; a dry run has not ended yet."""
    CHECKED = "checked"
    """A dry run said what it would do."""
    APPLIED = "applied"
    UNDONE = "undone"
    REFUSED = "refused"
    """It cannot be taken; `refusal` says why."""


class MatchedBy(StrEnum):
    """By what the spelling of a plate map was found to mean a plate."""

    NOTHING = ""
    PERSON = "person"
    """Somebody said so in the mapping."""
    ALIAS = "alias"
    NAME = "name"
    BARCODE = "barcode"
    STORE = "store"
    CASE = "case"
    """The same letters in another case."""
    SPELLING = "spelling"
    """The same letters and digits between other separators."""
    PREFIX = "prefix"
    """The one plate whose name starts with it, or that starts it, up to a separator."""


class IndexPart(StrEnum):
    """What search rests on, each derived from rows that are the truth."""

    LAYER = "layer"
    """That a carrier has a layer, or which scope that is found in."""
    MASK = "mask"
    """Where a layer has a term."""
    KEY_MASK = "key mask"
    """Where a layer has any term of a key."""
    DECADE_MASK = "decade mask"
    """Where a layer has numbers of a key within one decade."""
    QUANTITY = "quantity"
    """A number of a layer at a position."""
    CONSTANT = "constant"
    """A term that a whole carrier has."""
    READOUT = "readout"
    """The numbers of a key on a carrier."""
    SUFFICIENT_LAYER = "sufficient layer"
    """That a layer alone tells all that a plate has of its keys."""
    OCCUPIED = "occupied"
    """The positions at which a carrier has wells or images."""
    FIELD_MASK = "field mask"
    """Where a carrier has fields or images of a layout."""
    UNUSED_LAYER = "unused layer"
    """A layer, or what is left of one, that no carrier has."""
    COUNT = "count"
    """How many subjects of a scope have a term."""
    OVERLAP = "overlap"
    """How often the subjects of a scope have more terms of a key than one."""
