"""All files below a folder of this machine, folder after folder, without leaving it."""

import os
import stat
from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import PathEscapesStore, StoreError
from plates.omezarr.objects import ListedObject, moment_of
from plates.omezarr.transport_local import failure_of

MAX_UNREAD: Final = 10_000
MAX_LINKS: Final = 10_000
"""So many links to folders are followed at most."""
MAX_NESTED_LINKS: Final = 8


class UnreadFolder(msgspec.Struct, frozen=True, gc=False):
    """A folder, or one file, that could not be listed, and why, in a sentence."""

    path: str
    reason: str


class _Waiting(msgspec.Struct, frozen=True, gc=False):
    """A folder still to be listed, and the real folders that links on the way to it led to."""

    path: str
    links: tuple[str, ...] = ()


class FolderListing:
    """Lists the files below one folder.

    A symbolic link is followed where it leads within the root, as a reader would, but never
    around in a circle.
    """

    def __init__(self, root: RootUrl, unread: list[UnreadFolder]) -> None:
        self._root = root
        self._unread = unread
        self._inside = os.path.realpath(root.path)
        self._links = 0

    def objects(self, folder: str) -> Iterator[ListedObject]:
        """Every file below a folder; StoreError if that folder itself cannot be listed."""
        waiting = [_Waiting(folder)]
        entries = self._scan(folder)
        while waiting:
            here = waiting.pop()
            if here.path != folder:
                try:
                    entries = self._scan(here.path)
                except StoreError as error:
                    self._tell(here.path, error)
                    continue
            for entry in entries:
                path = f"{here.path}/{entry.name}" if here.path else entry.name
                below = self._folder(entry, path, here)
                if below is not None:
                    waiting.append(below)
                    continue
                file = self._file(entry, path)
                if file is not None:
                    yield file

    def _scan(self, folder: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(self._place(folder)) as entries:
                return list(entries)
        except OSError as error:
            raise failure_of(error, self._root.child(folder)) from error

    def _place(self, path: str) -> str:
        return f"{self._root.path}/{path}" if path else self._root.path

    def _folder(self, entry: "os.DirEntry[str]", path: str, here: _Waiting) -> _Waiting | None:
        """An entry as a folder to be listed; None if it is none, or not to be followed."""
        if not entry.is_symlink():
            return _Waiting(path, here.links) if entry.is_dir(follow_symlinks=False) else None
        if not self._is_folder(entry) or not self._is_inside(path):
            return None
        target = os.path.realpath(self._place(path))
        real = os.path.realpath(self._place(here.path))
        circles = f"{real}/".startswith(f"{target}/") or target in here.links
        self._links += 1
        if circles or len(here.links) == MAX_NESTED_LINKS or self._links > MAX_LINKS:
            self._tell(
                path, PathEscapesStore("The link leads around in a circle, or there are too many.")
            )
            return None
        return _Waiting(path, (*here.links, target))

    def _is_folder(self, entry: "os.DirEntry[str]") -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _is_inside(self, path: str) -> bool:
        return f"{os.path.realpath(self._place(path))}/".startswith(f"{self._inside}/")

    def _file(self, entry: "os.DirEntry[str]", path: str) -> ListedObject | None:
        """An entry as an object; None if it is no plain file, or has gone since."""
        try:
            about = entry.stat()
        except OSError:
            return None
        if entry.is_symlink() and not self._is_inside(path):
            self._tell(path, PathEscapesStore(f"{path} is a link that leads out of the store."))
            return None
        if not stat.S_ISREG(about.st_mode):
            return None
        return ListedObject(path, about.st_size, moment_of(about.st_mtime))

    def _tell(self, path: str, error: StoreError) -> None:
        if len(self._unread) < MAX_UNREAD:
            self._unread.append(UnreadFolder(path, str(error)))
