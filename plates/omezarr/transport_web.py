"""Documents over http(s) where obstore cannot follow: signed addresses, answers of no length.

The client is aiohttp, which fsspec's own http file system stands on.
"""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote

import aiohttp
from yarl import URL

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreError, StoreForbidden, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_local import too_large

USER_AGENT: Final = "platecat"
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED})
_PAUSE_S: Final = 0.1
_PIECE: Final = 64 * 1024


class WebStore:
    """A store behind http(s); `read` may be called many times at once, on one event loop."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = False
        self._options = options
        self._session: aiohttp.ClientSession | None = None

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        for attempt in range(self._options.retries):
            try:
                return await self._read_once(path)
            except StoreUnreachable:
                await asyncio.sleep(_PAUSE_S * 2**attempt)
        return await self._read_once(path)

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        wanted = f"bytes=-{length}" if start < 0 else f"bytes={start}-{start + length - 1}"
        headers = {"Range": wanted, "Accept-Encoding": "identity"}
        url = self._url_of(path)
        async with self._failures_of(path), self._client().get(url, headers=headers) as answer:
            if answer.status in _ABSENT:
                return None
            if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return b""
            if answer.status != HTTPStatus.PARTIAL_CONTENT:
                raise self._refused(answer.status, path)
            return await _first(answer.content, length)

    async def folders(self, path: str) -> tuple[str, ...]:
        """Nothing: a web server cannot be asked for that."""
        return ()

    async def _read_once(self, path: str) -> bytes | None:
        url = self._url_of(path)
        async with self._failures_of(path), self._client().get(url) as answer:
            if answer.status in _ABSENT:
                return None
            if answer.status != HTTPStatus.OK:
                raise self._refused(answer.status, path)
            return await self._body(answer.content, path)

    def _url_of(self, path: str) -> URL:
        # Percent signs of the path are quoted too, so that %2e%2e stays a name.
        query = f"?{self.root.query}" if self.root.query else ""
        return URL(f"{self.root.shown}/{quote(path)}{query}", encoded=True)

    @asynccontextmanager
    async def _failures_of(self, path: str) -> AsyncIterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise self._unreachable(path, "it took too long") from error
        except aiohttp.ClientPayloadError as error:
            raise self._unreachable(path, "it broke off in the middle of an answer") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(path, "no answer came") from error

    async def _body(self, content: aiohttp.StreamReader, path: str) -> bytes:
        body = bytearray()
        async for piece in content.iter_chunked(_PIECE):
            body += piece
            if len(body) > self._options.max_document_bytes:
                raise too_large(self.root, path, self._options.max_document_bytes)
        return bytes(body)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            options = self._options
            trust = ssl.create_default_context()
            if options.ca is not None:
                trust.load_verify_locations(cafile=options.ca)
            self._session = aiohttp.ClientSession(
                headers=headers_of(self.root),
                connector=aiohttp.TCPConnector(limit=options.concurrency, ssl=trust),
                timeout=aiohttp.ClientTimeout(
                    total=options.timeout_s, sock_connect=options.connect_timeout_s
                ),
            )
        return self._session

    def _refused(self, status: int, path: str) -> StoreError:
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._unreachable(path, f"it answered {status}")
        return StoreForbidden(
            f"{self.root.child(path)} may not be read (the server answered {status}). It may be "
            "private, or the signature in its address may have expired."
        )

    def _unreachable(self, path: str, because: str) -> StoreUnreachable:
        return StoreUnreachable(
            f"{self.root.child(path)} could not be read from {self.root.place}: {because}. "
            "Try again later."
        )

    async def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            await self._session.close()


async def _first(content: aiohttp.StreamReader, length: int) -> bytes:
    body = bytearray()
    while len(body) < length and (more := await content.read(_PIECE)):
        body += more
    return bytes(body[:length])


def headers_of(root: RootUrl) -> dict[str, str]:
    """The headers that go with every request: who asks, and the user and password of the URL."""
    headers = {"User-Agent": USER_AGENT}
    if root.userinfo:
        word = base64.b64encode(unquote(root.userinfo).encode()).decode("ascii")
        headers["Authorization"] = f"Basic {word}"
    return headers


class LinksOfPage(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the target of a link."""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]
