"""Folders of a bucket: what the keys of its objects have in common up to the next slash."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import obstore

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreNotFound
from plates.omezarr.folders import (
    LONGEST_LISTING_S,
    MAX_NAMES,
    FolderEntry,
    Identity,
    last_name,
    too_many_names,
)
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_objects import ObjectsStore

if TYPE_CHECKING:
    from obstore import ListResult, ObjectMeta

_LISTS_AT_ONCE: Final = 16
"""Fewer than other requests: the client holds all pages of a list until the last has come."""


class ObjectsFolders(ObjectsStore):
    """The folders below a prefix of a bucket; a page of 1,000 names is one request."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        super().__init__(root, options)
        self._lists = asyncio.Semaphore(_LISTS_AT_ONCE)

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder, all pages of them; none if there is no such folder."""
        try:
            async with self._lists, asyncio.timeout(LONGEST_LISTING_S):
                found = await self._again(lambda: self._list_once(path), path)
        except TimeoutError as error:
            raise too_many_names(self.root.child(path)) from error
        if found is None:
            raise StoreNotFound(f"There is no bucket {self.root.place}.")
        if len(found["common_prefixes"]) + len(found["objects"]) > MAX_NAMES:
            raise too_many_names(self.root.child(path))
        folders = [FolderEntry(last_name(one), is_folder=True) for one in found["common_prefixes"]]
        files = [FolderEntry(last_name(one["path"]), is_folder=False) for one in found["objects"]]
        return folders + files

    async def _list_once(self, path: str) -> "ListResult[Sequence[ObjectMeta]]":
        return await obstore.list_with_delimiter_async(self._client, path or None)

    async def head(self, path: str, length: int) -> bytes | None:
        """So many bytes of the start of a document, None if there is none."""
        return await self._again(lambda: self._part_once(path, 0, length), path)

    async def identity(self, path: str) -> Identity | None:
        """None: an object has one key."""
        return None
