"""Pieces of one file on the network: what an archive is read by."""

import asyncio
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from plates.omezarr import transport_fsspec, transport_objects
from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.admission import admit
from plates.omezarr.errors import StoreError, StoreForbidden, StoreNotFound, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.patience import persistently
from plates.omezarr.transport_fsspec import FsspecStore
from plates.omezarr.transport_objects import s3_client
from plates.omezarr.transport_web import WebStore

_TOTAL: Final = re.compile(r"bytes (\d+)-\d+/(\d{1,18})", re.ASCII)


class RemoteFile(Protocol):
    """A file of which pieces can be had, many at once."""

    async def size(self) -> int:
        """How many bytes it has; StoreError if that cannot be told, StoreNotFound without it."""

    async def part(self, start: int, length: int) -> bytes:
        """So many bytes from a start, fewer where the file ends; StoreError if that fails."""

    async def sign_of_whole(self) -> str | None:
        """What changes when the file does, empty if that cannot be told, None without it."""

    async def close(self) -> None:
        """End what is open."""


def open_file(root: RootUrl, options: StoreOptions) -> RemoteFile:
    """The file at an address; nothing is read yet.

    AddressRefused if the guard of the options says no, UnsupportedScheme if there is no client.
    """
    admit(root, options)
    if root.scheme == "s3":
        return BucketFile(root, options)
    if root.scheme in WEB:
        return WebFile(root, options)
    return OtherFile(root, options)


class BucketFile:
    """An object in a bucket."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        folder, _, self._name = root.path.rpartition("/")
        self._root = root
        self._client: S3Store = s3_client(replace(root, path=folder), options)

    async def size(self) -> int:
        """How many bytes it has; StoreError if that cannot be told, StoreNotFound without it."""
        try:
            size: int = (await obstore.head_async(self._client, self._name))["size"]
        except FileNotFoundError as error:
            raise _absent(self._root) from error
        except (BaseError, OSError, ValueError) as error:
            raise self._failure(error) from error
        return size

    async def part(self, start: int, length: int) -> bytes:
        """So many bytes from a start; StoreError if they cannot be had."""
        if not length:
            return b""
        try:
            content = await obstore.get_range_async(
                self._client, self._name, start=start, length=length
            )
        except FileNotFoundError as error:
            raise _absent(self._root) from error
        except (BaseError, OSError, ValueError) as error:
            raise self._failure(error) from error
        return bytes(content)

    async def sign_of_whole(self) -> str | None:
        """What changes when the object does, None without it."""
        try:
            return transport_objects.sign_of(await obstore.head_async(self._client, self._name))
        except FileNotFoundError:
            return None
        except (BaseError, OSError, ValueError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StoreError:
        return transport_objects.failure_of(error, self._root.shown, self._root.place)

    async def close(self) -> None:
        """Nothing: connections end with this object."""


class WebFile(WebStore):
    """A file on a web server."""

    async def size(self) -> int:
        """How many bytes it has; StoreError if that cannot be told, StoreNotFound without it."""
        return (await self._persistently(0, 1))[1]

    async def part(self, start: int, length: int) -> bytes:
        """So many bytes from a start; StoreError if they cannot be had."""
        return (await self._persistently(start, length))[0] if length else b""

    async def sign_of_whole(self) -> str | None:
        """What changes when the file does, empty if that cannot be told, None without it."""
        return await self._sign_of(f"{self._before}{self._after}", "")

    async def _persistently(self, start: int, length: int) -> tuple[bytes, int]:
        return await persistently(
            lambda: self._part_once(start, length), retries=self._options.retries
        )

    async def _part_once(self, start: int, length: int) -> tuple[bytes, int]:
        """A piece of the file and the size of the whole."""
        url, part = f"{self._before}{self._after}", f"{start}-{start + length - 1}"
        answer = await self._ask(url, "", at_most=length, part=part)
        status = answer.status
        place = _TOTAL.fullmatch(answer.headers.get("content-range", ""))
        if status == HTTPStatus.PARTIAL_CONTENT and place and int(place[1]) == start:
            return answer.body, int(place[2])
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b"", 0
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise _absent(self.root)
        if status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
            raise self._without_ranges()
        raise self._refused(answer, "")

    def _without_ranges(self) -> StoreError:
        return StoreForbidden(
            f"{self.root.shown} cannot be read in place: {self.root.place} gives files only as a "
            "whole (it takes no range requests). Put the archive on a server that does, or "
            "unpack it."
        )


class OtherFile(FsspecStore):
    """A file in any other storage that fsspec can open."""

    async def size(self) -> int:
        """How many bytes it has; StoreError if that cannot be told, StoreNotFound without it."""
        told = await self._told("info")
        size = told.get("size") if isinstance(told, dict) else None
        if not isinstance(size, int):
            raise StoreUnreachable(f"{self.root.shown} does not tell its size, so it is not read.")
        return size

    async def part(self, start: int, length: int) -> bytes:
        """So many bytes from a start; StoreError if they cannot be had."""
        content = await self._told("cat_file", start, start + length) if length else b""
        return content if isinstance(content, bytes) else b""

    async def sign_of_whole(self) -> str | None:
        """What changes when the file does, empty if that cannot be told, None without it."""
        try:
            told = await self._told("info")
        except StoreNotFound:
            return None
        return transport_fsspec.sign_of(told) if isinstance(told, dict) else ""

    async def _told(self, verb: str, *wanted: int) -> object:
        try:
            if self._files.async_impl:
                answer: object = await getattr(self._files, f"_{verb}")(self._folder, *wanted)
                return answer
            loop = asyncio.get_running_loop()
            asked = getattr(self._files, verb)
            return await loop.run_in_executor(self._threads, asked, self._folder, *wanted)
        except FileNotFoundError as error:
            raise _absent(self.root) from error
        except (OSError, EOFError, ValueError) as error:
            raise transport_fsspec.failure_of(error, self.root.shown) from error


def _absent(root: RootUrl) -> StoreNotFound:
    return StoreNotFound(f"There is nothing at {root.shown}. Is the address right?")
