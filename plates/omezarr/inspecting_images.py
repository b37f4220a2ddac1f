"""The rules about images, asked of each image; what was seen before is not asked again."""

from collections.abc import Hashable, Mapping
from typing import Final, TypeAlias, TypeVar

import msgspec

from plates.omezarr.collecting import Collected
from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of
from plates.omezarr.nodes import ImageNode, Member, Want
from plates.omezarr.outlines import outline_of_image, shortened
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.rules.axes import axes
from plates.omezarr.rules.image import multiscales
from plates.omezarr.rules.label import label_lists, labels
from plates.omezarr.rules.omero import omeros
from plates.omezarr.rules.pyramid import pyramids
from plates.omezarr.rules.rule import RuleBook
from plates.omezarr.rules.systems import systems
from plates.omezarr.rules.zarr import arrays
from plates.omezarr.seen import Role
from plates.omezarr.seen_fields import FieldLook
from plates.omezarr.seen_images import (
    ArraySeen,
    AxesSeen,
    LabelSeen,
    LabelsSeen,
    LevelSeen,
    MultiscaleSeen,
    OmeroSeen,
    PyramidSeen,
)
from plates.omezarr.versions.known import declared_versions

Seen = TypeVar("Seen")
Told: TypeAlias = tuple[tuple[str, Fault], ...]

MAX_KNOWN: Final = 4_096
_OF_ATTRIBUTES: Final = frozenset({"IMG-ARRAYDIMS-V03"})
"""Rules about the attributes of an array, which Zarr 2 keeps in a document of their own."""
_encode = msgspec.json.Encoder().encode


class ImageInspection:
    """Looks at the images of one store; `fields` is what the fields of a plate look like."""

    def __init__(self, root: OpenedRoot, collected: Collected) -> None:
        self.fields: list[FieldLook] = []
        self._root = root
        self._version = root.dialect.version
        self._collected = collected
        self._known: dict[Hashable, tuple[Told, object]] = {}
        self._sound: set[bytes] = set()
        """What the groups of images say whose structure has no fault."""
        self._faultless: set[bytes] = set()
        """Outlines of images whose text breaks no rule."""

    def recognises(self, want: Want, attributes: JsonObject) -> bool:
        """Whether a group is that of an image that says nothing but what was learnt to be sound."""
        image = want.node
        if not isinstance(image, ImageNode) or want.role is not image.role:
            return False
        ome = self._root.dialect.ome(attributes)
        image.outline = outline_of_image(ome, bare=ome is attributes)
        return _said(image, ome) in self._sound

    def learn(self, want: Want, attributes: JsonObject) -> None:
        """Remember a group that broke no rule, if it is that of an image."""
        image, ome = want.node, self._root.dialect.ome(attributes)
        if not isinstance(image, ImageNode) or want.role is not image.role:
            return
        # Which versions a store names is asked when all have been seen.
        if set(declared_versions(ome)) <= {self._root.declared}:
            _add(_said(image, ome), self._sound)

    def look(self, image: ImageNode) -> None:
        """Ask all rules about an image and the labels beside it."""
        if image.attributes is None:
            return
        dialect, group = self._root.dialect, self._root.storage.group
        ome, base = dialect.ome(image.attributes), dialect.pointer(image.attributes)
        document = f"{image.path}/{group}".lstrip("/")
        described = list_of(ome.get("multiscales"))
        is_known, before = image.outline in self._faultless, self._collected.told
        for member in image.members:
            place = _Place(image.path, document, f"{base}/multiscales/{member.number}")
            if not is_known or member.vanished:
                self._look_at_text(object_of(described[member.number]), member, place)
        if not is_known and self._collected.told == before:
            _add(image.outline, self._faultless)
        for member in image.members:
            place = _Place(image.path, document, f"{base}/multiscales/{member.number}")
            self._look_at_pyramid(member, place)
        self._look_at_omero(image, object_of(ome.get("omero")), document, f"{base}/omero")
        self._look_at_labels(image)
        if image.role is Role.FIELD:
            self.fields.append(_look_of(image))

    def _look_at_text(self, raw: JsonObject, member: Member, place: "_Place") -> None:
        """Ask the rules that look at nothing but the document."""
        for steps, value in _axes_of(raw):
            self._remembered(
                axes, ("axes", _key(value)), AxesSeen(self._version, value), place.below(steps)
            )
        seen = MultiscaleSeen(self._version, raw, len(member.document.axes), member.vanished)
        for book in (multiscales, systems):
            self._ask(book, seen, place)

    def _look_at_pyramid(self, member: Member, place: "_Place") -> None:
        names = tuple([axis.name for axis in member.document.axes])
        levels = member.document.levels
        pyramid = (names, tuple([(level.number, level.path, level.scale) for level in levels]))
        key = ("pyramid", *pyramid, *map(id, member.arrays))
        if key not in self._known:
            self._remember(pyramids, key, _pyramid(self._version, member, names), member.arrays)
        self._retell(key, place)
        self._look_at_arrays(member, names, place.node)

    def _look_at_arrays(self, member: Member, names: tuple[str, ...], node: str) -> None:
        name = self._root.storage.array
        for number, array in enumerate(member.arrays):
            if array is None:
                continue
            key = ("array", names, min(number, 1), id(array))
            if key not in self._known:
                seen = ArraySeen(self._version, array, names, number)
                self._remember(arrays, key, seen, array)
            if self._known[key][0]:
                path = f"{node}/{member.document.levels[number].path}".lstrip("/")
                for rule, fault in self._known[key][0]:
                    document = self._root.storage.group if rule in _OF_ATTRIBUTES else name
                    self._tell(rule, fault, _Place(path, f"{path}/{document}", ""))

    def _look_at_omero(
        self, image: ImageNode, omero: JsonObject, document: str, pointer: str
    ) -> None:
        if not omero or not image.members:
            return
        lengths = _lengths(image.members[0])
        key = ("omero", _key(omero), tuple(lengths.items()))
        if key not in self._known:
            self._remember(omeros, key, OmeroSeen(self._version, omero, lengths), None)
        self._retell(key, _Place(image.path, document, pointer))

    def _look_at_labels(self, image: ImageNode) -> None:
        group = self._root.storage.group
        if image.strays is not None:
            on_disk = (*image.labels, *image.strays)
            folder = f"{image.path}/labels".lstrip("/")
            base = self._root.storage.pointer + ("/ome" if self._root.storage.pointer else "")
            place = _Place(folder, f"{folder}/{group}", f"{base}/labels")
            self._ask(label_lists, LabelsSeen(self._version, image.labels, on_disk), place)
        described = [label for label in image.label_nodes if label.members]
        whole = self._pyramid_of(image) if described else None
        for label in described:
            self._look_at_label(label, whole)

    def _look_at_label(self, label: ImageNode, whole: PyramidSeen | None) -> None:
        dialect, group = self._root.dialect, self._root.storage.group
        attributes = label.attributes or {}
        described = object_of(dialect.ome(attributes).get("image-label"))
        seen = LabelSeen(
            self._version,
            label.path,
            described,
            self._pyramid_of(label),
            whole,
            label.source,
            label.between,
        )
        pointer = f"{dialect.pointer(attributes)}/image-label"
        self._ask(labels, seen, _Place(label.path, f"{label.path}/{group}", pointer))

    def _pyramid_of(self, image: ImageNode) -> PyramidSeen | None:
        if not image.members:
            return None
        member = image.members[0]
        names = tuple([axis.name for axis in member.document.axes])
        return _pyramid(self._version, member, names)

    def _remembered(self, book: RuleBook[Seen], key: Hashable, seen: Seen, place: "_Place") -> None:
        if key not in self._known:
            self._remember(book, key, seen, None)
        self._retell(key, place)

    def _remember(self, book: RuleBook[Seen], key: Hashable, seen: Seen, kept: object) -> None:
        """Keep what a book tells under a key, and what the key's identities stand for."""
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        rules = [rule for rule in book.rules if self._collected.counts(rule.id)]
        told = tuple([(rule.id, fault) for rule in rules for fault in rule.check(seen)])
        self._known[key] = (told, kept)

    def _retell(self, key: Hashable, place: "_Place") -> None:
        for rule, fault in self._known[key][0]:
            self._tell(rule, fault, place)

    def _ask(self, book: RuleBook[Seen], seen: Seen, place: "_Place") -> None:
        for rule in book.rules:
            if self._collected.counts(rule.id):
                for fault in rule.check(seen):
                    self._tell(rule.id, fault, place)

    def _tell(self, rule: str, fault: Fault, place: "_Place") -> None:
        node = "/".join(part for part in (place.node, fault.node) if part)
        self._collected.add(
            rule,
            fault,
            node=node,
            document=place.document,
            pointer=place.pointer + fault.pointer,
        )


class _Place(msgspec.Struct, frozen=True, gc=False):
    """Where a part lies: its node, the document that describes it, and the pointer there."""

    node: str
    document: str
    pointer: str

    def below(self, steps: str) -> "_Place":
        """The place some steps further down."""
        return _Place(self.node, self.document, self.pointer + steps)


def _axes_of(multiscale: JsonObject) -> list[tuple[str, JsonValue]]:
    """The lists of axes of a member of `multiscales`, each with the pointer to it."""
    found = [("/axes", multiscale["axes"])] if "axes" in multiscale else []
    for number, system in enumerate(list_of(multiscale.get("coordinateSystems"))):
        if isinstance(system, dict) and "axes" in system:
            found.append((f"/coordinateSystems/{number}/axes", system["axes"]))
    return found


def _said(image: ImageNode, ome: JsonObject) -> bytes | None:
    """What the group of an image says: its outline and its `omero`; None if there is no telling."""
    omero = _key(ome.get("omero"))
    if image.outline is None or not isinstance(omero, bytes):
        return None
    return image.outline + omero


def _add(key: bytes | None, known: set[bytes]) -> None:
    if key is None:
        return
    if len(known) >= MAX_KNOWN:
        known.clear()
    known.add(key)


def _key(value: JsonValue) -> Hashable:
    try:
        return shortened(_encode(value))
    except (OverflowError, RecursionError):
        return object()


def _pyramid(version: str, member: Member, names: tuple[str, ...]) -> PyramidSeen:
    levels = zip(member.document.levels, member.arrays, strict=True)
    return PyramidSeen(
        version,
        names,
        tuple([LevelSeen(level.number, level.path, array, level.scale) for level, array in levels]),
    )


def _lengths(member: Member) -> Mapping[str, int]:
    names = [axis.name for axis in member.document.axes]
    first = member.arrays[0] if member.arrays else None
    if first is None or len(first.shape) != len(names):
        return {}
    return dict(zip(names, first.shape, strict=True))


def _look_of(image: ImageNode) -> FieldLook:
    document = image.document
    if document is None:
        return FieldLook(image.path, image.listed.acquisition)
    first = image.arrays[0] if image.arrays else None
    return FieldLook(
        image.path,
        image.listed.acquisition,
        tuple([axis.name for axis in document.axes]),
        tuple([channel.label for channel in document.channels]),
        "" if first is None else first.dtype,
        len(document.levels),
    )
