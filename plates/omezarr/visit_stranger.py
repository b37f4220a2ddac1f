"""What lies where a promised group or array is missing: only rules want to know."""

from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.nodes import Want
from plates.omezarr.seen import Presence, Role
from plates.omezarr.walk import Walk


def look_for_stranger(walk: Walk, want: Want) -> None:
    """Ask for what else may lie in the folder of a document that is not there."""
    if walk.inspector is None:
        return
    _next(walk, want, _candidates(walk, want))


def _candidates(walk: Walk, want: Want) -> tuple[str, ...]:
    """Documents that would tell what lies there: of a bare group, an array, the other format."""
    storage = walk.storage
    own = {storage.group, storage.mark, storage.array} - {want.path.rpartition("/")[2]}
    return (*sorted(own), *storage.strangers)


def _next(walk: Walk, missing: Want, candidates: tuple[str, ...]) -> None:
    if not candidates:
        if walk.inspector is not None:
            walk.inspector.node(missing, Presence.ABSENT)
        return
    name, *rest = candidates

    def take(walk: Walk, want: Want, content: bytes) -> None:
        if walk.inspector is not None:
            walk.inspector.node(missing, _presence(walk, missing, name))

    def miss(walk: Walk, want: Want) -> None:
        _next(walk, missing, tuple(rest))

    path = f"{missing.folder}/{name}".lstrip("/")
    want = Want(path, missing.role, missing.node, take, miss, required=False, aside=True)
    walk.want([want], soon=True)


def _presence(walk: Walk, missing: Want, name: str) -> Presence:
    if name in walk.storage.strangers:
        return Presence.OTHER_FORMAT
    is_array = name == walk.storage.array
    wants_array = missing.role is Role.LEVEL
    if is_array is not wants_array:
        return Presence.OTHER_KIND
    # A row has nothing to say, so its group is whole without attributes.
    return Presence.THERE if missing.role is Role.ROW else Presence.BARE


def presence_of_array(document: JsonObject) -> Presence:
    """Whether a document of Zarr 3 that should describe an array does."""
    is_array = document.get("node_type", "array") == "array"
    return Presence.THERE if is_array else Presence.OTHER_KIND
