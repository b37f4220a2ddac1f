"""Documents of any other storage that fsspec can open: memory, ftp, sftp, archives ..."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import fsspec

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    StoreError,
    StoreForbidden,
    StoreUnreachable,
    UnsupportedScheme,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_local import too_large

_MAX_THREADS: Final = 16
_TIMES: Final = ("ETag", "etag", "mtime", "LastModified", "last_modified", "modify", "created")
"""What different file systems call that which changes with a file."""


class FsspecStore:
    """A store behind a file system of fsspec; `read` may be called many times at once."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = True
        self._limit = options.max_document_bytes
        self._files, self._folder = open_files(root, asynchronous=True)
        self._threads = ThreadPoolExecutor(min(_MAX_THREADS, options.concurrency))

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        try:
            content = await self._content(f"{self._folder}/{path}")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except (OSError, EOFError, ValueError) as error:
            raise failure_of(error, self.root.child(path)) from error
        if len(content) > self._limit:
            raise too_large(self.root, path, self._limit)
        return content

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        end = None if start < 0 else start + length
        try:
            return (await self._part(f"{self._folder}/{path}", start, end))[:length]
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except (OSError, EOFError, ValueError) as error:
            raise failure_of(error, self.root.child(path)) from error

    async def sign(self, path: str) -> str | None:
        """What changes when a document does, empty if that cannot be told, None without it."""
        try:
            about = await self._about(f"{self._folder}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, EOFError, ValueError) as error:
            raise failure_of(error, self.root.child(path)) from error
        return sign_of(about)

    async def _about(self, place: str) -> dict[str, object]:
        if self._files.async_impl:
            about: dict[str, object] = await self._files._info(place)  # noqa: SLF001
            return about
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._files.info, place
        )

    async def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""
        place = f"{self._folder}/{path}".rstrip("/")
        try:
            found = await self._listing(place)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (OSError, EOFError, ValueError) as error:
            raise failure_of(error, self.root.child(path)) from error
        names = (one["name"] for one in found if one["type"] == "directory")
        return tuple(sorted(name.rstrip("/").rpartition("/")[2] for name in names))

    async def _listing(self, place: str) -> list[dict[str, str]]:
        if self._files.async_impl:
            entries: list[dict[str, str]] = await self._files._ls(place, detail=True)  # noqa: SLF001
            return entries
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._files.ls, place)

    async def _content(self, place: str) -> bytes:
        return await self._part(place, 0, self._limit + 1)

    async def _part(self, place: str, start: int, end: int | None) -> bytes:
        if self._files.async_impl:
            content: bytes = await self._files._cat_file(place, start=start, end=end)  # noqa: SLF001
            return content
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._files.cat_file, place, start, end)

    async def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def sign_of(about: Mapping[str, object]) -> str:
    """What changes when a file does, as far as its file system tells; empty if it does not."""
    told = next((about[key] for key in _TIMES if about.get(key)), None)
    return "" if told is None else f"{about.get('size')} {told}"


def open_files(root: RootUrl, *, asynchronous: bool) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of an address and the folder in it; UnsupportedScheme if there is none."""
    userinfo = f"{root.userinfo}@" if root.userinfo else ""
    url = f"{root.scheme}://{userinfo}{root.place}/{root.path}".rstrip("/")
    try:
        kind = fsspec.get_filesystem_class(root.scheme)
        wanted = {"asynchronous": True} if asynchronous and kind.async_impl else {}
        files, folder = fsspec.core.url_to_fs(url, **wanted)
    except (ValueError, ImportError) as error:
        raise UnsupportedScheme(
            f"Addresses that begin with {root.scheme}:// cannot be opened here. Local folders, "
            "file://, http://, https:// and s3:// always can."
        ) from error
    except OSError as error:
        raise failure_of(error, root.shown) from error
    return files, folder.rstrip("/")


def failure_of(error: Exception, shown: str) -> StoreError:
    """What went wrong with a file of fsspec, in our words."""
    if isinstance(error, PermissionError):
        return StoreForbidden(f"{shown} may not be read. Ask its owner for the right to read it.")
    return StoreUnreachable(f"{shown} could not be read just now. Try again later.")
