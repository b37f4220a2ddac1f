"""The rule about paths: a metadata document names places within its own store, and no others."""

from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.addressing import safe_path
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import MAX_TEXT, JsonObject, JsonValue, list_of, object_of
from plates.omezarr.parsing import MAX_LISTED_PATH
from plates.omezarr.rules.rule import ERROR, RuleBook

paths: Final = RuleBook["PathsSeen"]()


class PathsSeen(msgspec.Struct, frozen=True):
    """The OME attributes of a group that names others; pointers start there."""

    ome: JsonObject


# 0.4: "the path to the well subgroup", "the path to the field of view", "the path to the array for
# this resolution relative to the current zarr group": a path leads down, from the group that names
# it. What leads up or away is never followed, whatever lies there.
@paths.rule("STORE-PATH", section="hcs-layout", levels={"0.1": ERROR})
def paths_stay_within_the_store(seen: PathsSeen) -> Iterator[Fault]:
    """Paths of wells, fields, levels, labels and images lead down from the group that names them."""
    for pointer, path, most in _named(seen.ome):
        if isinstance(path, str) and path and not _can_be_followed(path, most):
            message = f"The path {shown(path)} does not lead down from here; it was not followed."
            yield Fault(pointer, message, "a path below this group", shown(path))


def _can_be_followed(path: str, most: int) -> bool:
    try:
        return len(safe_path(path)) <= most
    except PathEscapesStore:
        return False


def _named(ome: JsonObject) -> Iterator[tuple[str, JsonValue, int]]:
    for holder, key in (("plate", "wells"), ("well", "images")):
        members = enumerate(list_of(object_of(ome.get(holder)).get(key)))
        for number, member in members:
            path = object_of(member).get("path")
            yield pointer_of(holder, key, number, "path"), path, MAX_LISTED_PATH
    for key in ("labels", "series", "tables"):
        for number, name in enumerate(list_of(ome.get(key))):
            yield pointer_of(key, number), name, MAX_TEXT
    for number, multiscale in enumerate(list_of(ome.get("multiscales"))):
        levels = enumerate(list_of(object_of(multiscale).get("datasets")))
        for place, level in levels:
            pointer = pointer_of("multiscales", number, "datasets", place, "path")
            yield pointer, object_of(level).get("path"), MAX_TEXT
