"""Copies of documents that nobody asked for: their nodes may be gone; only rules want to know."""

from typing import Final

from plates.omezarr.addressing import safe_path
from plates.omezarr.depth import Depth
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.nodes import OtherNode, Want
from plates.omezarr.seen import Role
from plates.omezarr.walk import Walk

MAX_ASKED: Final = 1_000
"""A plate with tables has thousands of arrays that no rule looks at, and all have copies."""


def look_for_vanished_nodes(walk: Walk) -> None:
    """Ask for documents that consolidated metadata speaks of and that were not met on the way."""
    if walk.inspector is None or walk.depth < Depth.LABELS:
        return
    unmet = walk.inspector.unmet_copies()
    wants = [
        Want(path, Role.ROOT, OtherNode(""), _take, required=False, aside=True)
        for path in unmet[:MAX_ASKED]
        if _is_safe(path)
    ]
    walk.want(wants)


def _is_safe(path: str) -> bool:
    try:
        return safe_path(path) == path
    except PathEscapesStore:
        return False


def _take(walk: Walk, want: Want, content: bytes) -> None:
    walk.document(want, content)
