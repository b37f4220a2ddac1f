"""An inspection: the rules, asked of each part of a store as a walk meets it."""

from collections.abc import Iterable
from typing import Final, TypeVar

from plates.omezarr.collecting import Collected
from plates.omezarr.consolidated import Copies
from plates.omezarr.copied_nodes import copied_nodes
from plates.omezarr.findings import Fault
from plates.omezarr.inspecting_images import ImageInspection
from plates.omezarr.inspecting_structure import StructureInspection
from plates.omezarr.jsonvalues import JsonFault, JsonObject, object_of
from plates.omezarr.levels import levels_of
from plates.omezarr.nodes import ImageNode, Want
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.rules.acquisition import acquisitions
from plates.omezarr.rules.chunks import ChunkSeen, chunks
from plates.omezarr.rules.collection import collections
from plates.omezarr.rules.documents import DocumentSeen, documents, zarr_of
from plates.omezarr.rules.fields import fields
from plates.omezarr.rules.label import label_groups
from plates.omezarr.rules.listing import listings
from plates.omezarr.rules.paths import PathsSeen, paths
from plates.omezarr.rules.plain import RootSeen, roots
from plates.omezarr.rules.plate import plates
from plates.omezarr.rules.presence import nodes
from plates.omezarr.rules.rule import Policy, RuleBook
from plates.omezarr.rules.versions import store_versions
from plates.omezarr.rules.well import wells
from plates.omezarr.rules.zarr import consolidations
from plates.omezarr.seen import (
    CollectionSeen,
    ConsolidatedSeen,
    NodeSeen,
    PlateListing,
    PlateSeen,
    Presence,
    Role,
    VersionsSeen,
    WellSeen,
)
from plates.omezarr.seen_fields import FieldsSeen
from plates.omezarr.seen_images import LabelListSeen
from plates.omezarr.spelling import CutList, Spelling, spelling_of
from plates.omezarr.versions.known import declared_versions
from plates.omezarr.visit_collection import FOLDER, LAYOUT, XML
from plates.omezarr.visit_image import LABELS
from plates.omezarr.walk import Walk
from plates.states import StoreKind

Seen = TypeVar("Seen")

MAX_VERSIONS: Final = 1_000


class Inspection:
    """Looks at one store under a policy; what it found is in `collected`.

    `refused` counts the nodes whose documents could not be had.
    """

    def __init__(self, policy: Policy = Policy.SPEC) -> None:
        self.policy = policy
        self.collected = Collected({})
        self.refused = 0
        self.is_cut = False
        """Whether something was left out because there is too much of it."""
        self._copies: Copies | None = None
        self._versions: list[tuple[str, str]] = []

    def begin(self, root: OpenedRoot) -> None:
        """Look at the root."""
        self._root = root
        self._version = root.dialect.version
        self.collected = Collected(levels_of(root.version, self.policy))
        self._images = ImageInspection(root, self.collected)
        self._plate = PlateSeen(self._version, object_of(root.ome.get("plate")))
        self._structure = StructureInspection(root, self.collected)
        own = root.content.replace(root.copies, b"{}", 1) if root.copies else root.content
        self._spelling(own, root.document, node="", path=root.path)
        self._ask_of_text(DocumentSeen(zarr=zarr_of(root.path, root.document)), "", root.path)
        self._ask(roots, RootSeen(root.remark), node="", document=root.path)
        self._structure.look("", root.path, root.attributes)
        self._note_version(root.path, root.ome)
        seen = NodeSeen(
            root.version,
            Role.ROOT,
            "",
            Presence.THERE,
            zarr_format=root.storage.zarr_format,
        )
        self._ask(nodes, seen, node="", document=root.path)
        base = root.dialect.pointer(root.attributes)
        if root.kind is StoreKind.PLATE:
            for book in (plates, acquisitions):
                at = f"{base}/plate"
                self._ask(book, self._plate, node="", document=root.path, base=at)

    def group(self, want: Want, attributes: JsonObject) -> None:
        """Look at a group that says something of its role."""
        if self._images.recognises(want, attributes):
            return
        before = self.collected.told
        self._structure.look(want.folder, want.path, attributes)
        ome = self._root.dialect.ome(attributes)
        self._note_version(want.path, ome)
        if want.role is Role.WELL:
            seen = WellSeen(self._version, want.folder, object_of(ome.get("well")), self._plate)
            base = f"{self._root.dialect.pointer(attributes)}/well"
            self._ask(wells, seen, node=want.folder, document=want.path, base=base)
            return
        if want.role is Role.LABELS and LABELS in ome:
            base = f"{self._root.dialect.pointer(attributes)}/{LABELS}"
            listed = LabelListSeen(ome[LABELS])
            self._ask(label_groups, listed, node=want.folder, document=want.path, base=base)
        if self.collected.told == before:
            self._images.learn(want, attributes)

    def image(self, image: ImageNode) -> None:
        """Look at an image or label of which everything has arrived."""
        self._images.look(image)

    def node(self, want: Want, presence: Presence, *, reason: str = "") -> None:
        """Look at a group or array that is not as it should be."""
        if presence is Presence.REFUSED:
            self.refused += 1
        other = 5 - self._root.storage.zarr_format
        seen = NodeSeen(
            self._root.version,
            want.role,
            want.folder,
            presence,
            named_by=want.pointer,
            reason=reason,
            twin=presence is Presence.THERE and want.role is Role.ROOT,
            zarr_format=other if presence is Presence.OTHER_FORMAT else 0,
        )
        for rule in nodes.rules:
            for fault in rule.check(seen):
                named = bool(fault.pointer) and fault.pointer == want.pointer
                self.collected.add(
                    rule.id,
                    fault,
                    node=want.folder,
                    document=want.named_in if named else want.path,
                    pointer=fault.pointer,
                )

    def met(self, want: Want, content: bytes, document: JsonObject) -> None:
        """Look at how a document is spelt, and hold it against its copy."""
        self._spelling(content, document, node=want.folder, path=want.path)
        self._ask_of_text(DocumentSeen(zarr=zarr_of(want.path, document)), want.folder, want.path)
        if self._copies is not None:
            self._copies.met(want.path, document)

    def astray(self, want: Want, attributes: JsonObject) -> None:
        """Tell which paths of a group do not lead down from it."""
        seen = PathsSeen(self._root.dialect.ome(attributes))
        base = self._root.dialect.pointer(attributes)
        self._ask(paths, seen, node=want.folder, document=want.path, base=base)

    def cut(self, want: Want, lists: list[CutList]) -> None:
        """Tell of lists that are too long to be looked at whole."""
        self.is_cut = True
        seen = DocumentSeen(cut=tuple(lists))
        self._ask(documents, seen, node=want.folder, document=want.path)

    def _ask_of_text(self, seen: DocumentSeen, node: str, path: str) -> None:
        if seen.zarr:
            self._ask(documents, seen, node=node, document=path)

    def _spelling(self, content: bytes, document: JsonObject, *, node: str, path: str) -> None:
        spelling = spelling_of(content, document)
        if spelling.is_odd:
            self._ask(documents, DocumentSeen(spelling), node=node, document=path)

    def missed(self, want: Want) -> None:
        """A document is not there; there may be a copy of it."""
        if self._copies is not None:
            self._copies.missed(want.path)

    def copies(self, document: str, written: bytes) -> bool:
        """Take up the copies of all documents, if there are any; say what keeps them from it."""
        try:
            nodes = copied_nodes(written) if written else None
        except JsonFault as fault:
            seen = ConsolidatedSeen(self._version, document, fault=str(fault))
            self._ask(consolidations, seen, node="", document=document)
            return False
        if nodes is None:
            return False
        self._copies = Copies(document, nodes, self._root.storage.zarr_format)
        repeated = Spelling(repeated=self._copies.repeated_keys())
        self._ask(documents, DocumentSeen(repeated), node="", document=document)
        self._copies.met(self._root.path, self._root.document)
        return True

    def chunk(self, want: Want, message: str, expected: str, found: str) -> None:
        """Tell of a chunk that is not as its array says."""
        seen = ChunkSeen(message, expected, found)
        self._ask(chunks, seen, node=want.node.path, document=want.path)

    def unmet_copies(self) -> list[str]:
        """The documents of nodes that were copied and that nobody has asked for."""
        return [] if self._copies is None else self._copies.unmet()

    def finish(self, walk: Walk) -> None:
        """Look at what only shows when everything has arrived."""
        root = walk.root
        base = root.dialect.pointer(root.attributes)
        known = (*self._versions,)
        seen = VersionsSeen(root.declared, root.version, root.storage.zarr_format, known)
        self._ask_of_versions(seen)
        if root.kind is StoreKind.PLATE:
            looks = FieldsSeen(self._version, tuple(self._images.fields))
            self._ask(fields, looks, node="", document=root.path)
            if "" in walk.listing:
                self._ask_of_folders(walk, base)
        if walk.collection is not None:
            self._ask_of_collection(walk, base)
        if self._copies is not None:
            walk.copied = self._copies.agree
            copies = self._copies.seen(self._version)
            self._ask(consolidations, copies, node="", document=copies.document)

    def _ask_of_versions(self, seen: VersionsSeen) -> None:
        for rule in store_versions.rules:
            for fault in rule.check(seen):
                document = f"{fault.node}/{self._root.path}".lstrip("/")
                self.collected.add(
                    rule.id, fault, node=fault.node, document=document, pointer=fault.pointer
                )

    def _ask_of_folders(self, walk: Walk, base: str) -> None:
        rows = {row: names for row, names in walk.listing.items() if row}
        seen = PlateListing(self._plate, rows, frozenset(walk.groups | walk.rows))
        at = f"{base}/plate"
        self._ask(listings, seen, node="", document=walk.root.path, base=at)

    def _ask_of_collection(self, walk: Walk, base: str) -> None:
        collection = walk.collection
        if collection is None:
            return
        seen = CollectionSeen(
            self._version,
            walk.root.ome.get(LAYOUT),
            walk.root.kind is StoreKind.PLATE,
            collection.series,
            tuple(collection.probed),
            frozenset(image.path for image in walk.images if image.members),
            collection.xml,
        )
        for rule in collections.rules:
            for fault in rule.check(seen):
                document, pointer = walk.root.path, base
                if fault.node == FOLDER:
                    document = f"{FOLDER}/{walk.storage.group}" if fault.pointer else XML
                    pointer = collection.pointer if fault.pointer else ""
                self._tell(rule.id, [fault], node="", document=document, base=pointer)

    def _note_version(self, document: str, ome: JsonObject) -> None:
        for version in declared_versions(ome):
            differs = version != self._root.declared or document == self._root.path
            if differs and len(self._versions) < MAX_VERSIONS:
                self._versions.append((document, version))

    def _ask(
        self, book: RuleBook[Seen], seen: Seen, *, node: str, document: str, base: str = ""
    ) -> None:
        for rule in book.rules:
            self._tell(rule.id, rule.check(seen), node=node, document=document, base=base)

    def _tell(
        self, rule: str, faults: Iterable[Fault], *, node: str, document: str, base: str
    ) -> None:
        for fault in faults:
            place = "/".join(part for part in (node, fault.node) if part)
            pointer = base + fault.pointer
            self.collected.add(rule, fault, node=place, document=document, pointer=pointer)
