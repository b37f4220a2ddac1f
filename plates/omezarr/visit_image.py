"""From the document of an image down to its arrays, labels and tables."""

from collections.abc import Sequence
from typing import Final

import msgspec

from plates.omezarr.depth import Depth
from plates.omezarr.documents import ArrayDocument, ListedField
from plates.omezarr.jsonvalues import (
    JsonObject,
    list_of,
    object_of,
    text_list_of,
)
from plates.omezarr.nodes import ImageNode, Member, Want
from plates.omezarr.parsing import safe_names
from plates.omezarr.parsing_images import MAX_AXES
from plates.omezarr.seen import Presence, Role
from plates.omezarr.visit_labels import look_around_labels, look_for_source
from plates.omezarr.visit_stranger import look_for_stranger, presence_of_array
from plates.omezarr.visit_tables import is_asked_for_tables, want_tables
from plates.omezarr.visit_transformations import look_for_arrays_of_transformations
from plates.omezarr.walk import Walk

LABELS: Final = "labels"
MAX_MULTISCALES: Final = 1_000
_ARRAY_DIMENSIONS: Final = "_ARRAY_DIMENSIONS"


def image_wants(
    walk: Walk,
    images: Sequence[ImageNode],
    pointers: Sequence[str] = (),
    *,
    named_in: str = "",
) -> list[Want]:
    """The wants for the groups of images; `pointers` say where they are listed in a document."""
    group = walk.storage.group
    return [
        Want(
            f"{image.path}/{group}",
            image.role,
            image,
            take_image,
            look_for_stranger,
            pointer=pointers[number] if pointers else "",
            named_in=named_in,
        )
        for number, image in enumerate(images)
    ]


def enter_root_image(walk: Walk) -> None:
    """Ask for what belongs to an image that is the root of its store."""
    image = ImageNode("", ListedField(""), Role.IMAGE)
    walk.images.append(image)
    image.pending = 1
    want = Want(walk.root.path, Role.ROOT, image, take_image)
    enter_image(walk, want, image, walk.root.attributes)
    walk.release(image)


def take_image(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the group of an image or label."""
    attributes = walk.attributes(want, content)
    if attributes is None or not isinstance(want.node, ImageNode):
        return
    if "multiscales" in walk.dialect.ome(attributes):
        if walk.inspector is not None:
            walk.inspector.group(want, attributes)
    elif walk.inspector is not None:
        walk.inspector.node(want, Presence.BARE)
    enter_image(walk, want, want.node, attributes)


def enter_image(walk: Walk, want: Want, image: ImageNode, attributes: JsonObject) -> None:
    """Ask for the arrays, labels and tables of an image."""
    ome = walk.dialect.ome(attributes)
    listed = enumerate(list_of(ome.get("multiscales"))[:MAX_MULTISCALES])
    described = [(number, one) for number, one in listed if isinstance(one, dict)]
    if walk.inspector is not None:
        image.attributes = attributes
        if image.role is Role.LABEL:
            look_for_source(walk, image)
    if not described:
        walk.complain_of(want, "describes no image (key multiscales)")
        return
    omero = object_of(ome.get("omero"))
    parse, dialect = walk.parser.multiscale, walk.dialect
    for number, multiscale in described:
        document = parse(multiscale, omero, dialect)
        for fault in document.faults:
            walk.complain_of(want, f"has a fault: {fault.removesuffix('.')}")
        if document.faults:
            walk.go_astray(want, attributes)
        image.members.append(Member(number, document))
        look_for_arrays_of_transformations(walk, image, multiscale)
    _want_below(walk, want, image, attributes)


def _want_below(walk: Walk, want: Want, image: ImageNode, attributes: JsonObject) -> None:
    base = f"{image.path}/" if image.path else ""
    wants: list[Want] = []
    if walk.depth >= Depth.ARRAYS:
        pointer = f"{walk.dialect.pointer(attributes)}/multiscales"
        for position in range(len(image.members)):
            wants += _array_wants(walk, image, position, want.path, pointer)
    if walk.depth >= Depth.LABELS and image.role is not Role.LABEL:
        group = walk.storage.group
        labels = Want(f"{base}{LABELS}/{group}", Role.LABELS, image, take_labels, required=False)
        wants.append(labels)
        if is_asked_for_tables(image):
            wants.append(want_tables(walk, image))
    walk.want(wants, soon=True)


def _array_wants(
    walk: Walk, image: ImageNode, position: int, document: str, pointer: str
) -> list[Want]:
    name, member = walk.storage.array, image.members[position]
    base = f"{image.path}/" if image.path else ""
    return [
        Want(
            f"{base}{level.path}/{name}",
            Role.LEVEL,
            image,
            take_array,
            look_for_stranger,
            position,
            place,
            pointer=f"{pointer}/{member.number}/datasets/{level.number}/path",
            named_in=document,
        )
        for place, level in enumerate(member.document.levels)
    ]


def take_array(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the array of a level. The arrays of a plate are mostly alike, byte for byte."""
    image = want.node
    if not isinstance(image, ImageNode):
        return
    array = walk.known_arrays.get(content)
    if array is None:
        document = walk.document(want, content)
        if document is None:
            return
        if presence_of_array(document) is not Presence.THERE:
            walk.complain_of(want, "is listed as a level, but it is no array")
            if walk.inspector is not None:
                walk.inspector.node(want, Presence.OTHER_KIND)
            return
        array = walk.parser.array(document, walk.storage)
        walk.know(content, array)
    _place(image, want, array)
    if walk.inspector is not None and walk.dialect.array_attributes:
        wanted = msgspec.structs.replace(
            want,
            path=f"{want.folder}/{walk.storage.group}",
            take=take_array_attributes,
            miss=None,
            required=False,
            aside=True,
        )
        walk.want([wanted], soon=True)


def _place(image: ImageNode, want: Want, array: ArrayDocument) -> None:
    image.members[want.member].arrays[want.place] = array


def take_array_attributes(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the attributes of an array of Zarr 2, where 0.3 repeats the axes."""
    attributes = walk.attributes(want, content)
    if attributes is None or not isinstance(want.node, ImageNode):
        return
    array = want.node.members[want.member].arrays[want.place]
    names = attributes.get(_ARRAY_DIMENSIONS)
    if array is not None and isinstance(names, list):
        told = text_list_of(names, at_most=MAX_AXES)
        _place(want.node, want, msgspec.structs.replace(array, array_dimensions=told))


def take_labels(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the list of an image's labels, and ask for each of them."""
    attributes = walk.attributes(want, content)
    image = want.node
    if attributes is None or not isinstance(image, ImageNode):
        return
    if walk.inspector is not None:
        walk.inspector.group(want, attributes)
    image.labels = names_in(walk, attributes, LABELS)
    if len(image.labels) < len(list_of(walk.dialect.ome(attributes).get(LABELS))):
        walk.go_astray(want, attributes)
    image.label_nodes = [
        ImageNode(f"{want.folder}/{name}", ListedField(name), Role.LABEL, image)
        for name in image.labels
    ]
    image.pending += len(image.label_nodes)
    base = walk.dialect.pointer(attributes)
    pointers = [f"{base}/{LABELS}/{number}" for number in range(len(image.labels))]
    walk.want(image_wants(walk, image.label_nodes, pointers, named_in=want.path), soon=True)
    look_around_labels(walk, want, image)


def names_in(walk: Walk, attributes: JsonObject, key: str) -> tuple[str, ...]:
    """The names that a group lists under a key, in the place of its version or beside it."""
    return safe_names(walk.dialect.ome(attributes).get(key) or attributes.get(key))
