"""The way through a store: which documents are wanted, and what follows from each that arrives.

No input or output here: a driver fetches what the walk wants and hands it over, in any order.
"""

import hashlib
from collections import deque
from typing import Final

from plates.omezarr.depth import Depth
from plates.omezarr.documents import ArrayDocument, PlateDocument
from plates.omezarr.errors import StoreError
from plates.omezarr.inspector import Inspector
from plates.omezarr.jsonvalues import JsonFault, JsonObject, decode_document
from plates.omezarr.nodes import ImageNode, Want, WellNode
from plates.omezarr.parsing_images import ImageParser
from plates.omezarr.roots import OpenedRoot, Outcome
from plates.omezarr.seen import Presence, XmlSeen
from plates.omezarr.snapshots import Problem
from plates.omezarr.spelling import SMALL, CutList, cut_long_lists

MAX_PROBLEMS: Final = 10_000
_MAX_KNOWN_ARRAYS: Final = 4_096


class Collection:
    """What a bioformats2raw collection says of its images, while its documents arrive."""

    __slots__ = ("pointer", "probed", "series", "xml")

    def __init__(self) -> None:
        self.series: tuple[str, ...] | None = None
        self.pointer = ""
        """Where, in the document of the OME group, its attributes lie."""
        self.probed: list[str] = []
        self.xml: XmlSeen | None = None


class Sampled:
    """How the chunks fared that were asked for.

    `absent` ones are legal; those with a codec in `unknown` were had and `undecided`.
    """

    __slots__ = ("absent", "asked", "broken", "decoded", "undecided", "unknown")

    def __init__(self) -> None:
        self.asked = 0
        self.absent = 0
        self.decoded = 0
        self.broken = 0
        self.undecided = 0
        self.unknown: set[str] = set()

    @property
    def refused(self) -> int:
        """How many the storage did not give."""
        told = self.absent + self.decoded + self.broken + self.undecided
        return max(0, self.asked - told)


class Walk:
    """One way through a store, from its opened root down to a depth.

    Take a want from `wants`, fetch its document, and tell `arrived` what came of it, until
    nothing is wanted and nothing under way. `done` and `known` count documents.
    """

    def __init__(
        self,
        root: OpenedRoot,
        *,
        depth: Depth,
        inspector: Inspector | None = None,
        lists: bool = False,
    ) -> None:
        self.root = root
        self.dialect = root.dialect
        self.storage = root.storage
        self.depth = depth
        self.inspector = inspector
        self.lists = lists and inspector is not None
        """Whether folders can be listed, and somebody wants to know what lies in them."""
        self.compares = False
        """Whether each document has to be seen, since there are copies to hold against it."""
        self.copied = False
        """Whether all documents are as the copies in consolidated metadata say."""
        self.beside: bytes | None = None
        """The consolidated metadata of Zarr 2, if there is any."""
        self.wants: deque[Want] = deque()
        self.done = 1
        self.known = 1
        self.read = 1
        """How many documents were there."""
        self.hidden = 0
        """How many documents that nothing promised were not shown."""
        self.pages = 0
        """How often a web server answered with a page for a document that it does not have."""
        self.refused: StoreError | None = None
        self.plate: PlateDocument | None = None
        self.wells: list[WellNode] = []
        self.images: list[ImageNode] = []
        self.problems: list[Problem] = []
        self.digests_content = True
        """Whether somebody wants to know if anything has changed since."""
        self.digests = [(root.path, hashlib.sha256(root.content).digest())]
        self.fields = 0
        self.rows: set[str] = set()
        self.listing: dict[str, tuple[str, ...]] = {}
        """The folders in the folders that were listed."""
        self.groups: set[str] = set()
        """Folders that no document names and that were seen to be groups."""
        self.collection: Collection | None = None
        self.sampled = Sampled()
        self.parser = ImageParser()
        self.known_arrays: dict[bytes, ArrayDocument] = {}

    def arrived(self, want: Want, outcome: Outcome) -> None:
        """Take up what came of a want: its bytes, None, or the error that concerns it alone."""
        self.done += 1
        if isinstance(outcome, bytes) and self._is_stopgap(want, outcome):
            self.pages += 1
            outcome = None
        if isinstance(outcome, tuple):
            self.listing[want.path] = outcome
            want.take(self, want, b"")
        elif isinstance(outcome, bytes):
            self.read += want.counted
            if self.digests_content and not want.aside:
                self.digests.append((want.path, hashlib.sha256(outcome).digest()))
            want.take(self, want, outcome)
        elif outcome is None:
            if self.compares and self.inspector is not None:
                self.inspector.missed(want)
            if want.miss is not None:
                want.miss(self, want)
        elif want.required:
            self._refuse(want, outcome)
        else:
            self._do_without(want)
        node = want.node
        if isinstance(node, ImageNode):
            self.release(node)

    def _do_without(self, want: Want) -> None:
        """Go on without a document that nothing promised: storage may hide so what is not there."""
        if want.counted:
            self.hidden += 1
            if want.miss is not None:
                want.miss(self, want)

    def _is_stopgap(self, want: Want, content: bytes) -> bool:
        """Whether a web server answered with a page, or nothing, for what it does not have."""
        if (
            want.required
            or not want.counted
            or self.root.url.is_local
            or want.path.endswith(".xml")
        ):
            return False
        start = content[:100].lstrip()
        return not start or start.startswith(b"<")

    def _refuse(self, want: Want, error: StoreError) -> None:
        self.refused = error
        self.complain(want.node.path, want.path, str(error))
        if self.inspector is not None:
            self.inspector.node(want, Presence.REFUSED, reason=str(error))

    def release(self, image: ImageNode) -> None:
        """One want of an image has been dealt with; after the last one the image is whole."""
        image.pending -= 1
        if image.pending:
            return
        if self.inspector is not None:
            self.inspector.image(image)
        for label in image.label_nodes:
            label.attributes = None
        if image.parent is None:
            image.attributes = None
        else:  # a label is looked at once more, beside its image
            self.release(image.parent)

    def complain(self, node: str, path: str, message: str) -> None:
        """Note a problem, unless there are far too many already."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(node, path, message))

    def complain_of(self, want: Want, fault: str) -> None:
        """Note a problem with a document."""
        self.complain(want.node.path, want.path, f"{self.root.url.child(want.path)} {fault}.")

    def want(self, wants: list[Want], *, soon: bool = False) -> None:
        """Ask for documents: before all others if `soon`, so that little has to be kept in mind."""
        if soon:
            self.wants.extendleft(reversed(wants))
        else:
            self.wants.extend(wants)
        self.known += len(wants)
        for want in wants:
            if isinstance(want.node, ImageNode):
                want.node.pending += 1

    def document(self, want: Want, content: bytes) -> JsonObject | None:
        """The object that a document holds; None, with a problem noted, if it holds none."""
        try:
            document = decode_document(content)
        except JsonFault as fault:
            self._malformed(want, str(fault))
            return None
        if isinstance(document, dict):
            if len(content) > SMALL:
                self.tell_cut(want, cut_long_lists(document))
            if self.inspector is not None:
                self.inspector.met(want, content, document)
            return document
        self._malformed(want, "it is no JSON object")
        return None

    def go_astray(self, want: Want, attributes: JsonObject) -> None:
        """Note that a group names paths that were not followed."""
        if self.inspector is not None:
            self.inspector.astray(want, attributes)

    def tell_cut(self, want: Want, lists: list[CutList]) -> None:
        """Note that lists of a document were too long to be read whole."""
        for cut in lists:
            message = f"lists {cut.length:,} members at {cut.pointer}; {cut.kept:,} were read"
            self.complain_of(want, message)
        if lists and self.inspector is not None:
            self.inspector.cut(want, lists)

    def _malformed(self, want: Want, reason: str) -> None:
        self.complain_of(want, f"cannot be read: {reason}")
        if self.inspector is not None:
            self.inspector.node(want, Presence.MALFORMED, reason=reason)

    def know(self, content: bytes, array: ArrayDocument) -> None:
        """Remember the array that a document describes, unless its copy has to be compared."""
        if len(self.known_arrays) < _MAX_KNOWN_ARRAYS and not self.compares:
            self.known_arrays[content] = array

    def attributes(self, want: Want, content: bytes) -> JsonObject | None:
        """The attributes of the group that a document describes; None if it describes none."""
        document = self.document(want, content)
        if document is not None and document.get("node_type") == "array":
            self.complain_of(want, "describes an array where a group has to be")
            if self.inspector is not None:
                self.inspector.node(want, Presence.OTHER_KIND)
            return None
        return None if document is None else self.storage.attributes(document)
