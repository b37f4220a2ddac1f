"""Finding the stores below an address: folders are listed until one holds Zarr's own documents."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from plates.omezarr.addressing import MAX_DEPTH, RootUrl
from plates.omezarr.errors import ReadCancelled, StoreForbidden, StoreNotFound
from plates.omezarr.listing import list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import RemoteStore, open_store
from plates.omezarr.transport_local import LocalStore

MAX_FOLDERS: Final = 100_000
_MARKS: Final = ("zarr.json", ".zattrs", ".zgroup", ".zarray")


def find_stores(
    url: str,
    *,
    options: StoreOptions,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[str]:
    """The addresses of the stores at or below an address, in order.

    What lies inside of a store is not looked at. `progress` is told (folders looked at, folders
    known of). StoreNotFound if there is none, another StoreError if the address cannot be read,
    ReadCancelled when `stop` says yes.
    """
    root = RootUrl.parse(url)
    if is_zarr(root, options):
        return [root.shown]
    found = sorted(_below(root, options, progress, stop))
    if not found:
        raise StoreNotFound(
            f"No OME-Zarr store lies at {root.shown} or in a folder below it. "
            "Check the address; a store's own folder holds zarr.json or .zattrs."
        )
    return [root.child(path) for path in found]


def is_zarr(root: RootUrl, options: StoreOptions) -> bool:
    """Whether a Zarr hierarchy starts at an address; works where nothing can be listed too."""
    store = open_store(root, options)
    if isinstance(store, LocalStore):
        store.require()
        return any(store.read(mark) is not None for mark in _MARKS)
    return asyncio.run(_is_remote_zarr(store))


async def _is_remote_zarr(store: RemoteStore) -> bool:
    refusal: StoreForbidden | None = None
    try:
        for mark in _MARKS:
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


def _below(
    root: RootUrl,
    options: StoreOptions,
    progress: Callable[[int, int], None] | None,
    stop: Callable[[], bool] | None,
) -> list[str]:
    found: list[str] = []
    waiting = deque([""])
    looked = 0
    while waiting and looked < MAX_FOLDERS:
        if stop is not None and stop():
            raise ReadCancelled("Looking for stores was stopped.")
        path = waiting.popleft()
        entries = list_folder(root, path, options=options)
        looked += 1
        if any(entry.name in _MARKS for entry in entries):
            found.append(path)
        elif path.count("/") < MAX_DEPTH - 1:
            waiting.extend(
                f"{path}/{entry.name}".lstrip("/") for entry in entries if entry.is_folder
            )
        if progress is not None:
            progress(looked, looked + len(waiting))
    return found
