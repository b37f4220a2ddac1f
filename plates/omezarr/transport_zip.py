"""Stores packed in one zip archive (`.ozx`, `.zarr.zip`, `.zip`), read in place. Experimental.

The archive holds a store at its top, as RFC-9 of OME-Zarr wants it, or as its only folder there,
as other programs pack it. Nothing is ever unpacked to disk.
"""

import asyncio
import os
import stat
from collections.abc import Iterator
from typing import Final, TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.archive import Directory, reading_directory
from plates.omezarr.archive_members import (
    ArchiveFault,
    Member,
    Reading,
    reading_piece,
    reading_whole,
)
from plates.omezarr.errors import ArchiveMalformed, StoreError, StoreNotFound
from plates.omezarr.options import StoreOptions
from plates.omezarr.ranges import open_file
from plates.omezarr.transport_local import failure_of, real_place, sign_of, too_large

MAX_PIECE_BYTES: Final = 512 * 1024 * 1024
"""How much of a member is read or inflated at most."""
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
        reading = _document(self.root, self._directory(), path, self._limit)
        return None if reading is None else self._follow(reading, path)

    def piece(self, path: str, start: int, length: int | None) -> bytes | None:
        """Bytes of a file from a start, or from its end, None if there is no such file.

        StoreError if it cannot be read.
        """
        reading = _piece(self.root, self._directory(), path, start, length)
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
        member = _member(self.root, self._directory(), path)
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
            raise _malformed(self.root, path, fault) from fault
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


class RemoteArchive:
    """A store in an archive on the network, read by ranges."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = True
        self._limit = options.max_document_bytes
        self._file = open_file(root, options)
        self._lock = asyncio.Lock()
        self._found: Directory | None = None
        self._failure: StoreError | None = None

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        reading = _document(self.root, await self._directory(), path, self._limit)
        return None if reading is None else await self._follow(reading, path)

    async def piece(self, path: str, start: int, length: int | None) -> bytes | None:
        """Bytes of a file from a start, or from its end, None if there is no such file.

        StoreError if it cannot be read.
        """
        reading = _piece(self.root, await self._directory(), path, start, length)
        return None if reading is None else await self._follow(reading, path)

    async def sign(self, path: str) -> str | None:
        """What changes when the archive does, empty if that cannot be told, None without it."""
        return await self._file.sign_of_whole()

    async def size(self, path: str) -> int | None:
        """The size of a file, unpacked; None if there is no such file."""
        member = _member(self.root, await self._directory(), path)
        return None if member is None else member.size

    async def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""
        return (await self._directory()).folders(path)

    async def files(self) -> Iterator[tuple[str, int]]:
        """The path and size, unpacked, of each file; StoreError if the archive cannot be read."""
        return (await self._directory()).files()

    async def close(self) -> None:
        """End the connections."""
        await self._file.close()

    async def _directory(self) -> Directory:
        if self._found is None:
            async with self._lock:
                await self._look()
        if self._found is None:
            raise self._failure or StoreNotFound(f"There is nothing at {self.root.shown}.")
        return self._found

    async def _look(self) -> None:
        """Read the directory, once: what failed before is not asked for again."""
        if self._found is not None or self._failure is not None:
            return
        try:
            reading = reading_directory(await self._file.size())
            self._found = await self._follow(reading, "")
        except StoreError as error:
            self._failure = error

    async def _follow(self, reading: Reading[Outcome], path: str) -> Outcome:
        try:
            start, length = next(reading)
            while True:
                start, length = reading.send(await self._file.part(start, length))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        except ArchiveFault as fault:
            raise _malformed(self.root, path, fault) from fault


def _document(root: RootUrl, directory: Directory, path: str, limit: int) -> Reading[bytes] | None:
    """How to read a document, None if there is none."""
    member = _member(root, directory, path)
    if member is None:
        return None
    if member.size > limit:
        raise too_large(root, path, limit)
    return reading_whole(member)


def _piece(
    root: RootUrl, directory: Directory, path: str, start: int, length: int | None
) -> Reading[bytes] | None:
    """How to read a piece of a file, None if there is none."""
    member = _member(root, directory, path)
    if member is None:
        return None
    begin = max(0, member.size + start) if start < 0 else start
    rest = max(0, member.size - begin)
    wanted = rest if length is None else min(length, rest)
    # Of what is deflated, all before the piece has to be inflated as well.
    cost = begin + wanted if member.is_deflated else wanted
    if cost > MAX_PIECE_BYTES and (length is None or member.is_deflated):
        raise too_large(root, path, MAX_PIECE_BYTES)
    if begin == 0 and wanted == member.size:
        return reading_whole(member)
    return reading_piece(member, begin, wanted)


def _member(root: RootUrl, directory: Directory, path: str) -> Member | None:
    try:
        return directory.member(path)
    except ArchiveFault as fault:
        raise _malformed(root, path, fault) from fault


def _malformed(root: RootUrl, path: str, fault: ArchiveFault) -> ArchiveMalformed:
    return ArchiveMalformed(f"{root.child(path)} cannot be read: {fault}.")
