"""What a walk tells of a store on its way through it."""

from typing import Protocol

from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.nodes import ImageNode, Want
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.seen import Presence
from plates.omezarr.spelling import CutList


class Inspector(Protocol):
    """Who looks at the nodes of a store on the way through it. All paths are within the store."""

    def begin(self, root: OpenedRoot) -> None:
        """The root was read; nothing else yet."""

    def met(self, want: Want, content: bytes, document: JsonObject) -> None:
        """A document was read."""

    def astray(self, want: Want, attributes: JsonObject) -> None:
        """Not all paths that a group names could be followed."""

    def cut(self, want: Want, lists: list[CutList]) -> None:
        """A document that was read has lists that are too long; the rest of them is gone."""

    def missed(self, want: Want) -> None:
        """A document is not there."""

    def group(self, want: Want, attributes: JsonObject) -> None:
        """A group was read that says something of its role."""

    def node(self, want: Want, presence: Presence, *, reason: str = "") -> None:
        """A group or array is not as it should be."""

    def image(self, image: ImageNode) -> None:
        """All of an image or label has arrived, and of its labels."""

    def copies(self, document: str, written: bytes) -> bool:
        """The root holds consolidated metadata; whether documents are to be held against it."""

    def chunk(self, want: Want, message: str, expected: str, found: str) -> None:
        """A chunk is not as its array says."""

    def unmet_copies(self) -> list[str]:
        """The documents of nodes that were copied and that nobody has asked for."""
