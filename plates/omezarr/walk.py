"""The way through a store: which documents are wanted, and what follows from each that arrives.

No input or output here: a driver fetches what the walk wants and hands it over, in any order.
"""

import hashlib
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from plates.omezarr.documents import (
    ArrayDocument,
    ListedField,
    MultiscaleDocument,
    PlateDocument,
)
from plates.omezarr.errors import StoreError
from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonObject,
    JsonValue,
    decode_document,
    list_of,
    object_of,
)
from plates.omezarr.parsing import parse_plate, parse_well, safe_names, version_text
from plates.omezarr.parsing_images import ImageParser
from plates.omezarr.roots import OpenedRoot, Outcome
from plates.omezarr.snapshots import Problem

OnDocument: TypeAlias = Callable[[str, JsonValue], None]

MAX_FIELDS: Final = 1_000_000
MAX_PROBLEMS: Final = 10_000
_MAX_KNOWN_ARRAYS: Final = 4_096
_LABELS: Final = "labels"
_TABLES: Final = "tables"


class Depth(IntEnum):
    """How far down a store is read; each depth holds those before it."""

    PLATE = 1
    WELLS = 2
    FIELDS = 3
    ARRAYS = 4
    LABELS = 5


class ImageNode:
    """An image whose documents are still arriving."""

    __slots__ = ("arrays", "document", "labels", "listed", "path", "tables")

    def __init__(self, path: str, listed: ListedField) -> None:
        self.path = path
        self.listed = listed
        self.document: MultiscaleDocument | None = None
        self.arrays: list[ArrayDocument | None] = []
        self.labels: tuple[str, ...] = ()
        self.tables: tuple[str, ...] = ()


class WellNode:
    """A well whose documents are still arriving."""

    __slots__ = ("fields", "path", "present")

    def __init__(self, path: str) -> None:
        self.path = path
        self.present = False
        self.fields: list[ImageNode] = []


class Want(msgspec.Struct, gc=False):
    """A document that the walk asks for, and what it is for.

    `take` is the method of the walk that takes it up, unbound, so that no cycle arises.
    `required` says that another document promised it; `place` is the number of a level.
    """

    path: str
    node: WellNode | ImageNode
    take: "Callable[[Walk, Want, bytes], None]"
    place: int = 0
    required: bool = True


class Walk:
    """One way through a store, from its opened root down to a depth.

    Take a want from `wants`, fetch its document, and tell `arrived` what came of it, until
    nothing is wanted and nothing under way. `done` and `known` count documents.
    """

    def __init__(
        self, root: OpenedRoot, *, depth: Depth, on_document: OnDocument | None = None
    ) -> None:
        self.root = root
        self.wants: deque[Want] = deque()
        self.done = 1
        self.known = 1
        self.refused: StoreError | None = None
        self.plate: PlateDocument | None = None
        self.wells: list[WellNode] = []
        self.images: list[ImageNode] = []
        self.problems: list[Problem] = []
        self.digests: list[tuple[str, bytes]] = []
        self._dialect = root.dialect
        self._depth = depth
        self._on_document = on_document
        self._fields = 0
        self._parser = ImageParser()
        self._arrays: dict[bytes, ArrayDocument] = {}
        self._enter(root)

    def _enter(self, root: OpenedRoot) -> None:
        digest = hashlib.sha256(root.content).digest()
        self.digests.append((root.dialect.group, digest))
        if self._on_document is not None:
            self._on_document(root.dialect.group, root.document)
        if root.kind == "plate":
            self._enter_plate(root)
            return
        image = ImageNode("", ListedField(""))
        self.images.append(image)
        self._enter_image(image, root.document, root.dialect.group)

    def arrived(self, want: Want, outcome: Outcome) -> None:
        """Take up what came of a want: its bytes, None, or the error that concerns it alone."""
        self.done += 1
        if isinstance(outcome, bytes):
            self.digests.append((want.path, hashlib.sha256(outcome).digest()))
            want.take(self, want, outcome)
        elif outcome is not None and want.required:
            self.refused = outcome
            self.complain(want.node.path, want.path, str(outcome))

    def complain(self, node: str, path: str, message: str) -> None:
        """Note a problem, unless there are far too many already."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(node, path, message))

    def _want(self, wants: list[Want]) -> None:
        self.wants.extend(wants)
        self.known += len(wants)

    def _document(self, want: Want, content: bytes) -> JsonObject | None:
        try:
            document = decode_document(content)
        except JsonFault as fault:
            self._complain_of(want, f"cannot be read: {fault}")
            return None
        if self._on_document is not None:
            self._on_document(want.path, document)
        if isinstance(document, dict):
            return document
        self._complain_of(want, "cannot be read: it is no JSON object")
        return None

    def _complain_of(self, want: Want, fault: str) -> None:
        shown = self.root.url.child(want.path)
        self.complain(want.node.path, want.path, f"{shown} {fault}.")

    def _enter_plate(self, root: OpenedRoot) -> None:
        plate = self.plate = parse_plate(object_of(root.ome["plate"]), version=root.version)
        for fault in plate.faults:
            self.complain("", root.dialect.group, fault)
        self.wells = [WellNode(listed.path) for listed in plate.wells]
        if self._depth >= Depth.WELLS:
            group, take = root.dialect.group, Walk._take_well
            self._want([Want(f"{well.path}/{group}", well, take) for well in self.wells])

    def _take_well(self, want: Want, content: bytes) -> None:
        well, document = want.node, self._document(want, content)
        if document is None or not isinstance(well, WellNode):
            return
        ome = self._dialect.ome(self._dialect.attributes(document))
        description = ome.get("well")
        if not isinstance(description, dict):
            self._complain_of(want, "says nothing of a well (key well)")
            return
        parsed = parse_well(description, version=version_text(description.get("version")))
        well.present = True
        for fault in parsed.faults:
            self._complain_of(want, f"has a fault: {fault.removesuffix('.')}")
        self._enter_fields(want, well, parsed.images)

    def _enter_fields(self, want: Want, well: WellNode, listed: tuple[ListedField, ...]) -> None:
        allowed = MAX_FIELDS - self._fields
        if len(listed) > allowed:
            self._complain_of(
                want, f"brings the plate above {MAX_FIELDS:,} fields; not all were read"
            )
            listed = listed[:allowed]
        self._fields += len(listed)
        well.fields = [ImageNode(f"{well.path}/{field.path}", field) for field in listed]
        if self._depth >= Depth.FIELDS:
            group, take = self._dialect.group, Walk._take_field
            self._want([Want(f"{node.path}/{group}", node, take) for node in well.fields])

    def _take_field(self, want: Want, content: bytes) -> None:
        document = self._document(want, content)
        if document is not None and isinstance(want.node, ImageNode):
            self._enter_image(want.node, document, want.path)

    def _enter_image(self, node: ImageNode, document: JsonObject, path: str) -> None:
        ome = self._dialect.ome(self._dialect.attributes(document))
        multiscales = list_of(ome.get("multiscales"))
        if not multiscales or not isinstance(multiscales[0], dict):
            shown = self.root.url.child(path)
            self.complain(node.path, path, f"{shown} describes no image (key multiscales).")
            return
        omero = object_of(ome.get("omero"))
        image = node.document = self._parser.multiscale(multiscales[0], omero)
        for fault in image.faults:
            self.complain(node.path, path, f"{self.root.url.child(path)} has a fault: {fault}")
        node.arrays = [None] * len(image.levels)
        self._want_below(node, image)

    def _want_below(self, node: ImageNode, image: MultiscaleDocument) -> None:
        base = f"{node.path}/" if node.path else ""
        wants: list[Want] = []
        if self._depth >= Depth.ARRAYS:
            name, take = self._dialect.array, Walk._take_array
            for place, level in enumerate(image.levels):
                wants.append(Want(f"{base}{level.path}/{name}", node, take, place))
        if self._depth >= Depth.LABELS:
            name = self._dialect.group
            for folder, taking in _LISTS:
                wants.append(Want(f"{base}{folder}/{name}", node, taking, required=False))
        self._want(wants)

    def _take_array(self, want: Want, content: bytes) -> None:
        if not isinstance(want.node, ImageNode):
            return
        # The arrays of a plate are mostly alike, byte for byte.
        array = None if self._on_document is not None else self._arrays.get(content)
        if array is None:
            document = self._document(want, content)
            if document is None:
                return
            if document.get("node_type", "array") != "array":
                self._complain_of(want, "is listed as a level, but it is no array")
                return
            array = self._parser.array(document, self._dialect)
            if len(self._arrays) < _MAX_KNOWN_ARRAYS:
                self._arrays[content] = array
        want.node.arrays[want.place] = array

    def _take_labels(self, want: Want, content: bytes) -> None:
        if isinstance(want.node, ImageNode):
            want.node.labels = self._names(want, content, _LABELS)

    def _take_tables(self, want: Want, content: bytes) -> None:
        if isinstance(want.node, ImageNode):
            want.node.tables = self._names(want, content, _TABLES)

    def _names(self, want: Want, content: bytes, key: str) -> tuple[str, ...]:
        document = self._document(want, content)
        if document is None:
            return ()
        attributes = self._dialect.attributes(document)
        return safe_names(self._dialect.ome(attributes).get(key) or attributes.get(key))


_LISTS: Final = ((_LABELS, Walk._take_labels), (_TABLES, Walk._take_tables))  # noqa: SLF001 - ours
