"""Stores packed in one zip archive (`.ozx`, `.zarr.zip`, `.zip`), read in place. Experimental.

The archive holds a store at its top, as RFC-9 of OME-Zarr wants it, or as its only folder there,
as other programs pack it. Nothing is ever unpacked to disk.
"""

import os
import stat
from collections.abc import Iterator
from typing import Final, TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.archive import Directory, reading_directory
from plates.omezarr.archive_contents import document_in, malformed, member_in, piece_in
from plates.omezarr.archive_members import ArchiveFault, Reading
from plates.omezarr.errors import StoreNotFound
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_local import failure_of, real_place, sign_of

# Not blocking: a pipe that somebody put in the place of an archive would hold the reader for ever.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)

Outcome = TypeVar("Outcome")


class LocalArchive:
    """A store in an archive on this machine, read in the calling thread."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self._limit = options.max_document_bytes
        self._guard = options.guard
        self._handle: int | None = None
        self._found: Directory | None = None

    def require(self) -> None:
        """Nothing if the archive can be read; StoreError otherwise."""
        self._directory()

    def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        reading = document_in(self.root, self._directory(), path, self._limit)
        return None if reading is None else self._follow(reading, path)

    def piece(self, path: str, start: int, length: int | None) -> bytes | None:
        """Bytes of a file from a start, or from its end, None if there is no such file.

        StoreError if it cannot be read.
        """
        reading = piece_in(self.root, self._directory(), path, start, length)
        return None if reading is None else self._follow(reading, path)

    def sign(self, path: str) -> str | None:
        """What changes when the archive does, None without it; StoreError if it is refused."""
        try:
            return sign_of(os.stat(self.root.path))  # noqa: PTH116 - as the reader opens it
        except FileNotFoundError:
            return None
        except OSError as error:
            raise failure_of(error, self.root.shown) from error

    def size(self, path: str) -> int | None:
        """The size of a file, unpacked; None if there is no such file."""
        member = member_in(self.root, self._directory(), path)
        return None if member is None else member.size

    def has(self, path: str) -> bool:
        """Whether a document is there."""
        return self._directory().has(path)

    def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; none if there is no such folder."""
        return self._directory().folders(path)

    def files(self) -> Iterator[tuple[str, int]]:
        """The path and size, unpacked, of each file; StoreError if the archive cannot be read."""
        return self._directory().files()

    def close(self) -> None:
        """Close the archive."""
        handle, self._handle, self._found = self._handle, None, None
        if handle is not None:
            os.close(handle)

    def _directory(self) -> Directory:
        if self._found is None:
            self._found = self._follow(reading_directory(self._open()), "")
        return self._found

    def _open(self) -> int:
        """Open the archive; its size."""
        try:
            self._handle = os.open(self.root.path, _FLAGS)
            state = os.fstat(self._handle)
            if self._guard is not None:
                real = real_place(self._handle, self.root.path)
                self._guard.admit_folder(real, self.root.shown)
        except OSError as error:
            raise failure_of(error, self.root.shown) from error
        if not stat.S_ISREG(state.st_mode):
            raise StoreNotFound(f"{self.root.shown} is no file. Give the path of an archive.")
        return state.st_size

    def _follow(self, reading: Reading[Outcome], path: str) -> Outcome:
        handle = self._handle
        if handle is None:
            raise StoreNotFound(f"{self.root.shown} has been closed. Open it again.")
        try:
            start, length = next(reading)
            while True:
                start, length = reading.send(_all_of(handle, start, length))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except ArchiveFault as fault:
            raise malformed(self.root, path, fault) from fault
        except OSError as error:
            raise failure_of(error, self.root.child(path)) from error


def _all_of(handle: int, start: int, length: int) -> bytes:
    """A piece of a file; one call gives no more than 2 GiB and may give less."""
    content = os.pread(handle, length, start)
    while 0 < len(content) < length:
        more = os.pread(handle, length - len(content), start + len(content))
        if not more:
            break
        content += more
    return content
