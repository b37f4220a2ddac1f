"""Requests as a viewer in a browser makes them from another site: to see whether it could read.

A browser sends the Origin of the page, follows redirects only where each answer lets that page
read, and asks beforehand (a preflight) where a request is none of the simplest. Fetch standard,
section HTTP-CORS protocol.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pycurl

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused, StoreUnreachable, UnsupportedScheme
from plates.omezarr.guard import Guard
from plates.omezarr.guarded_client import Dialled
from plates.omezarr.networks import ip_of
from plates.omezarr.web_client import USER_AGENT, trusted_file

ORIGIN: Final = "https://viewer.example.org"
"""The site of no page that there is."""
_MOST_HOPS: Final = 5
_TIMEOUT_MS: Final = 15_000
_CONNECT_MS: Final = 5_000
_MOST_BYTES: Final = 4 * 1024 * 1024
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class Reply:
    """What one server answered; names of headers are in small letters. A long body is cut."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def lets_pages_read(self) -> bool:
        """Whether a page of another site is let see the answer."""
        return self.headers.get("access-control-allow-origin", "") in {"*", ORIGIN}

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return self.status in _REDIRECTS and "location" in self.headers

    def allows(self, header: str) -> bool:
        """Whether an answer to a preflight lets a page send a header."""
        told = self.headers.get("access-control-allow-headers", "").lower()
        return header in {one.strip() for one in told.split(",")} or told.strip() == "*"


class BrowserProbe:
    """Asks as a browser would.

    `own` is how addresses begin that are ours, which no guard is asked about; of all others the
    guard is asked, if there is one, before they are dialled.
    """

    def __init__(self, *, guard: Guard | None, own: str) -> None:
        self._guard = guard
        self._own = own

    def replies(self, url: str, headers: Mapping[str, str] | None = None) -> list[Reply]:
        """The answers to a GET, those that lead elsewhere first.

        StoreUnreachable if one does not come, AddressRefused where the guard says no.
        """
        found: list[Reply] = []
        while len(found) <= _MOST_HOPS:
            reply = self._ask("GET", url, {"Origin": ORIGIN, **(headers or {})})
            found.append(reply)
            if not reply.is_redirect:
                return found
            url = reply.headers["location"]
        raise StoreUnreachable(f"{_shown(url)} redirects again and again.")

    def preflight(self, url: str, *, header: str) -> Reply:
        """The answer to a browser that asks whether a page may send a header with a GET."""
        asked = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": header,
        }
        return self._ask("OPTIONS", url, asked)

    def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> Reply:
        guard = None if url.startswith(self._own) else self._guard
        anywhere = True
        if guard is not None:
            root = RootUrl.parse(url)
            guard.admit(root)
            anywhere = guard.holds(root)
        asked = _Asked(None if anywhere else guard, _shown(url))
        return asked.reply(method, url, headers)


class _Asked:
    """One request."""

    def __init__(self, guard: Guard | None, shown: str) -> None:
        self._guard = guard
        self._shown = shown
        self._body = bytearray()
        self._headers: dict[str, str] = {}
        self._refused: AddressRefused | None = None

    def reply(self, method: str, url: str, headers: Mapping[str, str]) -> Reply:
        curl = pycurl.Curl()
        lines = [f"{name}: {value}" for name, value in headers.items()]
        settings = {
            pycurl.URL: url,
            pycurl.CUSTOMREQUEST: method,
            pycurl.HTTPHEADER: [f"User-Agent: {USER_AGENT}", *lines],
            pycurl.PATH_AS_IS: 1,
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.PROXY: "",
            pycurl.TIMEOUT_MS: _TIMEOUT_MS,
            pycurl.CONNECTTIMEOUT_MS: _CONNECT_MS,
            pycurl.CAINFO: trusted_file(),
            pycurl.NOSIGNAL: 1,
            pycurl.WRITEFUNCTION: self._take,
            pycurl.HEADERFUNCTION: self._take_header,
            pycurl.OPENSOCKETFUNCTION: self._dial,
        }
        try:
            for option, value in settings.items():
                curl.setopt(option, value)
            curl.perform()
        except (pycurl.error, UnicodeError) as error:
            if self._refused is not None:
                raise self._refused from error
            if len(self._body) < _MOST_BYTES:
                raise StoreUnreachable(f"{self._shown} gave no answer.") from error
        finally:
            status: int = curl.getinfo(pycurl.RESPONSE_CODE)
            target: str = curl.getinfo(pycurl.REDIRECT_URL) or ""
            curl.close()
        if target:
            self._headers["location"] = target
        return Reply(url, status, self._headers, bytes(self._body))

    def _take(self, more: bytes) -> int | None:
        self._body += more
        return 0 if len(self._body) >= _MOST_BYTES else None

    def _take_header(self, line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self._headers[name.strip().lower()] = value.strip()

    def _dial(self, purpose: int, address: "pycurl.CurlSockAddr") -> socket.socket | int:
        ip = ip_of(str(address.addr[0]))
        try:
            if self._guard is not None:
                if ip is None:
                    return pycurl.SOCKET_BAD
                self._guard.admit_ip(ip, self._shown)
        except AddressRefused as refusal:
            self._refused = refusal
            return pycurl.SOCKET_BAD
        return Dialled(address.family, address.socktype, address.protocol)


def _shown(url: str) -> str:
    """A URL without what might let one in."""
    try:
        return RootUrl.parse(url).shown
    except UnsupportedScheme:
        return "An address"
