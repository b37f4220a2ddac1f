"""What lies in a folder of a storage: for finding stores, never for reading them."""

import asyncio
import os
from collections.abc import Iterable
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec
import obstore
from obstore.exceptions import BaseError

from plates.omezarr import transport_fsspec, transport_local, transport_objects
from plates.omezarr.addressing import WEB, RootUrl, safe_path
from plates.omezarr.admission import admit
from plates.omezarr.errors import StoreNotFound
from plates.omezarr.guard import Guard
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_web import LinksOfPage, WebStore


class FolderEntry(msgspec.Struct, frozen=True, order=True):
    """One name in a folder."""

    name: str
    is_folder: bool


def list_folder(root: RootUrl, path: str = "", *, options: StoreOptions) -> tuple[FolderEntry, ...]:
    """The names in a folder of a storage, sorted, without those that no path may hold.

    A web server is asked for its page of links; one that makes no such page shows nothing.
    StoreNotFound, StoreForbidden or StoreUnreachable if the folder cannot be listed,
    AddressRefused if the guard of the options says no.
    """
    admit(root, options)
    folder = safe_path(path) if path else ""
    if root.is_local:
        entries = _list_local(root, folder, options.guard)
    elif root.scheme == "s3":
        entries = _list_bucket(root, folder, options)
    elif root.scheme in WEB:
        entries = _list_web(root, folder, options)
    else:
        entries = _list_other(root, folder)
    return tuple(sorted(entry for entry in set(entries) if _is_plain(entry.name)))


def _is_plain(name: str) -> bool:
    return name not in {"", ".", ".."} and "/" not in name and "\\" not in name


def _list_local(root: RootUrl, folder: str, guard: Guard | None) -> list[FolderEntry]:
    def look(real: str) -> None:
        # A symbolic link below the root may lead out of what is allowed.
        if guard is not None:
            guard.admit_folder(real, root.child(folder))

    try:
        found = transport_local.entries_of(os.path.join(root.path, folder), look)  # noqa: PTH118
    except OSError as error:
        raise transport_local.failure_of(error, root.child(folder)) from error
    return [FolderEntry(name, is_folder) for name, is_folder in found]


def _list_bucket(root: RootUrl, folder: str, options: StoreOptions) -> list[FolderEntry]:
    try:
        client = transport_objects.s3_client(root, options)
        found = obstore.list_with_delimiter(client, folder or None)
    except (BaseError, OSError, ValueError) as error:
        raise transport_objects.failure_of(error, root.child(folder), root.place) from error
    folders = [FolderEntry(_last(prefix), is_folder=True) for prefix in found["common_prefixes"]]
    files = [FolderEntry(_last(entry["path"]), is_folder=False) for entry in found["objects"]]
    return folders + files


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _list_web(root: RootUrl, folder: str, options: StoreOptions) -> list[FolderEntry]:
    page = asyncio.run(_page(root, f"{folder}/" if folder else "", options))
    if page is None:
        raise StoreNotFound(f"There is nothing at {root.child(folder)}, or no list of it.")
    parser = LinksOfPage()
    parser.feed(page.decode("utf-8", "replace"))
    base = urlsplit(f"{root.child(quote(folder))}/")
    return list(_entries(parser.links, base.geturl(), base.path))


async def _page(root: RootUrl, path: str, options: StoreOptions) -> bytes | None:
    store = WebStore(root, options)
    try:
        return await store.read(path)
    finally:
        await store.close()


def _entries(links: Iterable[str], base: str, folder: str) -> Iterable[FolderEntry]:
    """What links lead directly below a folder; those that sort or lead elsewhere are left out."""
    for link in links:
        target = urlsplit(urljoin(base, link))
        if target.netloc == urlsplit(base).netloc and target.path.startswith(folder):
            name = target.path.removeprefix(folder)
            yield FolderEntry(unquote(name.rstrip("/")), is_folder=name.endswith("/"))


def _list_other(root: RootUrl, folder: str) -> list[FolderEntry]:
    files, top = transport_fsspec.open_files(root, asynchronous=False)
    try:
        found = files.ls(f"{top}/{folder}".rstrip("/"), detail=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreNotFound(f"There is nothing at {root.child(folder)}.") from error
    except (OSError, ValueError, EOFError) as error:
        raise transport_fsspec.failure_of(error, root.child(folder)) from error
    return [FolderEntry(_last(entry["name"]), entry["type"] == "directory") for entry in found]
