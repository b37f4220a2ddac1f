"""The client for http(s) that asks a guard: before it dials, and before it follows a redirect."""

import socket
from typing import ClassVar, Final, NamedTuple

import pycurl

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import AddressRefused
from plates.omezarr.guard import Guard
from plates.omezarr.hosts import NotPlain, server_of
from plates.omezarr.networks import ip_of
from plates.omezarr.options import StoreOptions
from plates.omezarr.places import web_address
from plates.omezarr.web_client import (
    MOST_REDIRECTS,
    Answer,
    NoAnswerError,
    Transfer,
    WebClient,
    lines_of,
)

_REDIRECTS: Final = range(300, 400)
_SHOWN: Final = 300


class _Hop(NamedTuple):
    """One request of a chain of redirects.

    `anywhere` says that a root of the guard holds its address, so that any IP address will do;
    `headers` are the lines that tell who asks.
    """

    url: str
    shown: str
    anywhere: bool
    headers: list[str]


class GuardedClient(WebClient):
    """A client that dials nothing, and follows no redirect, that a guard does not admit."""

    def __init__(self, root: RootUrl, options: StoreOptions, guard: Guard) -> None:
        super().__init__(root, options)
        self._guard = guard
        self._root = root
        self._start = _Hop("", root.shown, guard.holds(root), lines_of(root))
        self._waiting: dict[bool, list[_GuardedTransfer]] = {False: [], True: []}

    async def get(self, url: str, *, at_most: int, part: str = "") -> Answer:
        """As of any WebClient; AddressRefused where the guard says no."""
        waiting = self._waiting[bool(part)]
        transfer = waiting.pop() if waiting else self._transfer(for_parts=bool(part))
        try:
            answer = await self._arrived(transfer, url, at_most, part)
        except (NoAnswerError, AddressRefused):
            waiting.append(transfer)
            raise
        waiting.append(transfer)
        return answer

    async def _arrived(
        self, transfer: "_GuardedTransfer", url: str, at_most: int, part: str
    ) -> Answer:
        """The answer at the end of all redirects."""
        answer = await self._asked(transfer, self._start._replace(url=url), at_most, part)
        for _ in range(MOST_REDIRECTS):
            if not answer.leads_to:
                break
            answer = await self._followed(transfer, answer.leads_to, at_most, part)
        if answer.leads_to:
            raise NoAnswerError(pycurl.E_TOO_MANY_REDIRECTS)
        return answer

    async def _followed(
        self, transfer: "_GuardedTransfer", url: str, at_most: int, part: str
    ) -> Answer:
        try:
            return await self._asked(transfer, self._next(url), at_most, part)
        except AddressRefused as refusal:
            raise AddressRefused(f"{self._root.shown} redirects: {refusal}") from refusal

    async def _asked(
        self, transfer: "_GuardedTransfer", hop: _Hop, at_most: int, part: str
    ) -> Answer:
        transfer.enter(hop)
        try:
            return await self._answer(transfer, hop.url, at_most, part)
        except NoAnswerError as error:
            if transfer.refusal is None:
                raise
            raise transfer.refusal from error

    def _next(self, url: str) -> _Hop:
        """The request that a redirect asks for; AddressRefused if it may not be made."""
        try:
            target = web_address(url)
        except NotPlain as error:
            raise AddressRefused(f"{url[:_SHOWN]!r} may not be read: {error}.") from error
        self._guard.admit(target)
        # As libcurl does where it follows itself: who asks is told to nobody else.
        asker = self._root if _origin(target) == _origin(self._root) else target
        return _Hop(url, target.shown[:_SHOWN], self._guard.holds(target), lines_of(asker))

    def _transfer(self, *, for_parts: bool) -> "_GuardedTransfer":
        curl = self._curl()
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        # A proxy that the environment names would dial in our place, unseen.
        curl.setopt(pycurl.PROXY, "")
        return _GuardedTransfer(curl, self._guard, for_parts=for_parts)

    async def close(self) -> None:
        """End the connections."""
        await super().close()
        for transfer in self._waiting[False] + self._waiting[True]:
            transfer.curl.close()


class _GuardedTransfer(Transfer):
    """One request after the other, none of which reaches what a guard does not admit."""

    # The page that comes with a redirect is of no interest, but without it libcurl tells no target.
    least_room: ClassVar[int] = 64 * 1024
    __slots__ = ("_guard", "_hop", "_is_dialled", "_refused")

    def __init__(self, curl: pycurl.Curl, guard: Guard, *, for_parts: bool) -> None:
        super().__init__(curl, for_parts=for_parts)
        self._guard = guard
        self._hop = _Hop("", "", anywhere=False, headers=[])
        self._refused: AddressRefused | None = None
        self._is_dialled = False
        curl.setopt(pycurl.OPENSOCKETFUNCTION, self._dial)
        # A connection that a root let be opened is kept, and might serve what no root holds.
        curl.setopt(pycurl.PREREQFUNCTION, self._send)

    def enter(self, hop: _Hop) -> None:
        """Make ready for a request of a chain."""
        self._hop = hop
        self._refused = None
        self._is_dialled = False
        self.curl.setopt(pycurl.HTTPHEADER, hop.headers)

    @property
    def refusal(self) -> AddressRefused | None:
        """What the guard said, if it let the last request reach no address at all."""
        return None if self._is_dialled else self._refused

    def _dial(self, purpose: int, address: pycurl.CurlSockAddr) -> "socket.socket | int":
        """A socket for an address that libcurl is about to dial, or its word for none."""
        if not self._admits(address.addr[0]):
            return pycurl.SOCKET_BAD
        self._is_dialled = True
        return Dialled(address.family, address.socktype, address.protocol)

    def _send(self, remote: str, local: str, port: int, local_port: int) -> int:
        """Whether a request may go over a connection."""
        if self._admits(remote):
            return pycurl.PREREQFUNC_OK
        self._is_dialled = False
        return pycurl.PREREQFUNC_ABORT

    def _admits(self, host: str | int) -> bool:
        ip = ip_of(str(host))
        if ip is None:
            return False
        try:
            if not self._hop.anywhere:
                self._guard.admit_ip(ip, self._hop.shown)
        except AddressRefused as refusal:
            self._refused = refusal
            return False
        return True

    def answer(self) -> Answer:
        """What came of the last request, and where it leads to."""
        answer = super().answer()
        if answer.status not in _REDIRECTS:
            return answer
        target: bytes | None = self.curl.getinfo_raw(pycurl.REDIRECT_URL)
        return answer._replace(leads_to=(target or b"").decode("latin-1"))


class Dialled(socket.socket):
    """A socket of which libcurl takes a duplicate, so that it closes when it is let go."""

    def __del__(self) -> None:
        self.close()


def _origin(root: RootUrl) -> tuple[str, str]:
    return root.scheme, server_of(root.place).with_port(root.scheme)
