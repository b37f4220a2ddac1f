"""The rules about images, asked of each image; what was seen before is not asked again."""

from collections.abc import Hashable, Mapping
from typing import Final, TypeAlias, TypeVar

import msgspec

from plates.omezarr.collecting import Collected
from plates.omezarr.findings import Fault
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of
from plates.omezarr.nodes import ImageNode, Member
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.rules.axes import axes
from plates.omezarr.rules.image import multiscales
from plates.omezarr.rules.label import label_lists, labels
from plates.omezarr.rules.omero import omeros
from plates.omezarr.rules.pyramid import pyramids
from plates.omezarr.rules.rule import RuleBook
from plates.omezarr.rules.systems import systems
from plates.omezarr.rules.zarr import arrays
from plates.omezarr.seen import (
    ArraySeen,
    AxesSeen,
    LabelSeen,
    LabelsSeen,
    LevelSeen,
    MultiscaleSeen,
    OmeroSeen,
    PyramidSeen,
    Role,
)
from plates.omezarr.seen_fields import FieldLook

Seen = TypeVar("Seen")
Told: TypeAlias = tuple[tuple[str, Fault], ...]

MAX_KNOWN: Final = 4_096
_encode = msgspec.json.Encoder().encode


class ImageInspection:
    """Looks at the images of one store; `fields` is what the fields of a plate look like."""

    def __init__(self, root: OpenedRoot, collected: Collected) -> None:
        self.fields: list[FieldLook] = []
        self._root = root
        self._version = root.dialect.version
        self._collected = collected
        self._known: dict[Hashable, tuple[Told, object]] = {}

    def look(self, image: ImageNode) -> None:
        """Ask all rules about an image and the labels beside it."""
        if image.attributes is None:
            return
        dialect, group = self._root.dialect, self._root.storage.group
        ome, base = dialect.ome(image.attributes), dialect.pointer(image.attributes)
        document = f"{image.path}/{group}".lstrip("/")
        described = list_of(ome.get("multiscales"))
        for member in image.members:
            raw = object_of(described[member.number])
            place = _Place(image.path, document, f"{base}/multiscales/{member.number}")
            self._look_at_member(raw, member, place)
        self._look_at_omero(image, object_of(ome.get("omero")), document, f"{base}/omero")
        self._look_at_labels(image)
        if image.role is Role.FIELD:
            self.fields.append(_look_of(image))

    def _look_at_member(self, raw: JsonObject, member: Member, place: "_Place") -> None:
        for steps, value in _axes_of(raw):
            self._remembered(
                axes, ("axes", _key(value)), AxesSeen(self._version, value), place.below(steps)
            )
        names = tuple([axis.name for axis in member.document.axes])
        seen = MultiscaleSeen(self._version, raw, len(names), member.vanished)
        for book in (multiscales, systems):
            self._ask(book, seen, place)
        pyramid = (names, tuple([level.scale for level in member.document.levels]))
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
                self._retell(key, _Place(path, f"{path}/{name}", ""))

    def _look_at_omero(
        self, image: ImageNode, omero: JsonObject, document: str, pointer: str
    ) -> None:
        if not omero or not image.members:
            return
        lengths = _lengths(self._version, image.members[0])
        seen = OmeroSeen(self._version, omero, lengths)
        key = ("omero", _key(omero), tuple(lengths.items()))
        self._remembered(omeros, key, seen, _Place(image.path, document, pointer))

    def _look_at_labels(self, image: ImageNode) -> None:
        group = self._root.storage.group
        if image.strays is not None:
            on_disk = (*image.labels, *image.strays)
            folder = f"{image.path}/labels".lstrip("/")
            base = self._root.storage.pointer + ("/ome" if self._root.storage.pointer else "")
            place = _Place(folder, f"{folder}/{group}", f"{base}/labels")
            self._ask(label_lists, LabelsSeen(self._version, image.labels, on_disk), place)
        whole = self._pyramid_of(image)
        for label in image.label_nodes:
            if label.members:
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
        told = tuple((rule.id, fault) for rule in book.rules for fault in rule.check(seen))
        self._known[key] = (told, kept)

    def _retell(self, key: Hashable, place: "_Place") -> None:
        for rule, fault in self._known[key][0]:
            self._tell(rule, fault, place)

    def _ask(self, book: RuleBook[Seen], seen: Seen, place: "_Place") -> None:
        for rule in book.rules:
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


def _key(value: JsonValue) -> Hashable:
    try:
        return _encode(value)
    except (OverflowError, RecursionError):
        return object()


def _pyramid(version: str, member: Member, names: tuple[str, ...]) -> PyramidSeen:
    levels = zip(member.document.levels, member.arrays, strict=True)
    return PyramidSeen(
        version,
        names,
        tuple([LevelSeen(level.number, level.path, array, level.scale) for level, array in levels]),
    )


def _lengths(version: str, member: Member) -> Mapping[str, int]:
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
