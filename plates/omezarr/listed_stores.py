"""The stores in a stream of listed objects."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from plates.omezarr.addressing import MARKS, names_packed_store
from plates.omezarr.objects import ListedObject

MAX_HELD: Final = 2_000_000
"""Folders that are held at once: stores, what may still turn out to be one, and what is above."""

_Folder: TypeAlias = dict[str, "_Folder | None"]
"""A folder above stores, by the names in it; a store is None."""


@dataclass(frozen=True, slots=True)
class ListedStores:
    """The stores among listed objects.

    `paths` are in order and relative to the root that was listed; the root itself is the empty
    path.
    """

    paths: tuple[str, ...]
    objects: int
    """How many objects were looked at."""
    complete: bool = True
    """False if there were more folders than are held; the stores in them are missing."""


def stores_in(objects: Iterable[ListedObject]) -> ListedStores:
    """The stores that a listing or an inventory tells of, in whatever order it does.

    A store is the topmost folder that holds one of Zarr's own documents, or a packed store; what
    is inside of a store is not another. Memory grows with the number of stores and of the folders
    above them; besides, with the nodes of those stores whose root has not been seen yet. Of a
    listing that ends a folder before it begins the next, as all do, these are few.
    """
    tree = _Tree()
    number = 0
    for one in objects:
        number += 1
        folder, _, name = one.path.rpartition("/")
        if name in MARKS:
            tree.add(folder)
        elif names_packed_store(name):
            tree.add(one.path)
    return ListedStores(tuple(sorted(tree.stores())), number, complete=tree.complete)


class _Tree:
    """The topmost stores seen so far, and the folders that lead to them."""

    def __init__(self) -> None:
        self.complete = True
        self._root: _Folder | None = {}
        self._held = 0

    def add(self, path: str) -> None:
        """A store lies at a path, unless it is inside of another; what is inside of it is none."""
        if self._root is None:
            return
        if not path:
            self._root, self._held = None, 0
            return
        *above, name = path.split("/")
        folder = self._root
        for part in above:
            below = self._enter(folder, part)
            if below is None:
                return
            folder = below
        if name in folder:
            self._held -= _size(folder[name])
        elif not self._has_room():
            return
        folder[name] = None

    def _enter(self, folder: _Folder, name: str) -> _Folder | None:
        """The folder of a name, made if need be; None where no store can be added below it."""
        if name not in folder:
            if not self._has_room():
                return None
            folder[name] = {}
        return folder[name]

    def _has_room(self) -> bool:
        if self._held >= MAX_HELD:
            self.complete = False
            return False
        self._held += 1
        return True

    def stores(self) -> list[str]:
        """The paths of the stores, in no order."""
        if self._root is None:
            return [""]
        found: list[str] = []
        waiting = [("", self._root)]
        while waiting:
            above, folder = waiting.pop()
            for name, below in folder.items():
                path = f"{above}/{name}" if above else name
                if below is None:
                    found.append(path)
                else:
                    waiting.append((path, below))
        return found


def _size(folder: _Folder | None) -> int:
    """How many folders and stores are held below one."""
    count, waiting = 0, [folder]
    while waiting:
        below = waiting.pop()
        if below is not None:
            count += len(below)
            waiting.extend(below.values())
    return count
