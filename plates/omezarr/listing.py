"""What lies in a folder of a storage: for finding stores, never for reading them."""

import asyncio

from plates.omezarr.addressing import WEB, RootUrl, safe_path
from plates.omezarr.admission import admit
from plates.omezarr.folders import FolderEntry, Folders, plain_entries
from plates.omezarr.folders_fsspec import FsspecFolders
from plates.omezarr.folders_local import LocalFolders
from plates.omezarr.folders_objects import ObjectsFolders
from plates.omezarr.folders_web import WebFolders
from plates.omezarr.options import StoreOptions

__all__ = ["FolderEntry", "list_folder", "open_folders"]


def open_folders(root: RootUrl, options: StoreOptions) -> Folders:
    """The folders of a storage below an address; nothing is asked for yet.

    UnsupportedScheme if there is no client, AddressRefused if the guard of the options says no.
    """
    admit(root, options)
    if root.is_local:
        return LocalFolders(root, options)
    if root.scheme in WEB:
        return WebFolders(root, options)
    if root.scheme == "s3":
        return ObjectsFolders(root, options)
    return FsspecFolders(root, options)


def list_folder(root: RootUrl, path: str = "", *, options: StoreOptions) -> tuple[FolderEntry, ...]:
    """The names in a folder of a storage, sorted, without those that no path may hold.

    A web server is asked for its page of links; one that makes no such page shows nothing.
    StoreNotFound, StoreForbidden or StoreUnreachable if the folder cannot be listed,
    AddressRefused if the guard of the options says no.
    """
    folder = safe_path(path) if path else ""
    return plain_entries(asyncio.run(_listed(root, folder, options)))


async def _listed(root: RootUrl, folder: str, options: StoreOptions) -> list[FolderEntry]:
    folders = open_folders(root, options)
    try:
        return await folders.entries(folder)
    finally:
        await folders.close()
