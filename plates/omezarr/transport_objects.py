"""Documents in S3, many at once: obstore, one client for the whole store."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    ListingUnavailable,
    StoreError,
    StoreForbidden,
    StoreNotFound,
    StoreUnreachable,
)
from plates.omezarr.options import StoreOptions, obstore_options
from plates.omezarr.patience import pause_s
from plates.omezarr.transport_local import too_large
from plates.omezarr.web_client import headers_of

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta

Answer = TypeVar("Answer")

_STATUS = re.compile(r"status code: (\d{3})")
_GONE: Final = frozenset({"404", "410"})
_BEYOND_THE_END: Final = "416"
_PASSING: Final = frozenset({"408", "425", "429"})
_NO_PATH: Final = "invalid path"
_REASONS: Final = (
    ("dns error", "its name is not known"),
    ("ConnectionRefused", "it refuses the connection"),
    ("certificate", "its certificate is not trusted here; the option ca names further ones"),
    ("kind: Timeout", "it took too long"),
    ("TimedOut", "it took too long"),
    ("InvalidMessage", "it does not speak TLS; should the address begin with http://?"),
    ("kind: Body", "it broke off in the middle of an answer"),
)


class ObjectsStore:
    """A store in S3; `read` may be called many times at once."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = True
        self._retries = options.retries
        self._limit = options.max_document_bytes
        self._client = s3_client(root, options)

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        return await self._again(lambda: self._read_once(path), path)

    async def _again(self, ask: Callable[[], Awaitable[Answer]], path: str) -> Answer | None:
        """What a request brings, None if nothing is there; repeated after pauses if it may pass."""
        for attempt in count():
            try:
                return await ask()
            except FileNotFoundError:
                return None
            except (BaseError, OSError, ValueError) as error:
                reason = str(error)
                if _status(reason) in _GONE:
                    return None
                # obstore repeats requests that fail, but not answers that break off.
                if attempt == self._retries or "kind: Body" not in reason:
                    raise failure_of(error, self.root.child(path), self.root.place) from error
            await asyncio.sleep(pause_s(attempt))
        raise AssertionError

    async def _read_once(self, path: str) -> bytes:
        answer = await obstore.get_async(self._client, path)
        if answer.meta["size"] > self._limit:
            raise too_large(self.root, path, self._limit)
        return bytes(await answer.bytes_async())

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        if not length:
            return b""
        return await self._again(lambda: self._part_once(path, start, length), path)

    async def _part_once(self, path: str, start: int, length: int) -> bytes:
        options: GetOptions = {"range": (start, start + length)}
        if start < 0:
            options = {"range": {"suffix": length}}
        try:
            answer = await obstore.get_async(self._client, path, options=options)
            return bytes(await answer.bytes_async())[:length]
        except (BaseError, OSError, ValueError) as error:
            if _status(str(error)) == _BEYOND_THE_END:
                return b""
            raise

    async def sign(self, path: str) -> str | None:
        """What changes when a document does, None if there is none; StoreError if it is refused."""
        try:
            about = await obstore.head_async(self._client, path)
        except FileNotFoundError:
            return None
        except (BaseError, OSError, ValueError) as error:
            raise failure_of(error, self.root.child(path), self.root.place) from error
        return sign_of(about)

    async def changed_at(self, path: str) -> datetime | None:
        """When a file was changed last, None if there is none; StoreError if it is refused."""
        try:
            about = await obstore.head_async(self._client, path)
        except FileNotFoundError:
            return None
        except (BaseError, OSError, ValueError) as error:
            raise failure_of(error, self.root.child(path), self.root.place) from error
        return about["last_modified"]

    async def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""
        try:
            found = await obstore.list_with_delimiter_async(self._client, path or None)
        except (BaseError, OSError, ValueError) as error:
            raise failure_of(error, self.root.child(path), self.root.place) from error
        return tuple(sorted(prefix.rpartition("/")[2] for prefix in found["common_prefixes"]))

    async def close(self) -> None:
        """Nothing: connections end with this object."""


def s3_client(root: RootUrl, options: StoreOptions) -> S3Store:
    """A client for one bucket, at the store's prefix; StoreUnreachable if none can be made."""
    insecure = options.endpoint is not None and options.endpoint.startswith("http://")
    try:
        carried = obstore_options(options)
        client = carried["client_options"]
        client["allow_http"] = insecure
        client["default_headers"] = headers_of(root)
        return S3Store(
            root.place,
            prefix=root.path or None,
            config=carried["config"],
            client_options=client,
            retry_config=carried["retry_config"],
        )
    except (BaseError, OSError, ValueError) as error:
        because = "no client can be made for it with these options"
        if options.ca is not None:
            because = "the certificates of the option ca cannot be read, or there are none in it"
        raise StoreUnreachable(f"{root.shown} could not be read: {because}.") from error


def sign_of(about: "ObjectMeta") -> str:
    """What changes when an object does."""
    return f"{about['size']} {about['e_tag'] or about['last_modified'].isoformat()}"


def _status(reason: str) -> str:
    match = _STATUS.search(reason)
    return "" if match is None else match[1]


def failure_of(error: Exception, shown: str, place: str) -> StoreError:
    """What went wrong with a request, in our words."""
    reason = str(error)
    status = _status(reason)
    if isinstance(error, (PermissionDeniedError, UnauthenticatedError)):
        return StoreForbidden(
            f"{shown} may not be read (the server answered {status or 'no'}). It may be private, or the "
            "credentials may be missing, wrong or expired."
        )
    if "configured region" in reason:
        return StoreNotFound(f"The bucket of {shown} lies in another region; name it with region.")
    if status in _GONE:
        return StoreNotFound(f"There is nothing at {shown}, and perhaps no such bucket.")
    if status.startswith("4") and status not in _PASSING:
        return StoreForbidden(f"{shown} may not be read: the server answered {status}.")
    return StoreUnreachable(_unreachable(reason, status, shown, place))


def listing_failure(error: Exception, shown: str, place: str) -> StoreError:
    """What went wrong with a list of keys, in our words."""
    if _NO_PATH in str(error):
        return ListingUnavailable(
            f"{shown} holds an object whose key is no path, so that it cannot be listed. Keys have "
            "to have plain names between their slashes."
        )
    return failure_of(error, shown, place)


def _unreachable(reason: str, status: str, shown: str, place: str) -> str:
    because = next((words for sign, words in _REASONS if sign in reason), "no answer came")
    if status:
        because = f"it answered {status}, which means that it is overloaded or failing"
    return f"{shown} could not be read from {place}: {because}. Try again later."
