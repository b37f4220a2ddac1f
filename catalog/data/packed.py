"""Bytes of stores that no client can be sent to, read here: archives, and what only fsspec reaches."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from catalog.data.answers import described, head_of, plain, settled, tag_of, type_of
from catalog.services.byte_places import Elsewhere
from plates.omezarr.addressing import RootUrl
from plates.omezarr.store import Store, open_store
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.transport_zip_remote import RemoteArchive

Found = TypeVar("Found")

_KEPT_S: Final = 60.0
_MOST_OPEN: Final = 64
_PATIENCE_S: Final = 60.0


class _Loop:
    """An event loop in a thread of its own, on which stores of the network are read."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="data").start()

    def run(self, work: Coroutine[object, object, Found]) -> Found:
        """What comes of work on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)


@lru_cache(maxsize=1)
def _loop() -> _Loop:
    # Not before the first request: a thread does not live on in a process that is forked.
    return _Loop()


class _Kept:
    """A store that was opened, whose turn it is to read in it, and until when it stays open."""

    def __init__(self, place: Elsewhere) -> None:
        self.store = open_store(place.root, place.options)
        self.turn = threading.Lock()
        self.until = time.monotonic() + _KEPT_S
        self.is_closed = False

    def close(self) -> None:
        """Close the store, once nobody reads in it."""
        with self.turn:
            self.is_closed = True
            if isinstance(self.store, LocalArchive | LocalStore):
                self.store.close()
            else:
                _loop().run(self.store.close())


class _Stores:
    """Stores that are open: reading the directory of an archive anew each time would take long.

    Not for ever, so that an archive that was written anew is seen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[RootUrl, _Kept] = {}

    @contextmanager
    def opened(self, place: Elsewhere) -> Iterator[Store]:
        """A store to read in, alone."""
        while True:
            kept = self._of(place)
            with kept.turn:
                if not kept.is_closed:
                    yield kept.store
                    return

    def _of(self, place: Elsewhere) -> _Kept:
        with self._lock:
            old = self._overdue(place.root)
            kept = self._kept.get(place.root)
            if kept is None:
                kept = self._kept[place.root] = _Kept(place)
        for one in old:
            one.close()
        return kept

    def _overdue(self, wanted: RootUrl) -> list[_Kept]:
        """Those that were open for long, and one more if there are too many; taken out."""
        now = time.monotonic()
        gone = [root for root, kept in self._kept.items() if kept.until < now]
        if not gone and wanted not in self._kept and len(self._kept) >= _MOST_OPEN:
            gone.append(next(iter(self._kept)))
        return [self._kept.pop(root) for root in gone]


_stores: Final = _Stores()


def from_elsewhere(request: HttpRequest, place: Elsewhere, path: str) -> HttpResponseBase:
    """A file of such a store, or the part of it that is asked for; StoreError if it cannot be read."""
    with _stores.opened(place) as store:
        about = size_and_sign(store, path) if path else None
        if about is None:
            return plain(HTTPStatus.NOT_FOUND)
        size, sign = about
        tag = tag_of(sign)
        found = settled(request, size=size, tag=tag, path=path)
        if isinstance(found, HttpResponse):
            return found
        if request.method == "HEAD":
            return head_of(found, tag=tag, path=path)
        content = piece(store, path, found.start, found.length) if found.length else b""
    if content is None or len(content) != found.length:
        return plain(HTTPStatus.NOT_FOUND)
    return described(HttpResponse(content, content_type=type_of(path)), found, tag=tag)


def size_and_sign(store: Store, path: str) -> tuple[int, str] | None:
    """The size of a file of a store, and what changes when it does; None if there is none."""
    if isinstance(store, LocalArchive):
        size, sign = store.size(path), store.sign(path)
    elif isinstance(store, RemoteArchive):
        size, sign = _loop().run(store.size(path)), _loop().run(store.sign(path))
    else:
        told = store.sign(path) if isinstance(store, LocalStore) else _loop().run(store.sign(path))
        sign = told or ""
        number = sign.partition(" ")[0]
        size = int(number) if number.isdecimal() else None
    return None if size is None else (size, f"{size} {sign}")


def piece(store: Store, path: str, start: int, length: int) -> bytes | None:
    """So many bytes of a file of a store; None if there is none."""
    if isinstance(store, LocalArchive | LocalStore):
        return store.piece(path, start, length)
    return _loop().run(store.piece(path, start, length))
