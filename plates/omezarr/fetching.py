"""Whole files of any storage, for lists and inventories: a piece at a time, never all in memory."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, Final, cast
from urllib.parse import unquote

from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.errors import FileTooLarge, ReadCancelled, StoreNotFound, UnsupportedScheme
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_objects import ObjectsStore
from plates.omezarr.transport_web import WebStore
from plates.omezarr.transport_zip import LocalArchive

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

_PIECE: Final = 8 * 1024 * 1024
_IN_MEMORY: Final = 32 * 1024 * 1024


@contextmanager
def fetched(
    url: str,
    *,
    options: StoreOptions,
    at_most: int,
    stop: Callable[[], bool] | None = None,
) -> Iterator[BinaryIO]:
    """A file as a stream that can be gone through in any order, gone when the block ends.

    StoreNotFound or another StoreError if it cannot be had, FileTooLarge if it has more bytes than
    `at_most`, ReadCancelled when `stop` says yes.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spooled:
        file = cast("BinaryIO", spooled)
        fetch(url, file, options=options, at_most=at_most, stop=stop)
        file.seek(0)
        yield file


def fetch(
    url: str,
    file: BinaryIO,
    *,
    options: StoreOptions,
    at_most: int,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Write a file of any storage into one of ours; its size. Refused as `fetched` refuses."""
    folder, name = folder_and_name(url)
    into = _Into(file, url, at_most, stop)
    store = open_store(folder, options)
    if isinstance(store, LocalStore | LocalArchive):
        _fetch_local(store, name, into)
    else:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_fetch_remote(store, name, into))
    return into.size


def changed_at(url: str, *, options: StoreOptions) -> datetime | None:
    """When a file was changed last; None where its storage does not tell."""
    folder, name = folder_and_name(url)
    store = open_store(folder, options)
    if isinstance(store, LocalStore):
        return store.changed_at(name)
    if not isinstance(store, ObjectsStore | WebStore):
        return None
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_changed_at(store, name))


async def _changed_at(store: ObjectsStore | WebStore, name: str) -> datetime | None:
    try:
        return await store.changed_at(name)
    finally:
        await store.close()


def folder_and_name(url: str) -> tuple[RootUrl, str]:
    """The folder that a file lies in, and its name there; UnsupportedScheme if it names no file."""
    whole = RootUrl.parse(url)
    shown = whole.shown
    if not whole.path.strip("/"):
        raise UnsupportedScheme(f"{shown} is the address of a storage, not of a file in it.")
    folder, _, name = shown.rpartition("/")
    root = RootUrl.parse(folder or "/")
    # Addresses of the web are kept as they are written, names as they are called.
    return root, unquote(name) if root.scheme in WEB else name


class _Into:
    """Takes the pieces of a file, one after the other."""

    def __init__(
        self, file: BinaryIO, url: str, at_most: int, stop: Callable[[], bool] | None
    ) -> None:
        self._file = file
        self._url = url
        self._at_most = at_most
        self._stop = stop
        self.size = 0

    def take(self, piece: bytes | None) -> bool:
        """Take a piece; whether more may follow."""
        if self._stop is not None and self._stop():
            raise ReadCancelled("Reading the file was stopped.")
        if piece is None:
            raise StoreNotFound(f"There is nothing at {self._url}. Is the address right?")
        self.size += len(piece)
        if self.size > self._at_most:
            raise FileTooLarge(f"{self._url} is larger than {self._at_most:,} bytes.")
        self._file.write(piece)
        return len(piece) == _PIECE


def _fetch_local(store: DiskStore, name: str, into: _Into) -> None:
    try:
        while into.take(store.piece(name, into.size, _PIECE)):
            pass
    finally:
        store.close()


async def _fetch_remote(store: RemoteStore, name: str, into: _Into) -> None:
    try:
        while into.take(await store.piece(name, into.size, _PIECE)):
            pass
    finally:
        await store.close()
