"""Documents over http(s): one client for a whole store, whose connections stay open."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import pycurl

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import StoreError, StoreForbidden, StoreUnreachable
from plates.omezarr.guarded_client import GuardedClient
from plates.omezarr.options import StoreOptions
from plates.omezarr.patience import ask_again, persistently
from plates.omezarr.transport_local import too_large
from plates.omezarr.web_client import Answer, NoAnswerError, WebClient, on_the_wire

_BUSY: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
"""What passes, as all that is a server's own fault does."""
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED})
_OK: Final = 200
_SHOWN: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9._/-]+", re.ASCII)
"""Nearly all paths; the rest is quoted, which takes ten times as long as the look."""
_PART: Final = re.compile(r"bytes (\d{1,18})-\d+/(\d{1,18})", re.ASCII)
_LONGEST_SIGN: Final = 1_024
_BROKE_OFF: Final = "it broke off in the middle of an answer"
_REASONS: Final[Mapping[int, str]] = {
    pycurl.E_COULDNT_RESOLVE_HOST: "its name is not known",
    pycurl.E_COULDNT_CONNECT: "it refuses the connection",
    pycurl.E_OPERATION_TIMEDOUT: "it took too long",
    pycurl.E_PARTIAL_FILE: _BROKE_OFF,
    pycurl.E_RECV_ERROR: _BROKE_OFF,
    pycurl.E_SEND_ERROR: _BROKE_OFF,
    pycurl.E_GOT_NOTHING: "it closed the connection without an answer",
    pycurl.E_BAD_CONTENT_ENCODING: "its answer is not compressed as it says",
    pycurl.E_TOO_MANY_REDIRECTS: "it redirects again and again",
    pycurl.E_UNSUPPORTED_PROTOCOL: "it redirects to what is no web address",
    pycurl.E_PEER_FAILED_VERIFICATION: (
        "its certificate is not trusted here; the option ca names further ones"
    ),
    pycurl.E_SSL_CONNECT_ERROR: ("it does not speak TLS; should the address begin with http://?"),
}


class WebStore:
    """A store behind http(s); `read` may be called many times at once, on one event loop."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self.root = root
        self.concurrency = options.concurrency
        self.lists = False
        self._options = options
        self._limit = options.max_document_bytes
        self._before, self._after = on_the_wire(root)
        self._client: WebClient | None = None

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""
        try:
            return await self._read_once(path)
        except StoreUnreachable as error:
            retries = self._options.retries
            return await ask_again(lambda: self._read_once(path), error, retries=retries)

    async def _read_once(self, path: str) -> bytes | None:
        answer = await self._ask(self._url_of(path), path, at_most=self._limit)
        body = self._body(answer, path)
        if answer.is_cut and body is not None:
            raise too_large(self.root, path, self._limit)
        return body

    def _body(self, answer: Answer, path: str) -> bytes | None:
        if answer.status == _OK:
            return answer.body
        if answer.status in _ABSENT:
            return None
        raise self._refused(answer, path)

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """
        return await persistently(
            lambda: self._piece_once(path, start, length), retries=self._options.retries
        )

    async def _piece_once(self, path: str, start: int, length: int) -> bytes | None:
        part = f"-{length}" if start < 0 else f"{start}-{start + length - 1}"
        answer = await self._ask(self._url_of(path), path, at_most=length, part=part)
        if answer.status == HTTPStatus.PARTIAL_CONTENT:
            if _is_another_part(answer, start, length):
                raise self._unreachable(path, "it gave other bytes than it was asked for")
            return answer.body
        if answer.status == _OK and start == 0:  # all of it, of which only so much was taken
            return answer.body
        if answer.status in _ABSENT:
            return None
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b""
        raise self._refused(answer, path)

    async def sign(self, path: str) -> str | None:
        """What changes when a document does, empty if that cannot be told, None without it."""
        return await self._sign_of(self._url_of(path), path)

    async def _sign_of(self, url: str, path: str) -> str | None:
        return await persistently(lambda: self._sign_at(url, path), retries=self._options.retries)

    async def _sign_at(self, url: str, path: str) -> str | None:
        answer = await self._ask(url, path, at_most=1, part="0-0")
        if answer.status in _ABSENT:
            return None
        if answer.status in _SHOWN:
            headers = answer.headers
            size = headers.get("content-range", "").rpartition("/")[2]
            told = headers.get("etag") or headers.get("last-modified", "")
            return f"{size} {told[:_LONGEST_SIGN]}" if told else ""
        raise self._refused(answer, path)

    async def changed_at(self, path: str) -> datetime | None:
        """When a file was changed last; None if that is not told, or there is none."""
        answer = await self._ask(self._url_of(path), path, at_most=1, part="0-0")
        if answer.status not in _SHOWN:
            return None
        try:
            moment = parsedate_to_datetime(answer.headers.get("last-modified", ""))
        except ValueError:
            return None
        return moment if moment.tzinfo else None

    async def folders(self, path: str) -> tuple[str, ...]:
        """Nothing: a web server cannot be asked for that."""
        return ()

    async def _ask(self, url: str, path: str, *, at_most: int, part: str = "") -> Answer:
        if self._client is None:
            self._client = self._connected(path)
        try:
            return await self._client.get(url, at_most=at_most, part=part)
        except NoAnswerError as error:
            reason = _REASONS.get(error.code, "no answer came")
            raise self._unreachable(path, reason) from error

    def _connected(self, path: str) -> WebClient:
        try:
            guard = self._options.guard
            if guard is not None:
                return GuardedClient(self.root, self._options, guard)
            return WebClient(self.root, self._options)
        except OSError as error:
            reason = f"the certificates of the option ca cannot be read ({error.strerror})"
            raise self._unreachable(path, reason) from error

    def _url_of(self, path: str) -> str:
        # Percent signs of the path are quoted too, so that %2e%2e stays a name.
        quoted = path if _PLAIN.fullmatch(path) else quote(path)
        return f"{self._before}/{quoted}{self._after}"

    def _refused(self, answer: Answer, path: str) -> StoreError:
        status = answer.status
        if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._unreachable(path, f"it answered {status}", after_s=answer.after_s)
        return StoreForbidden(
            f"{self.root.child(path)} may not be read (the server answered {status}). It may be "
            "private, or the signature in its address may have expired."
        )

    def _unreachable(self, path: str, because: str, *, after_s: float = 0.0) -> StoreUnreachable:
        return StoreUnreachable(
            f"{self.root.child(path)} could not be read from {self.root.place}: {because}. "
            "Try again later.",
            after_s=after_s,
        )

    async def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            await self._client.close()


def _is_another_part(answer: Answer, start: int, length: int) -> bool:
    """Whether a server says itself that this is less than was asked for, or begins elsewhere."""
    told = _PART.fullmatch(answer.headers.get("content-range", ""))
    if told is None:
        return False
    first, size = int(told[1]), int(told[2])
    begin = start if start >= 0 else max(0, size - length)
    return first != begin or len(answer.body) < min(length, size - begin)
