"""Documents over http(s): one client for a whole store, whose connections stay open."""

import asyncio
import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import BodyDecodeError, PyreqwestError, ReadError, RequestTimeoutError
from pyreqwest.request import StreamRequest
from pyreqwest.response import Response

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreError, StoreForbidden, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_local import too_large

USER_AGENT: Final = "platecat"
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED})
_OK: Final = 200
_PLAIN: Final = re.compile(r"[A-Za-z0-9._/-]+", re.ASCII)
"""Nearly all paths; the rest is quoted, which takes ten times as long as the look."""
_PAUSE_S: Final = 0.1
_KEPT_OPEN_S: Final = 30
_REASONS: Final = (
    ("dns error", "its name is not known"),
    ("refused", "it refuses the connection"),
    ("UnknownIssuer", "its certificate is not trusted here; the option ca names further ones"),
    ("certificate", "its certificate is not trusted here; the option ca names further ones"),
    ("InvalidContentType", "it does not speak TLS; should the address begin with http://?"),
    ("corrupt message", "it does not speak TLS; should the address begin with http://?"),
)


class WebStore:
    """A store behind http(s); `read` may be called many times at once, on one event loop."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = False
        self._options = options
        self._limit = options.max_document_bytes
        self._before = f"{root.shown}/"
        self._after = f"?{root.query}" if root.query else ""
        self._client: Client | None = None

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        try:
            return await self._read_once(path)
        except StoreUnreachable as error:
            return await self._read_again(path, error)

    async def _read_again(self, path: str, error: StoreUnreachable) -> bytes | None:
        for attempt in range(self._options.retries):
            await asyncio.sleep(_PAUSE_S * 2**attempt)
            try:
                return await self._read_once(path)
            except StoreUnreachable as once_more:
                error = once_more
        raise error

    async def _read_once(self, path: str) -> bytes | None:
        try:
            async with self._request(self._url_of(path)) as answer:
                status = answer.status
                if status == _OK:
                    return await self._document(answer, path)
        except (PyreqwestError, OSError) as error:
            raise self._failure(error, path) from error
        if status in _ABSENT:
            return None
        raise self._refused(status, path)

    async def _document(self, answer: Response, path: str) -> bytes:
        # Of what is packed on the way no length is told; it is taken piece by piece.
        told = answer.get_header("content-length") or ""
        if told.isdecimal() and int(told) <= self._limit:
            return bytes(await answer.bytes())
        content = await first_of(answer, self._limit + 1)
        if len(content) > self._limit:
            raise too_large(self.root, path, self._limit)
        return content

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        part = f"bytes=-{length}" if start < 0 else f"bytes={start}-{start + length - 1}"
        with self._failures_of(path):
            async with self._request(self._url_of(path), part=part) as answer:
                status = answer.status
                if status == HTTPStatus.PARTIAL_CONTENT:
                    return await first_of(answer, length)
        if status in _ABSENT:
            return None
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b""
        raise self._refused(status, path)

    async def folders(self, path: str) -> tuple[str, ...]:
        """Nothing: a web server cannot be asked for that."""
        return ()

    def _request(self, url: str, *, part: str = "") -> StreamRequest:
        """A request whose answer is taken as it comes, so that none can fill the memory."""
        if self._client is None:
            self._client = self._connected()
        request = self._client.get(url)
        if part:
            # What is compressed on the way has other places.
            request = request.header("Range", part).header("Accept-Encoding", "identity")
        return request.build_streamed()

    def _url_of(self, path: str) -> str:
        # Percent signs of the path are quoted too, so that %2e%2e stays a name.
        quoted = path if _PLAIN.fullmatch(path) else quote(path)
        return f"{self._before}{quoted}{self._after}"

    def _connected(self) -> Client:
        options = self._options
        builder = (
            ClientBuilder()
            .default_headers(headers_of(self.root))
            .timeout(timedelta(seconds=options.timeout_s))
            .connect_timeout(timedelta(seconds=options.connect_timeout_s))
            .pool_max_idle_per_host(options.concurrency)
            .pool_idle_timeout(timedelta(seconds=_KEPT_OPEN_S))
            .http1_only()
        )
        if options.ca is not None:
            builder = builder.add_root_certificate_pem(Path(options.ca).read_bytes())
        return builder.build()

    @contextmanager
    def _failures_of(self, path: str) -> Iterator[None]:
        try:
            yield
        except (PyreqwestError, OSError) as error:
            raise self._failure(error, path) from error

    def _failure(self, error: Exception, path: str) -> StoreUnreachable:
        if isinstance(error, RequestTimeoutError):
            return self._unreachable(path, "it took too long")
        if isinstance(error, ReadError | BodyDecodeError):
            return self._unreachable(path, "it broke off in the middle of an answer")
        return self._unreachable(path, _because(error))

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
        if self._client is not None:
            await self._client.close()


def _because(error: Exception) -> str:
    """Why no answer came, as far as the client tells."""
    told = f"{error} {getattr(error, 'details', '')}"
    return next((words for sign, words in _REASONS if sign in told), "no answer came")


async def first_of(answer: Response, length: int) -> bytes:
    """The first bytes of an answer, at most so many."""
    body = bytearray()
    while len(body) < length and (more := await answer.body_reader.read_chunk()) is not None:
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
