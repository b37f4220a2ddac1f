"""Many requests at once over http(s), driven by libcurl on the running event loop."""

import base64
import math
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Final, NamedTuple
from urllib.parse import quote, unquote

import certifi
import pycurl

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import UnsupportedScheme
from plates.omezarr.hosts import NotPlain, ascii_place
from plates.omezarr.options import StoreOptions

USER_AGENT: Final = "platecat"
_SCHEMES: Final = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS
MOST_REDIRECTS: Final = 10
_KEPT: Final = frozenset({b"content-range", b"etag", b"last-modified"})
_MILLISECONDS: Final = 1_000
_REFUSED: Final = 400
_BUNDLES: Final = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
"""Where Debian and Red Hat keep the authorities that a machine trusts."""
_IN_QUERIES: Final = "%/?:@!$&'()*+,;=~-._"


class Answer(NamedTuple):
    """What a server answered.

    A body is cut where there is more of it than was asked for. Of the headers, `headers` has those
    that tell which part of what a body is (content-range, etag, last-modified), by their names in
    small letters; and it has them only where a part was asked for.
    `leads_to` is the whole URL of a redirect that was not followed. `after_s` is how many seconds
    the server asks to be left alone.
    """

    status: int
    body: bytes
    is_cut: bool
    headers: Mapping[str, str]
    leads_to: str = ""
    after_s: float = 0.0


class NoAnswerError(Exception):
    """No whole answer came; `code` is libcurl's number for the reason."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebClient:
    """Asks one server, on one event loop; connections stay open from request to request."""

    def __init__(self, root: RootUrl, options: StoreOptions) -> None:
        self._options = options
        self._headers = lines_of(root)
        self._trusted = _Trusted(options.ca)
        self._under_way = pycurl.AsyncCurlMulti()
        self._under_way.setopt(pycurl.M_MAXCONNECTS, options.concurrency)
        self._idle: dict[bool, list[Transfer]] = {False: [], True: []}

    async def get(self, url: str, *, at_most: int, part: str = "") -> Answer:
        """The answer to a request, redirects followed, with so many bytes of its body at most.

        `part` is a range of bytes as http writes it, such as `0-9`. Raises NoAnswerError.
        """
        idle = self._idle[bool(part)]
        transfer = idle.pop() if idle else Transfer(self._curl(), for_parts=bool(part))
        try:
            answer = await self._answer(transfer, url, at_most, part)
        except NoAnswerError:
            idle.append(transfer)
            raise
        idle.append(transfer)
        return answer

    async def _answer(self, transfer: "Transfer", url: str, at_most: int, part: str) -> Answer:
        transfer.ask(url, at_most, part)
        try:
            await self._under_way.add_handle(transfer.curl)
        except pycurl.error as error:
            if not transfer.is_cut:
                raise NoAnswerError(int(error.args[0])) from error
        return transfer.answer()

    def _curl(self) -> pycurl.Curl:
        curl, options = pycurl.Curl(), self._options
        settings = {
            pycurl.HTTPHEADER: self._headers,
            pycurl.PATH_AS_IS: 1,
            pycurl.FOLLOWLOCATION: 1,
            pycurl.MAXREDIRS: MOST_REDIRECTS,
            pycurl.PROTOCOLS: _SCHEMES,
            pycurl.REDIR_PROTOCOLS: _SCHEMES,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.TIMEOUT_MS: int(options.timeout_s * _MILLISECONDS),
            pycurl.CONNECTTIMEOUT_MS: int(options.connect_timeout_s * _MILLISECONDS),
            # An answer, or its first byte, that does not come on.
            pycurl.LOW_SPEED_LIMIT: 1,
            pycurl.LOW_SPEED_TIME: math.ceil(options.stall_s),
            pycurl.CAINFO: self._trusted.path,
            pycurl.NOSIGNAL: 1,
        }
        for option, value in settings.items():
            curl.setopt(option, value)
        return curl

    async def close(self) -> None:
        """End the connections."""
        await self._under_way.aclose()
        for transfer in self._idle[False] + self._idle[True]:
            transfer.curl.close()
        self._trusted.forget()


class Transfer:
    """One request after the other, and what came of the last."""

    least_room: ClassVar[int] = 0
    """How much of a body is taken in any case, before the answer is broken off."""
    __slots__ = ("_at_most", "_body", "_headers", "_room", "curl", "is_cut")

    def __init__(self, curl: pycurl.Curl, *, for_parts: bool) -> None:
        self.curl = curl
        self.is_cut = False
        self._at_most = self._room = 0
        self._body: list[bytes] = []
        self._headers: dict[str, str] = {}
        curl.setopt(pycurl.WRITEFUNCTION, self._take)
        if for_parts:
            curl.setopt(pycurl.HEADERFUNCTION, self._take_header)
        else:
            # Not of parts: what is compressed on the way has other places.
            curl.setopt(pycurl.ACCEPT_ENCODING, "")

    def ask(self, url: str, at_most: int, part: str) -> None:
        """Make ready for the next request."""
        self.curl.setopt(pycurl.URL, url)
        if part:
            self.curl.setopt(pycurl.RANGE, part)
        self._at_most = at_most
        self._room = max(at_most, self.least_room)
        self._body = []
        self._headers = {}
        self.is_cut = False

    def _take(self, more: bytes) -> int | None:
        self._body.append(more)
        self._room -= len(more)
        self.is_cut = self._room < 0
        return 0 if self.is_cut else None

    def _take_header(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name.lower() in _KEPT:
            self._headers[name.lower().decode("ascii")] = value.decode("latin-1").strip()
        elif line.startswith(b"HTTP/"):  # of a redirect, before the answer itself
            self._headers = {}

    def answer(self) -> Answer:
        """What came of the last request."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        status: int = self.curl.getinfo(pycurl.RESPONSE_CODE)
        at_most = self._at_most
        answer = Answer(status, body[:at_most], len(body) > at_most, self._headers)
        if status < _REFUSED:
            return answer
        return answer._replace(after_s=float(self.curl.getinfo(pycurl.RETRY_AFTER)))


class _Trusted:
    """A file of the authorities that this machine trusts, and those of a further file.

    It is one file, since libcurl remembers what it has read of one, but not of two.
    """

    def __init__(self, ca: str | None) -> None:
        self.path = trusted_file()
        self._folder: TemporaryDirectory[str] | None = None
        if ca is not None:
            both = Path(self.path).read_bytes() + b"\n" + Path(ca).read_bytes()
            self._folder = TemporaryDirectory()
            self.path = f"{self._folder.name}/trusted.pem"
            Path(self.path).write_bytes(both)

    def forget(self) -> None:
        """Remove what was written."""
        if self._folder is not None:
            self._folder.cleanup()


def trusted_file() -> str:
    """The file of the authorities that this machine trusts."""
    known = ssl.get_default_verify_paths().cafile or ""
    return next(filter(os.path.isfile, (known, *_BUNDLES)), certifi.where())


def lines_of(root: RootUrl) -> list[str]:
    """The headers that go with every request, as lines."""
    return [f"{name}: {value}" for name, value in headers_of(root).items()]


def headers_of(root: RootUrl) -> dict[str, str]:
    """The headers that go with every request: who asks, and the user and password of the URL."""
    headers = {"User-Agent": USER_AGENT}
    if root.userinfo:
        word = base64.b64encode(unquote(root.userinfo).encode()).decode("ascii")
        headers["Authorization"] = f"Basic {word}"
    return headers


def on_the_wire(root: RootUrl) -> tuple[str, str]:
    """What comes before and after the path of a document in the URL that a server is asked for.

    UnsupportedScheme if the name of the server cannot be spelt as the wire wants it.
    """
    try:
        place = ascii_place(root.place)
    except NotPlain as error:
        raise UnsupportedScheme(f"{root.shown} names no server: {error}.") from error
    query = quote(root.query, safe=_IN_QUERIES)
    return f"{root.scheme}://{place}/{root.path}".rstrip("/"), f"?{query}" if query else ""
