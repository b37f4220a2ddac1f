"""Folders of any other storage that fsspec can open, asked for from a few threads."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreNotFound, StoreUnreachable
from plates.omezarr.folders import MAX_NAMES, FolderEntry, Identity, last_name, too_many_names
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_fsspec import failure_of, open_files
from plates.omezarr.transport_local import too_large

_THREADS: Final = 16
_PAUSE_S: Final = 0.1
_ABSENT: Final = (FileNotFoundError, NotADirectoryError, IsADirectoryError)

Answer = TypeVar("Answer")


class FsspecFolders:
    """The folders below an address of a file system of fsspec."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = min(_THREADS, options.concurrency)
        self._retries = options.retries
        self._limit = options.max_document_bytes
        self._here = _OfThread(root)
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix="folders")

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder; StoreError if it cannot be listed."""
        found = await self._ask(self._list, path)
        if found is None:
            raise StoreNotFound(f"There is nothing at {self.root.child(path)}.")
        if len(found) > MAX_NAMES:
            raise too_many_names(self.root.child(path))
        return found

    async def head(self, path: str, length: int) -> bytes | None:
        """So many bytes of the start of a document, None if there is none."""
        return await self._ask(lambda of: self._start(of, length), path)

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        content = await self.head(path, self._limit + 1)
        if content is not None and len(content) > self._limit:
            raise too_large(self.root, path, self._limit)
        return content

    async def identity(self, path: str) -> Identity | None:
        """None: fsspec does not tell which folders are the same."""
        return None

    async def close(self) -> None:
        """End the threads, without waiting for what is under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, ask: Callable[[str], Answer], path: str) -> Answer | None:
        """What the file system says of a place, None if nothing is there; tried a few times."""
        loop, attempt = asyncio.get_running_loop(), 0
        while True:
            try:
                return await loop.run_in_executor(self._threads, ask, path)
            except _ABSENT:
                return None
            except (OSError, ValueError, EOFError) as error:
                failure = failure_of(error, self.root.child(path))
                if attempt == self._retries or not isinstance(failure, StoreUnreachable):
                    raise failure from error
            await asyncio.sleep(_PAUSE_S * 2**attempt)
            attempt += 1

    def _list(self, path: str) -> list[FolderEntry]:
        found = self._here.files.ls(self._here.place(path), detail=True)
        return [FolderEntry(last_name(one["name"]), one["type"] == "directory") for one in found]

    def _start(self, path: str, length: int) -> bytes:
        content: bytes = self._here.files.cat_file(self._here.place(path), 0, length)
        return content


class _OfThread(threading.local):
    """A file system of its own for each thread: some have a single connection."""

    def __init__(self, root: RootUrl) -> None:
        self.files, self._top = open_files(root, asynchronous=False)
        # Some remember lists for as long as the process lives.
        self.files.invalidate_cache()

    def place(self, path: str) -> str:
        """What the file system calls a path below the root."""
        return f"{self._top}/{path}".rstrip("/")
