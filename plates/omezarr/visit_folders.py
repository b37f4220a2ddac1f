"""What lies in a plate's folders besides what it lists: only rules want to know."""

from collections.abc import Callable
from typing import Final

from plates.omezarr.nodes import OtherNode, Want
from plates.omezarr.seen import Role
from plates.omezarr.walk import Walk

MAX_FOLDERS: Final = 10_000
_NO_ROWS: Final = frozenset({"OME", "labels", "tables"})


def list_plate(walk: Walk) -> None:
    """Ask for the folders of a plate, and for those in them."""
    if walk.lists:
        walk.want([_listing("", take_top)])


def _listing(path: str, take: Callable[[Walk, Want, bytes], None]) -> Want:
    return Want(path, Role.ROW, OtherNode(path), take, required=False, aside=True, lists=True)


def take_top(walk: Walk, want: Want, content: bytes) -> None:
    """List the folders that may be rows."""
    names = [name for name in walk.listing[""] if name not in _NO_ROWS]
    walk.want([_listing(name, take_row_folder) for name in names[:MAX_FOLDERS]])


def take_row_folder(walk: Walk, want: Want, content: bytes) -> None:
    """Ask of each folder that the plate does not list whether it is a group."""
    row = want.path
    known = {well.path for well in walk.wells}
    strays = [f"{row}/{name}" for name in walk.listing[row] if f"{row}/{name}" not in known]
    if row not in walk.rows:
        strays.append(row)
    mark = walk.storage.mark
    walk.want(
        [
            Want(
                f"{path}/{mark}",
                Role.WELL,
                OtherNode(path),
                take_stray,
                required=False,
                aside=True,
            )
            for path in strays[:MAX_FOLDERS]
        ]
    )


def take_stray(walk: Walk, want: Want, content: bytes) -> None:
    """A folder that no document names is a group."""
    walk.groups.add(want.folder)
