"""Where a walk begins: at the root of a store, by its kind."""

from collections.abc import Callable, Mapping
from typing import Final

from plates.omezarr.copied_nodes import check_size, is_strict
from plates.omezarr.documents import ListedField
from plates.omezarr.jsonvalues import JsonFault, decode_document, object_of
from plates.omezarr.nodes import ImageNode, OtherNode, Want
from plates.omezarr.parsing import safe_names
from plates.omezarr.sampling import want_samples
from plates.omezarr.seen import Presence, Role
from plates.omezarr.spelling import SMALL, cut_long_lists
from plates.omezarr.visit_collection import enter_collection, enter_scene, look_beside_plate
from plates.omezarr.visit_copies import look_for_vanished_nodes
from plates.omezarr.visit_folders import list_plate
from plates.omezarr.visit_image import LABELS, enter_root_image, image_wants
from plates.omezarr.visit_plate import enter_plate, enter_well
from plates.omezarr.walk import Walk
from plates.states import StoreKind

_COPIES: Final = ".zmetadata"
_SIGNS: Final = frozenset(
    {"zarr_format", "plate", "well", "multiscales", "labels", "bioformats2raw.layout"}
)


def go_on(walk: Walk) -> bool:
    """Ask for what only shows when all else has arrived; whether there is any."""
    look_for_vanished_nodes(walk)
    want_samples(walk)
    if walk.collection is not None and walk.collection.series is None:
        walk.images.sort(key=lambda image: (len(image.path), image.path))
    return bool(walk.wants)


def enter(walk: Walk) -> None:
    """Begin: ask for what follows from the root."""
    lists = cut_long_lists(walk.root.document) if len(walk.root.content) > SMALL else []
    if walk.inspector is not None:
        walk.inspector.begin(walk.root)
    walk.tell_cut(Want(walk.root.path, Role.ROOT, OtherNode(""), take_twin), lists)
    if walk.inspector is not None and walk.storage.zarr_format == 2:  # noqa: PLR2004
        # The copies have to be there before the documents that they are held against.
        node = OtherNode("")
        copies = Want(_COPIES, Role.ROOT, node, take_copies, miss_copies, aside=True)
        copies.required = False
        walk.want([copies])
        return
    if walk.inspector is not None:
        walk.compares = walk.inspector.copies(walk.root.path, walk.root.copies)
        _look_for_twin(walk)
    enter_kind(walk)


def _look_for_twin(walk: Walk) -> None:
    """Ask whether the root is described in the other version of Zarr as well."""
    for name in walk.storage.strangers[:1]:
        node = OtherNode("")
        walk.want([Want(name, Role.ROOT, node, take_twin, required=False, aside=True)])


def take_twin(walk: Walk, want: Want, content: bytes) -> None:
    """The root is described twice, unless that is only what a server has for everything."""
    try:
        document = object_of(decode_document(content))
    except JsonFault:
        return
    if walk.inspector is not None and _SIGNS.intersection(document):
        walk.inspector.node(want, Presence.THERE)


def take_copies(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the consolidated metadata of Zarr 2."""
    walk.beside = content
    if walk.inspector is not None:
        readable = is_strict(content) or _is_told(walk, want, content)
        walk.compares = readable and walk.inspector.copies(_COPIES, content)
    enter_kind(walk)


def _is_told(walk: Walk, want: Want, content: bytes) -> bool:
    """Tell what is wrong with a text that is not JSON to the letter; whether it can be read."""
    try:
        check_size(content)
    except JsonFault:
        return True
    return walk.document(want, content) is not None


def miss_copies(walk: Walk, want: Want) -> None:
    """Without consolidated metadata there is nothing to compare."""
    enter_kind(walk)


def enter_kind(walk: Walk) -> None:
    """Ask for what a store of this kind holds."""
    for begin in _WAYS.get(walk.root.kind, ()):
        begin(walk)


def enter_labels(walk: Walk) -> None:
    """Ask for the labels of a list that is the root of its store."""
    walk.images = [
        ImageNode(name, ListedField(name), Role.LABEL)
        for name in safe_names(walk.root.ome.get(LABELS))
    ]
    base = f"{walk.dialect.pointer(walk.root.attributes)}/{LABELS}"
    pointers = [f"{base}/{number}" for number in range(len(walk.images))]
    walk.want(image_wants(walk, walk.images, pointers, named_in=walk.root.path))


_WAYS: Final[Mapping[StoreKind, tuple[Callable[[Walk], None], ...]]] = {
    StoreKind.PLATE: (enter_plate, look_beside_plate, list_plate),
    StoreKind.WELL: (enter_well,),
    StoreKind.IMAGE: (enter_root_image,),
    StoreKind.COLLECTION: (enter_collection,),
    StoreKind.SCENE: (enter_scene,),
    StoreKind.LABELS: (enter_labels,),
}
