"""Finding the stores below an address: folders are listed until one holds Zarr's own documents."""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from plates.omezarr.addressing import MARKS, MAX_DEPTH, RootUrl, names_packed_store
from plates.omezarr.errors import ReadCancelled, StoreError, StoreForbidden, StoreNotFound
from plates.omezarr.listing import list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive

MAX_FOLDERS: Final = 100_000
MAX_UNREAD: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The stores below an address, and what could not be looked at."""

    urls: tuple[str, ...]
    unread: tuple[str, ...] = ()
    """A sentence for each folder that could not be listed; the first of them."""
    complete: bool = True
    """False if there were more folders than are looked at."""


def find_stores(
    url: str,
    *,
    options: StoreOptions,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """The stores at or below an address, in order.

    What lies inside of a store is not looked at. `progress` is told (folders looked at, folders
    known of). StoreNotFound if there is none, another StoreError if the address itself cannot be
    read, ReadCancelled when `stop` says yes.
    """
    root = RootUrl.parse(url)
    if is_zarr(root, options):
        return Found((root.shown,))
    if root.is_archive and not (root.is_local and os.path.isdir(root.path)):  # noqa: PTH112 - as LocalStore
        raise StoreNotFound(
            f"There is no OME-Zarr in the archive {root.shown}: neither zarr.json nor .zattrs lies "
            "at its top or in its only folder."
        )
    search = _Search(root, options)
    search.run(progress, stop)
    if not search.found:
        raise StoreNotFound(
            f"No OME-Zarr store lies at {root.shown} or in a folder below it. "
            "Check the address; a store's own folder holds zarr.json or .zattrs. "
            + " ".join(search.unread[:1])
        )
    urls = tuple(root.child(path) for path in sorted(search.found))
    return Found(urls, tuple(search.unread), complete=not search.waiting)


def is_zarr(root: RootUrl, options: StoreOptions) -> bool:
    """Whether a Zarr hierarchy starts at an address; works where nothing can be listed too."""
    store = open_store(root, options)
    if isinstance(store, LocalStore | LocalArchive):
        try:
            store.require()
            return any(store.read(mark) is not None for mark in MARKS)
        finally:
            store.close()
    return asyncio.run(_is_remote_zarr(store))


async def _is_remote_zarr(store: RemoteStore) -> bool:
    refusal: StoreForbidden | None = None
    try:
        for mark in MARKS:
            try:
                if await store.read(mark) is not None:
                    return True
            except StoreForbidden as error:
                # A bucket that may not be listed says so of every document that is not there.
                refusal = error
    finally:
        await store.close()
    if refusal is not None and store.root.scheme != "s3":
        raise refusal
    return False


class _Search:
    """Folders below a root, looked at one after the other, none of them twice."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.options = options
        self.found: list[str] = []
        self.unread: list[str] = []
        self.waiting = deque([""])
        self._seen: set[tuple[int, int]] = set()

    def run(
        self,
        progress: Callable[[int, int], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        """Look at all folders, up to a bound."""
        for looked in range(MAX_FOLDERS):
            if stop is not None and stop():
                raise ReadCancelled("Looking for stores was stopped.")
            if not self.waiting:
                return
            self._look(self.waiting.popleft())
            if progress is not None:
                progress(looked + 1, looked + 1 + len(self.waiting))

    def _look(self, path: str) -> None:
        if self._was_seen(path):
            return
        try:
            entries = list_folder(self.root, path, options=self.options)
        except StoreError as error:
            if not path:
                raise
            # One closed folder, such as lost+found, is no reason to see nothing of the rest.
            if len(self.unread) < MAX_UNREAD:
                self.unread.append(str(error))
            return
        if any(entry.name in MARKS for entry in entries):
            self.found.append(path)
            return
        packed = [one.name for one in entries if not one.is_folder and names_packed_store(one.name)]
        self.found += [f"{path}/{name}".lstrip("/") for name in packed]
        if path.count("/") < MAX_DEPTH - 1:
            folders = [entry.name for entry in entries if entry.is_folder]
            self.waiting.extend(
                f"{path}/{name}".lstrip("/") for name in folders if self._can_be_named(name)
            )

    def _can_be_named(self, name: str) -> bool:
        """Whether a name is text; one of other bytes can stand in no address."""
        if name.isprintable() or name.encode("utf-8", "replace").decode() == name:
            return True
        if len(self.unread) < MAX_UNREAD:
            shown = name.encode("utf-8", "backslashreplace").decode()
            self.unread.append(
                f"A folder called {shown} was left out: its name is no UTF-8. Rename it."
            )
        return False

    def _was_seen(self, path: str) -> bool:
        """Whether a folder was looked at already, under another name: links may run in circles."""
        if not self.root.is_local:
            return False
        try:
            folder = os.stat(os.path.join(self.root.path, path))  # noqa: PTH116, PTH118 - as listing
        except OSError:
            return False
        key = (folder.st_dev, folder.st_ino)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False
