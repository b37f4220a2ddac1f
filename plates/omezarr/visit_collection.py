"""From the root of a bioformats2raw collection, or of a scene, to its images."""

from collections.abc import Sequence
from typing import Final

from plates.omezarr.documents import ListedField
from plates.omezarr.jsonvalues import JsonValue, list_of, object_of, text_of
from plates.omezarr.nodes import ImageNode, OtherNode, Want
from plates.omezarr.ome_xml import read_ome_xml
from plates.omezarr.parsing import safe_names
from plates.omezarr.seen import Role
from plates.omezarr.visit_image import image_wants, take_image
from plates.omezarr.visit_stranger import look_for_stranger
from plates.omezarr.walk import Collection, Walk

FOLDER: Final = "OME"
XML: Final = "OME/METADATA.ome.xml"
LAYOUT: Final = "bioformats2raw.layout"
MAX_IMAGES: Final = 100_000
_AT_ONCE: Final = 8


def enter_collection(walk: Walk) -> None:
    """Ask for what the collection says of its images; without that, look for them by number."""
    walk.collection = Collection()
    walk.want([_want_series(walk)])


def look_beside_plate(walk: Walk) -> None:
    """Ask for what a collection would say, where a plate is one too; only rules look at it."""
    if walk.inspector is None or LAYOUT not in walk.root.ome:
        return
    walk.collection = Collection()
    series = _want_series(walk)
    series.aside, series.miss = True, None
    walk.want([series, _want_xml(required=False)])


def _want_series(walk: Walk) -> Want:
    path = f"{FOLDER}/{walk.storage.group}"
    return Want(path, Role.SERIES, OtherNode(FOLDER), take_series, miss_series, required=False)


def _want_xml(*, required: bool) -> Want:
    miss = miss_xml if required else None
    node = OtherNode(FOLDER)
    return Want(XML, Role.SERIES, node, take_xml, miss, required=False, aside=True)


def take_series(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the list of images in the OME group."""
    attributes = walk.attributes(want, content)
    collection = walk.collection
    if collection is None:
        return
    if attributes is not None and walk.inspector is not None:
        walk.inspector.group(want, attributes)
    listed = {} if attributes is None else walk.dialect.ome(attributes)
    collection.pointer = walk.dialect.pointer(attributes or {})
    if isinstance(listed.get("series"), list):
        collection.series = safe_names(listed["series"])
        if len(collection.series) < len(list_of(listed["series"])):
            walk.go_astray(want, attributes or {})
    if walk.root.ome.get("plate") is not None:
        return
    if collection.series:
        base = f"{collection.pointer}/series"
        _enter_images(walk, collection.series, base, named_in=want.path)
        if walk.inspector is not None:
            walk.want([_want_xml(required=False)])
    else:
        miss_series(walk, want)


def miss_series(walk: Walk, want: Want) -> None:
    """Without a list of images the XML tells how many there are."""
    walk.want([_want_xml(required=True)])


def take_xml(walk: Walk, want: Want, content: bytes) -> None:
    """Take up the OME-XML; it counts only where no list of images does."""
    collection = walk.collection
    if collection is None:
        return
    collection.xml = read_ome_xml(content)
    if collection.series or walk.root.ome.get("plate") is not None:
        return
    if collection.xml.images and not collection.xml.fault:
        number = min(len(collection.xml.images), MAX_IMAGES)
        _enter_images(walk, [str(place) for place in range(number)])
    else:
        miss_xml(walk, want)


def miss_xml(walk: Walk, want: Want) -> None:
    """Without any list, images are numbered 0, 1, 2 ... as long as there are some."""
    _probe(walk, 0)


def _probe(walk: Walk, first: int) -> None:
    """Ask for the next images by number, some at once; go on if all of them are there."""
    collection = walk.collection
    if collection is None or first >= MAX_IMAGES:
        return
    paths = [str(number) for number in range(first, first + _AT_ONCE)]
    collection.probed += paths
    found: list[str] = []

    def take(walk: Walk, want: Want, content: bytes) -> None:
        found.append(want.path)
        if isinstance(want.node, ImageNode):
            walk.images.append(want.node)
        take_image(walk, want, content)
        if len(found) == len(paths):
            _probe(walk, first + _AT_ONCE)

    wants = image_wants(walk, [_image(path) for path in paths])
    for want in wants:
        want.take, want.miss, want.required = take, None, False
    walk.want(wants)


def _image(path: str) -> ImageNode:
    return ImageNode(path, ListedField(path), Role.IMAGE)


def _enter_images(
    walk: Walk, paths: Sequence[str], pointer: str = "", *, named_in: str = ""
) -> None:
    walk.images = [_image(path) for path in paths]
    if walk.collection is not None:
        walk.collection.probed += paths
    pointers = [f"{pointer}/{number}" if pointer else "" for number in range(len(paths))]
    wants = image_wants(walk, walk.images, pointers, named_in=named_in)
    for want in wants:
        want.miss = look_for_stranger
    walk.want(wants)


def enter_scene(walk: Walk) -> None:
    """Ask for the images between which the transformations of a scene lead. 0.6, scene-md."""
    scene = object_of(walk.root.ome.get("scene"))
    transforms = list_of(scene.get("coordinateTransformations"))[:MAX_IMAGES]
    ends = [
        _path_of(object_of(transform).get(end))
        for transform in transforms
        for end in ("input", "output")
    ]
    named: list[JsonValue] = [path for path in dict.fromkeys(ends) if path]
    _enter_images(walk, safe_names(named))


def _path_of(end: JsonValue) -> str:
    """The path of the image that one end of a transformation lies in; drafts wrote path#name."""
    if isinstance(end, str):
        return end.partition("#")[0] if "#" in end else ""
    return (text_of(object_of(end).get("path")) or "").removeprefix("./")
