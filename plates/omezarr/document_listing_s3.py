"""The documents of a store in S3: its keys are listed in order, and folders of many chunks are left.

A list cannot leave out what lies in a folder. But it can begin behind a key: once all of an answer
lies among the chunks of one array, the next begins behind these.
"""

import re
from collections.abc import AsyncIterator
from typing import Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import ListingUnavailable
from plates.omezarr.objects import ListedObject
from plates.omezarr.transport_objects import failure_of, listing_failure

PAGE: Final = 1_000
"""Keys that one request brings."""
MAX_PAGES: Final = 1_000
"""Requests for one store; a store that takes more is looked at in another way."""

_CHUNK_3: Final = re.compile(r"(.*/)?c/\d+(?:/\d+)*", re.ASCII)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_. /-]*", re.ASCII)
_BEHIND_DIGITS: Final = ":"
"""The character after the digits, with which the names of chunks begin."""


class KeyListing:
    """Lists the objects of one store, but for chunks that can be left out; counts the requests."""

    def __init__(self, client: S3Store, root: RootUrl, prefix: str) -> None:
        """`prefix` is where the store at a root lies for the client, with a slash at its end."""
        self.pages = 0
        self._client = client
        self._root = root
        self._prefix = prefix
        self._arrays: set[str] = set()
        self._leaves = True
        self._last = ""

    async def objects(self) -> AsyncIterator[list[ListedObject]]:
        """The objects in pages, by their paths in the store.

        StoreError if they cannot be listed, ListingUnavailable if they are too many.
        """
        behind = ""
        while True:
            leave = ""
            async for page in self._pages(behind):
                yield page
                leave = await self._folder_of_chunks(page)
                if leave:
                    break
            if not leave:
                return
            behind = f"{leave}{_BEHIND_DIGITS}"

    async def _pages(self, behind: str) -> AsyncIterator[list[ListedObject]]:
        offset = f"{self._prefix}{behind}" if behind else None
        try:
            found = obstore.list(self._client, self._prefix or None, offset=offset, chunk_size=PAGE)
            async for entries in found:
                self.pages += 1
                if self.pages > MAX_PAGES:
                    raise ListingUnavailable(
                        f"{self._root.shown} has so many objects that listing them took more than "
                        f"{MAX_PAGES:,} requests."
                    )
                yield [
                    ListedObject(
                        entry["path"].removeprefix(self._prefix),
                        entry["size"],
                        entry["last_modified"],
                        etag=(entry["e_tag"] or "").strip('"'),
                    )
                    for entry in entries
                ]
        except (BaseError, OSError, ValueError) as error:
            raise listing_failure(error, self._root.shown, self._root.place) from error

    async def _folder_of_chunks(self, page: list[ListedObject]) -> str:
        """The folder whose chunks fill all of a page, with a slash at its end; empty if none does."""
        self._learn(page)
        if not self._leaves or len(page) < PAGE:
            return ""
        first, last = page[0].path, page[-1].path
        folder = self._chunks_around(last)
        if not folder or not first.startswith(folder) or not _PLAIN.fullmatch(folder):
            return ""
        if not last < f"{folder}{_BEHIND_DIGITS}":
            return ""  # No chunk; going on behind these would be going back.
        is_known = folder[:-1] in self._arrays
        return folder if is_known or not await self._has(f"{folder}zarr.json") else ""

    def _learn(self, page: list[ListedObject]) -> None:
        """Note the arrays of Zarr 2, and whether keys come in order, as they do not everywhere."""
        for one in page:
            if one.path < self._last:
                self._leaves = False
            self._last = one.path
            if one.path.endswith("/.zarray"):
                self._arrays.add(one.path.removesuffix("/.zarray"))

    def _chunks_around(self, path: str) -> str:
        """The folder that holds a chunk, and nothing but chunks that begin with a digit."""
        above = path.rpartition("/")[0]
        while above:
            if above in self._arrays:
                return f"{above}/"
            above = above.rpartition("/")[0]
        found = _CHUNK_3.fullmatch(path)
        return f"{found[1] or ''}c/" if found else ""

    async def _has(self, path: str) -> bool:
        """Whether a document is there: then the folder called `c` is a node, not one of chunks."""
        self.pages += 1
        try:
            await obstore.head_async(self._client, f"{self._prefix}{path}")
        except FileNotFoundError:
            return False
        except (BaseError, OSError, ValueError) as error:
            raise failure_of(error, self._root.shown, self._root.place) from error
        return True
