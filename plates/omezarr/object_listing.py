"""All objects below an address, with their sizes: listed, never opened."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

import obstore
from obstore.exceptions import BaseError

from plates.omezarr import transport_fsspec, transport_objects
from plates.omezarr.addressing import RootUrl, safe_path
from plates.omezarr.admission import admit
from plates.omezarr.errors import ListingUnavailable, ReadCancelled, StoreNotFound
from plates.omezarr.object_listing_local import FolderListing, UnreadFolder
from plates.omezarr.objects import ListedObject, moment_of
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.transport_zip_remote import RemoteArchive

_WEB: Final = frozenset({"http", "https"})
_PAGE: Final = 1_000
_TICK_S: Final = 0.1
_LOOK_EVERY: Final = 256
# What the file systems of fsspec call the time of the last change, the surest first.
_TIMES: Final = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")


def list_objects(
    root: RootUrl,
    *,
    options: StoreOptions,
    prefix: str = "",
    progress: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    unread: list[UnreadFolder] | None = None,
) -> Iterator[ListedObject]:
    """Every object below an address, or below the folder `prefix` there, as the storage tells of it.

    Paths are relative to the root. `progress` is told how many there were so far, ten times a
    second and at the end; when `stop` says yes, ReadCancelled is raised. Folders that could not be
    listed are added to `unread`: what lies in them is not known. StoreNotFound, StoreForbidden or
    StoreUnreachable if the listing as a whole fails, ListingUnavailable for a web server.
    """
    folder = safe_path(prefix) if prefix else ""
    admit(root, options)
    return _watched(_listed(root, folder, options, unread), progress, stop)


def _listed(
    root: RootUrl, folder: str, options: StoreOptions, unread: list[UnreadFolder] | None
) -> Iterator[ListedObject]:
    store = open_store(root, options) if root.is_archive else None
    if isinstance(store, LocalArchive | RemoteArchive):
        return _in_archive(store, folder)
    if root.is_local:
        return FolderListing(root, [] if unread is None else unread).objects(folder)
    if root.scheme == "s3":
        return _in_bucket(root, folder, options)
    if root.scheme in _WEB:
        raise ListingUnavailable(
            f"{root.shown} lies on a web server, and these do not tell what objects they hold. "
            "Give the folder or the bucket that the server shows, or an inventory of it."
        )
    return _elsewhere(root, folder)


def _watched(
    objects: Iterator[ListedObject],
    progress: Callable[[int], None] | None,
    stop: Callable[[], bool] | None,
) -> Iterator[ListedObject]:
    number, due = 0, time.monotonic()
    for number, one in enumerate(objects, start=1):
        # The first object may be long in coming, and a look at the clock costs as much as an object.
        if number % _LOOK_EVERY == 1 and time.monotonic() >= due:
            due = time.monotonic() + _TICK_S
            if stop is not None and stop():
                raise ReadCancelled("Listing the objects was stopped.")
            if progress is not None:
                progress(number)
        yield one
    if progress is not None:
        progress(number)


def _in_bucket(root: RootUrl, folder: str, options: StoreOptions) -> Iterator[ListedObject]:
    empty = True
    try:
        client = transport_objects.s3_client(root, options)
        for page in obstore.list(client, folder or None, chunk_size=_PAGE):
            for entry in page:
                empty = False
                yield ListedObject(
                    entry["path"],
                    entry["size"],
                    entry["last_modified"],
                    etag=(entry["e_tag"] or "").strip('"'),
                )
    except (BaseError, OSError, ValueError) as error:
        raise transport_objects.listing_failure(error, root.child(folder), root.place) from error
    if empty:
        raise StoreNotFound(f"There is no object at {root.child(folder)}. Is the address right?")


def _in_archive(store: LocalArchive | RemoteArchive, folder: str) -> Iterator[ListedObject]:
    inside = f"{folder}/" if folder else ""
    if isinstance(store, RemoteArchive):
        files = asyncio.run(_remote_files(store))
    else:
        try:
            files = store.files()
        finally:
            store.close()
    for path, size in files:
        if path.startswith(inside):
            yield ListedObject(path, size)


async def _remote_files(store: RemoteArchive) -> Iterator[tuple[str, int]]:
    try:
        return await store.files()
    finally:
        await store.close()


def _elsewhere(root: RootUrl, folder: str) -> Iterator[ListedObject]:
    files, top = transport_fsspec.open_files(root, asynchronous=False)
    base = f"{top}/".lstrip("/")
    try:
        found = files.find(f"{top}/{folder}".rstrip("/"), detail=True)
    except (OSError, ValueError, EOFError) as error:
        raise transport_fsspec.failure_of(error, root.child(folder)) from error
    if not found:
        raise StoreNotFound(f"There is no object at {root.child(folder)}. Is the address right?")
    for name, told in found.items():
        size = told.get("size")
        yield ListedObject(
            name.lstrip("/").removeprefix(base),
            size if isinstance(size, int) else 0,
            next((when for key in _TIMES if (when := moment_of(told.get(key)))), None),
            storage_class=str(told.get("StorageClass") or ""),
            etag=str(told.get("ETag") or told.get("etag") or "").strip('"'),
        )
