"""Folders of this machine, looked at from a few threads: a network drive answers no faster."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.folders import MAX_NAMES, FolderEntry, Identity, too_many_names
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_local import LocalStore, entries_of, failure_of

_THREADS: Final = 8

Answer = TypeVar("Answer")


class LocalFolders:
    """The folders below a folder of this machine; links are followed."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = min(_THREADS, options.concurrency)
        self._options = options
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix="folders")

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder; StoreError if it cannot be listed."""
        return await self._run(self._list, path)

    async def head(self, path: str, length: int) -> bytes | None:
        """So many bytes of the start of a document, None if there is none."""
        folder, _, name = path.rpartition("/")
        return await self._run(lambda of: self._store(of).piece(name, 0, length), folder)

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        folder, _, name = path.rpartition("/")
        return await self._run(lambda of: self._store(of).read(name), folder)

    async def identity(self, path: str) -> Identity | None:
        """Device and number of a folder, whatever links lead to it; None if it is away."""
        return await self._run(self._identity, path)

    async def close(self) -> None:
        """End the threads, without waiting for one that a drive holds up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, ask: Callable[[str], Answer], path: str) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, ask, path)

    def _place(self, path: str) -> str:
        return os.path.join(self.root.path, path)  # noqa: PTH118 - thousands of times

    def _store(self, folder: str) -> LocalStore:
        """A store of its own, since a document may not lie outside of it."""
        return LocalStore(replace(self.root, path=self._place(folder)), self._options)

    def _list(self, path: str) -> list[FolderEntry]:
        shown, guard = self.root.child(path), self._options.guard

        def look(real: str) -> None:
            # A symbolic link below the root may lead out of what is allowed.
            if guard is not None:
                guard.admit_folder(real, shown)

        try:
            found = entries_of(self._place(path), look, at_most=MAX_NAMES + 1)
        except OSError as error:
            raise failure_of(error, shown) from error
        if len(found) > MAX_NAMES:
            raise too_many_names(shown)
        return [FolderEntry(name, is_folder) for name, is_folder in found]

    def _identity(self, path: str) -> Identity | None:
        try:
            folder = os.stat(self._place(path))  # noqa: PTH116 - thousands of times
        except OSError:
            return None
        return folder.st_dev, folder.st_ino
