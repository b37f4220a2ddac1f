"""Documents of a folder of this machine, read in the calling thread: nothing is faster."""

import errno
import os
import stat
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    DocumentTooLarge,
    PathEscapesStore,
    StoreError,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.objects import moment_of
from plates.omezarr.options import StoreOptions

_BUFFER: Final = 64 * 1024
# Not blocking: a pipe that somebody put in the place of a document would hold the reader for ever.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_FOLDER_FLAGS: Final = _FLAGS | getattr(os, "O_DIRECTORY", 0)
_ABSENT: Final = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO}
)
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM})


class LocalStore:
    """One folder, whose documents are read one after the other."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self._folder = root.path.rstrip("/") + "/"
        self._inside = os.path.realpath(root.path).rstrip("/") + "/"
        self._limit = options.max_document_bytes
        if options.guard is not None:
            # Once more, for the place that nothing is read outside of: links may have changed.
            options.guard.admit_folder(self._inside, root.shown)

    def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        try:
            handle = os.open(self._folder + path, _FLAGS)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._refuse(error, path)
            return None
        try:
            self._keep_inside(real_place(handle, self._folder + path), path)
            content = os.read(handle, _BUFFER)
            return content if len(content) < _BUFFER else self._rest(handle, content, path)
        except OSError as error:
            self._refuse(error, path)
            return None
        finally:
            os.close(handle)

    def _keep_inside(self, place: str, path: str) -> None:
        """PathEscapesStore if a symbolic link has led out of the store."""
        if not place.startswith(self._inside):
            raise PathEscapesStore(
                f"{self.root.child(path)} lies outside of the store: a symbolic link leads there. "
                "Platecat reads nothing outside of a store."
            )

    def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        try:
            handle = os.open(self._folder + path, _FLAGS)
        except OSError as error:
            self._refuse(error, path)
            return None
        try:
            self._keep_inside(real_place(handle, self._folder + path), path)
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                return None
            size = about.st_size
            return os.pread(handle, length, max(0, size + start) if start < 0 else start)
        except OSError as error:
            self._refuse(error, path)
            return None
        finally:
            os.close(handle)

    def opened(self, path: str) -> int | None:
        """The handle of a file, which the caller closes; None if there is no such file.

        StoreError if it may not be read, or lies outside of the store.
        """
        try:
            handle = os.open(self._folder + path, _FLAGS)
        except OSError as error:
            self._refuse(error, path)
            return None
        try:
            self._keep_inside(real_place(handle, self._folder + path), path)
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        return None

    def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; none if there is no such folder."""
        try:
            found = entries_of(
                self._folder + path, lambda place: self._keep_inside(f"{place}/", path)
            )
            return tuple(sorted(name for name, is_folder in found if is_folder))
        except OSError as error:
            self._refuse(error, path)
            return ()

    def sign(self, path: str) -> str | None:
        """What changes when a document does, None if there is none; StoreError if it is refused."""
        try:
            about = os.stat(self._folder + path)  # noqa: PTH116 - thousands of times
        except OSError as error:
            self._refuse(error, path)
            return None
        return sign_of(about)

    def changed_at(self, path: str) -> datetime | None:
        """When a file was changed last, None if there is none; StoreError if it is refused."""
        try:
            return moment_of(os.stat(self._folder + path).st_mtime)  # noqa: PTH116 - as the others
        except OSError as error:
            self._refuse(error, path)
            return None

    def has(self, path: str) -> bool:
        """Whether a document is there; half the price of finding out by reading."""
        return os.access(self._folder + path, os.F_OK)

    def _rest(self, handle: int, start: bytes, path: str) -> bytes:
        pieces, size = [start], len(start)
        while piece := os.read(handle, _BUFFER):
            pieces.append(piece)
            size += len(piece)
            if size > self._limit:
                raise too_large(self.root, path, self._limit)
        return b"".join(pieces)

    def _refuse(self, error: OSError, path: str) -> None:
        if error.errno not in _ABSENT:
            raise failure_of(error, self.root.child(path)) from error

    def require(self) -> None:
        """Nothing if the folder is there; StoreNotFound or StoreForbidden otherwise."""
        try:
            names = os.scandir(self.root.path)
        except NotADirectoryError as error:
            raise StoreNotFound(
                f"{self.root.shown} is a file. An OME-Zarr store is a folder, or an archive whose "
                "name ends in .ozx or .zip; any other archive has to be unpacked first."
            ) from error
        except OSError as error:
            raise failure_of(error, self.root.shown) from error
        names.close()

    def close(self) -> None:
        """Nothing: no file stays open."""


def sign_of(about: os.stat_result) -> str:
    """What changes when a file does: its size, its time of change, or the file itself."""
    return f"{about.st_size} {about.st_mtime_ns} {about.st_ino}"


def real_place(handle: int, path: str) -> str:
    """Where an open file or folder lies, links followed; `path` is what it was opened by."""
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - thousands of times
    except OSError:  # not on Linux
        return os.path.realpath(path)


def entries_of(
    path: str, look: Callable[[str], None], *, at_most: int | None = None
) -> list[tuple[str, bool]]:
    """The names in a folder, and whether each is one of a folder; OSError if it cannot be listed.

    `look` is told first where the folder really lies, and may raise.
    """
    if os.scandir not in os.supports_fd:
        look(os.path.realpath(path))
        with os.scandir(path) as entries:
            return [(one.name, one.is_dir()) for one in islice(entries, at_most)]
    handle = os.open(path, _FOLDER_FLAGS)
    try:
        look(real_place(handle, path))
        with os.scandir(handle) as entries:
            return [(one.name, one.is_dir()) for one in islice(entries, at_most)]
    finally:
        os.close(handle)


def too_large(root: RootUrl, path: str, limit: int) -> DocumentTooLarge:
    """The refusal of a document that is larger than the reader takes."""
    return DocumentTooLarge(
        f"{root.child(path)} is larger than {limit:,} bytes. That is no metadata of a plate; if "
        "it is, raise the limit max_document_bytes."
    )


def failure_of(error: OSError, shown: str) -> StoreError:
    """What went wrong with a local file or folder, in our words."""
    if error.errno in _ABSENT:
        return StoreNotFound(f"There is nothing at {shown}. Is the path right, and mounted here?")
    if error.errno in _FORBIDDEN:
        return StoreForbidden(
            f"{shown} may not be read by the account that Platecat runs as. Ask its owner for "
            "the right to read it."
        )
    return StoreUnreachable(
        f"{shown} could not be read: {error.strerror}. If it lies on a network drive, the drive "
        "may be away for the moment; try again."
    )
