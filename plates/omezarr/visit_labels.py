"""What lies around the labels of an image: only rules want to know."""

import posixpath

from plates.omezarr.jsonvalues import object_of, text_of
from plates.omezarr.nodes import ImageNode, Want
from plates.omezarr.seen import Role
from plates.omezarr.walk import Walk

_USUAL_SOURCE = "../../"
MAX_STRAYS = 1_000


def look_around_labels(walk: Walk, want: Want, image: ImageNode) -> None:
    """Ask for labels that are not listed, and for groups on the way to those that are."""
    if walk.inspector is None:
        return
    if walk.lists:
        image.strays = ()
        walk.want([_listing(want.folder, image)], soon=True)
    for label in image.label_nodes:
        for group in _groups_above(label.listed.path):
            path = f"{want.folder}/{group}/{walk.storage.group}"
            between = Want(path, Role.LABELS, label, take_between, required=False, aside=True)
            walk.want([between], soon=True)


def _listing(folder: str, image: ImageNode) -> Want:
    return Want(folder, Role.LABELS, image, take_folders, required=False, aside=True, lists=True)


def _groups_above(path: str) -> list[str]:
    """`a`, `a/b` for `a/b/c`."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


def take_folders(walk: Walk, want: Want, content: bytes) -> None:
    """Ask of each folder beside the listed labels whether it is one."""
    image = want.node
    if not isinstance(image, ImageNode):
        return
    listed = {name.partition("/")[0] for name in image.labels}
    strays = [name for name in walk.listing.pop(want.path, ()) if name not in listed]
    group = walk.storage.group
    walk.want(
        [
            Want(
                f"{want.path}/{name}/{group}",
                Role.LABEL,
                image,
                take_stray,
                required=False,
                aside=True,
            )
            for name in strays[:MAX_STRAYS]
        ],
        soon=True,
    )


def take_stray(walk: Walk, want: Want, content: bytes) -> None:
    """A folder that is not listed may be a label."""
    attributes = walk.attributes(want, content)
    image = want.node
    if attributes is None or not isinstance(image, ImageNode) or image.strays is None:
        return
    if "multiscales" in walk.dialect.ome(attributes):
        image.strays = tuple(sorted({*image.strays, want.folder.rpartition("/")[2]}))


def take_between(walk: Walk, want: Want, content: bytes) -> None:
    """A group between the list of labels and a label may say something of its own."""
    attributes = walk.attributes(want, content)
    label = want.node
    if attributes and isinstance(label, ImageNode) and walk.dialect.ome(attributes):
        label.between = (*label.between, want.folder)


def look_for_source(walk: Walk, label: ImageNode) -> None:
    """Find out whether the image is there that a label names as its source."""
    if walk.inspector is None or label.attributes is None or label.parent is None:
        return
    described = object_of(walk.dialect.ome(label.attributes).get("image-label"))
    named = text_of(object_of(described.get("source")).get("image"))
    path = posixpath.normpath(posixpath.join("/", label.path, named or _USUAL_SOURCE))[1:]
    if path == label.parent.path:
        label.source = True
    elif named is not None and not named.startswith("/") and "://" not in named:
        _ask_for_source(walk, label, path)


def _ask_for_source(walk: Walk, label: ImageNode, path: str) -> None:
    def take(walk: Walk, want: Want, content: bytes) -> None:
        attributes = walk.attributes(want, content)
        label.source = bool(attributes and "multiscales" in walk.dialect.ome(attributes))

    def miss(walk: Walk, want: Want) -> None:
        label.source = False

    document = f"{path}/{walk.storage.group}".lstrip("/")
    want = Want(document, Role.LABEL, label, take, miss, required=False, aside=True)
    walk.want([want], soon=True)
