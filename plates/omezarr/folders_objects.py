"""Folders of a bucket: what the keys of its objects have in common up to the next slash."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import obstore

from plates.omezarr.errors import StoreNotFound
from plates.omezarr.folders import (
    LONGEST_LISTING_S,
    MAX_NAMES,
    FolderEntry,
    Identity,
    last_name,
    too_many_names,
)
from plates.omezarr.transport_objects import ObjectsStore

if TYPE_CHECKING:
    from obstore import ListResult, ObjectMeta


class ObjectsFolders(ObjectsStore):
    """The folders below a prefix of a bucket; a page of 1,000 names is one request."""

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder, all pages of them; none if there is no such folder."""
        try:
            async with asyncio.timeout(LONGEST_LISTING_S):
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
