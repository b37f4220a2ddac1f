"""Stores packed in one zip archive on the network, read in place by ranges. Experimental.

They are laid out as `transport_zip` says of those on a disk.
"""

import asyncio
from collections.abc import Iterator
from typing import TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.archive import Directory, reading_directory
from plates.omezarr.archive_contents import document_in, malformed, member_in, piece_in
from plates.omezarr.archive_members import ArchiveFault, Reading
from plates.omezarr.errors import StoreError, StoreNotFound
from plates.omezarr.options import StoreOptions
from plates.omezarr.ranges import open_file

Outcome = TypeVar("Outcome")


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
        reading = document_in(self.root, await self._directory(), path, self._limit)
        return None if reading is None else await self._follow(reading, path)

    async def piece(self, path: str, start: int, length: int | None) -> bytes | None:
        """Bytes of a file from a start, or from its end, None if there is no such file.

        StoreError if it cannot be read.
        """
        reading = piece_in(self.root, await self._directory(), path, start, length)
        return None if reading is None else await self._follow(reading, path)

    async def sign(self, path: str) -> str | None:
        """What changes when the archive does, empty if that cannot be told, None without it."""
        return await self._file.sign_of_whole()

    async def size(self, path: str) -> int | None:
        """The size of a file, unpacked; None if there is no such file."""
        member = member_in(self.root, await self._directory(), path)
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
            raise malformed(self.root, path, fault) from fault
