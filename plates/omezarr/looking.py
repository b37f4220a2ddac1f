"""One look at one place of a storage: what it is, and what lies in it."""

import asyncio
from typing import Final

import msgspec

from plates.omezarr.addressing import MARKS, names_packed_store
from plates.omezarr.errors import FolderTooLarge, StoreError, StoreForbidden
from plates.omezarr.folders import FolderEntry, Folders, Identity, plain_entries
from plates.omezarr.marks import Mark, find_mark

_SUFFIX: Final = ".zarr"


class Seen(msgspec.Struct, frozen=True):
    """What a look found: a mark of Zarr, the names in the folder, or why it cannot be told.

    `entries` are the folders and packed stores of a folder that may hold stores, and its marks.
    """

    mark: Mark | None = None
    entries: tuple[FolderEntry, ...] = ()
    error: StoreError | None = None
    identity: Identity | None = None


class Looker:
    """Looks at places, with as many requests under way at once as the storage takes."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._turns = asyncio.Semaphore(folders.concurrency)

    async def look(self, path: str, first: str, *, is_likely: bool) -> Seen:
        """Look at a place; `first` is the mark to ask for first.

        A place that is likely a store is asked for its documents, which is one request where the
        mark is the usual one, however much lies there. Only without any is it listed. Any other
        place is listed, and its documents are asked for if there are any.
        """
        async with self._turns:
            identity = await self._folders.identity(path)
            try:
                seen = await (self._ask(path, first) if is_likely else self._list(path, first))
            except StoreError as error:
                return Seen(error=error, identity=identity)
        return msgspec.structs.replace(seen, identity=identity)

    async def _ask(self, path: str, first: str) -> Seen:
        refusal: StoreForbidden | None = None
        mark: Mark | None = None
        try:
            mark = await find_mark(self._folders, path, _order(first, MARKS))
        except StoreForbidden as error:
            refusal = error
        if mark is not None and not mark.may_hold_images:
            return Seen(mark)
        try:
            entries = await self._entries(path)
        except StoreError as error:
            if mark is not None and not _hides_something(error):
                return Seen(mark)
            raise refusal or error from error
        return Seen(mark or _refused_mark(entries, refusal), entries)

    async def _list(self, path: str, first: str) -> Seen:
        entries = await self._entries(path)
        marks = _marks_among(entries)
        if not marks:
            return Seen(None, entries)
        try:
            return Seen(await find_mark(self._folders, path, _order(first, marks)), entries)
        except StoreForbidden as error:
            return Seen(_refused_mark(entries, error), entries)

    async def _entries(self, path: str) -> tuple[FolderEntry, ...]:
        found = await self._folders.entries(path)
        # Of thousands of files beside each other only these are kept until they are taken up.
        return plain_entries(
            one
            for one in found
            if one.is_folder or one.name in MARKS or names_packed_store(one.name)
        )


def is_called_zarr(name: str) -> bool:
    """Whether a name is that of a store, as most are called."""
    return name.lower().endswith(_SUFFIX)


def _marks_among(entries: tuple[FolderEntry, ...]) -> tuple[str, ...]:
    names = {entry.name for entry in entries if not entry.is_folder}
    return tuple(name for name in MARKS if name in names)


def _refused_mark(entries: tuple[FolderEntry, ...], refusal: StoreForbidden | None) -> Mark | None:
    """The mark of a store whose documents may be listed and not read; reading it tells why."""
    marks = () if refusal is None else _marks_among(entries)
    return Mark(marks[0]) if marks else None


def _order(first: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: name != first))


def _hides_something(error: StoreError) -> bool:
    return error.passing or isinstance(error, FolderTooLarge)
