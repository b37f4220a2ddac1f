"""Finding the stores below an address: folders are listed until one holds Zarr's own documents."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from plates.omezarr.addressing import MARKS, RootUrl
from plates.omezarr.errors import NothingFound, ReadCancelled, StoreNotFound
from plates.omezarr.listing import open_folders
from plates.omezarr.options import StoreOptions
from plates.omezarr.patterns import EVERYTHING, Patterns
from plates.omezarr.search import FoundStore, Search
from plates.omezarr.store import open_store
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.unseen import Unseen

BATCH: Final = 50
PATIENCE_S: Final = 2.0
"""How long found stores wait for others before they are given."""
_TICK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Found:
    """The stores below an address, and what could not be looked at."""

    urls: tuple[str, ...]
    unread: tuple[str, ...] = ()
    """A sentence for each folder that could not be looked into; the first of them."""
    complete: bool = True
    """False if there were more folders than are looked at, or if the storage failed for some."""
    stores: tuple[FoundStore, ...] = ()
    """The same as `urls`, with what was seen of each."""
    hidden: tuple[str, ...] = ()
    """The addresses of folders that were not looked into."""

    def covers(self, url: str) -> bool:
        """Whether a store at this address, below the one searched, would have been found.

        If not, that it was not found does not mean that it is gone. Patterns are not considered.
        """
        address = RootUrl.parse(url).shown
        return self.complete and not any(_lies_in(address, folder) for folder in self.hidden)


class StoreSearch:
    """The stores at or below an address, given in batches as they are found.

    The search goes on only while the next batch is awaited: work in between holds it up, and no
    more is read than is wanted. Batches come in the order in which folders are looked at, the same
    in each search. `unread`, `complete` and `hidden` are as in Found, whole when it is over.
    """

    def __init__(
        self,
        url: str,
        *,
        options: StoreOptions,
        patterns: Patterns,
        progress: Callable[[int, int], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self._root = RootUrl.parse(url)
        self._options = options
        self._patterns = patterns
        self._progress = progress
        self._stop = stop
        self._unseen = Unseen(self._root)

    @property
    def unread(self) -> tuple[str, ...]:
        """A sentence for each folder that could not be looked into so far; the first of them."""
        return tuple(self._unseen.sentences)

    @property
    def complete(self) -> bool:
        """False if folders were left out so far that later may show more."""
        return self._unseen.complete

    @property
    def passes(self) -> bool:
        """True if the storage failed for some folders, so that a later search may see them."""
        return self._unseen.passes

    @property
    def hidden(self) -> tuple[str, ...]:
        """The addresses of folders that were not looked into so far."""
        return tuple(self._unseen.hidden)

    def __iter__(self) -> Iterator[tuple[FoundStore, ...]]:
        if self._is_packed():
            return self._packed()
        if self._root.is_local:
            LocalStore(self._root, self._options).require()
        return self._batches()

    def _is_packed(self) -> bool:
        """Whether the address is that of an archive; a folder may be called as those are."""
        is_folder = self._root.is_local and os.path.isdir(self._root.path)  # noqa: PTH112 - as LocalStore
        return self._root.is_archive and not is_folder

    def _packed(self) -> Iterator[tuple[FoundStore, ...]]:
        mark = _mark_of_archive(self._root, self._options)
        if mark is None:
            raise StoreNotFound(
                f"There is no OME-Zarr in the archive {self._root.shown}: neither zarr.json nor "
                ".zattrs lies at its top or in its only folder."
            )
        yield (FoundStore(self._root.shown, mark),)

    def _batches(self) -> Iterator[tuple[FoundStore, ...]]:
        any_found = False
        with asyncio.Runner() as runner:
            search = runner.run(self._opened())
            self._unseen = search.unseen
            try:
                for batch in self._slices(runner, search):
                    any_found = True
                    yield batch
            finally:
                runner.run(search.close())
        if not any_found:
            raise self._nothing_found()

    def _slices(self, runner: asyncio.Runner, search: Search) -> Iterator[tuple[FoundStore, ...]]:
        """The batches; between slices of time the caller is told how far it is, and asked."""
        given_at = time.monotonic()
        while not search.is_over:
            if self._stop is not None and self._stop():
                raise ReadCancelled("Looking for stores was stopped.")
            runner.run(search.advance(most=BATCH, until=time.monotonic() + _TICK_S))
            if self._progress is not None:
                self._progress(search.done, search.known)
            waited = time.monotonic() - given_at > PATIENCE_S
            if len(search.found) >= BATCH or (search.found and (waited or search.is_over)):
                yield search.take_found(BATCH)
                given_at = time.monotonic()
        while search.found:
            yield search.take_found(BATCH)

    async def _opened(self) -> Search:
        return Search(self._root, open_folders(self._root, self._options), self._patterns)

    def _nothing_found(self) -> NothingFound:
        by_name = "" if self._patterns == EVERYTHING else " that the patterns take in"
        return NothingFound(
            f"No OME-Zarr store{by_name} lies at {self._root.shown} or in a folder below it. "
            "Check the address; a store's own folder holds zarr.json or .zattrs. "
            + " ".join(self.unread[:1])
        )


def search_stores(
    url: str,
    *,
    options: StoreOptions,
    patterns: Patterns = EVERYTHING,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> StoreSearch:
    """The stores at or below an address, in batches of up to 50, while the search goes on.

    What lies inside of a store is not looked at. A Zarr hierarchy that says nothing of OME-Zarr at
    its top is looked into: the images in it are stores of their own; without any it is one store,
    of kind ZARR. `patterns` are held against paths relative to the address, but what lies at the
    address itself is always wanted, and a pattern that names a hierarchy names the images in it.

    `progress` is told (folders looked at, folders known of), ten times a second. While it is
    iterated over: StoreNotFound at the end if there was none, another StoreError if the address
    itself cannot be read, ReadCancelled when `stop` says yes.
    """
    return StoreSearch(url, options=options, patterns=patterns, progress=progress, stop=stop)


def find_stores(
    url: str,
    *,
    options: StoreOptions,
    patterns: Patterns = EVERYTHING,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """The stores at or below an address, all at once and sorted; as `search_stores` finds them."""
    search = search_stores(url, options=options, patterns=patterns, progress=progress, stop=stop)
    stores = tuple(sorted(store for batch in search for store in batch))
    return Found(
        urls=tuple(store.url for store in stores),
        unread=search.unread,
        complete=search.complete,
        stores=stores,
        hidden=search.hidden,
    )


def _mark_of_archive(root: RootUrl, options: StoreOptions) -> str | None:
    """The mark of a Zarr hierarchy that an archive holds, None if it holds none."""
    store = open_store(root, options)
    if isinstance(store, LocalStore | LocalArchive):
        try:
            store.require()
            return next((mark for mark in MARKS if store.read(mark) is not None), None)
        finally:
            store.close()
    return asyncio.run(_mark_of_remote(store))


async def _mark_of_remote(store: RemoteStore) -> str | None:
    try:
        for mark in MARKS:
            if await store.read(mark) is not None:
                return mark
    finally:
        await store.close()
    return None


def _lies_in(address: str, folder: str) -> bool:
    return address == folder or address.startswith(f"{folder.rstrip('/')}/")
