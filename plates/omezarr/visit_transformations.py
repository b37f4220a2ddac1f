"""The arrays that transformations keep their numbers in: only rules want to know of them."""

from plates.omezarr.depth import Depth
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.nodes import ImageNode, Want
from plates.omezarr.rules.image import arrays_of_transformations
from plates.omezarr.seen import Presence, Role
from plates.omezarr.visit_stranger import presence_of_array
from plates.omezarr.walk import Walk


def look_for_arrays_of_transformations(
    walk: Walk, image: ImageNode, multiscale: JsonObject
) -> None:
    """Ask for the arrays that the newest member of an image names in its transformations."""
    if walk.inspector is None or walk.depth < Depth.ARRAYS:
        return
    base = f"{image.path}/" if image.path else ""
    place = len(image.members) - 1
    for path in dict.fromkeys(arrays_of_transformations(multiscale)):
        document = f"{base}{path}/{walk.storage.array}"
        wanted = Want(document, Role.LEVEL, image, _take, _miss, place, required=False, aside=True)
        walk.want([wanted], soon=True)


def _take(walk: Walk, want: Want, content: bytes) -> None:
    document = walk.document(want, content)
    if document is None or presence_of_array(document) is not Presence.THERE:
        _miss(walk, want)


def _miss(walk: Walk, want: Want) -> None:
    image = want.node
    if isinstance(image, ImageNode):
        member = image.members[want.member]
        member.vanished |= {want.folder[len(image.path) :].lstrip("/")}
