"""A web server that misbehaves by plan: it refuses, resets, stalls and breaks off some answers.

Whether an answer is spoilt hangs on its path and on how often that was asked for, and on nothing
else: not on the order in which requests come.
"""

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from tests.servers import Behaviour, WebServer, _Handler, _Server

_STALL_S: Final = 120.0
_TICK_S: Final = 0.1
_ABORT: Final = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """What becomes of an answer."""

    UNAVAILABLE = "503"
    TOO_MANY = "429"
    TOO_SLOW_A_REQUEST = "408"
    RESET = "reset"
    """The connection is reset before anything is said."""
    SILENCE = "silence"
    """The connection is closed before anything is said."""
    STALL = "stall"
    """Nothing is said, for longer than anybody waits."""
    HALF_STALL = "half, then stall"
    CUT = "cut"
    """Half of the body comes, though its length was told."""
    CUT_CHUNKED = "cut, chunked"
    """Half of the body comes in chunks, and no end of them."""
    FORBIDDEN = "403"
    ABSENT = "404"


PASSING: Final = tuple(fault for fault in Fault if fault not in {Fault.FORBIDDEN, Fault.ABSENT})
USUAL: Final = (
    Fault.UNAVAILABLE,
    Fault.TOO_MANY,
    Fault.RESET,
    Fault.STALL,
    Fault.CUT,
    Fault.CUT_CHUNKED,
)
Plan = Callable[[str, int], Fault | None]
"""The fault of the answer to a path that is asked for the n-th time, from 0."""


def in_turn(path: str, *faults: Fault) -> Plan:
    """These faults for a path, one after the other; then all is well."""
    return lambda asked, nth: faults[nth] if asked == path and nth < len(faults) else None


def by_chance(share: float, *, seed: int, faults: Sequence[Fault] = USUAL) -> Plan:
    """A share of all answers, each with one of the faults."""

    def plan(path: str, nth: int) -> Fault | None:
        chance = random.Random(f"{seed} {path} {nth}")
        return chance.choice(faults) if chance.random() < share else None

    return plan


@dataclass
class Misbehaviour:
    """What a server does, and what it did."""

    plan: Plan
    is_quiet: bool = False
    """Whether all is well from now on."""
    retry_after_s: int | None = None
    asked: Counter[str] = field(default_factory=Counter)
    """How often each path was asked for."""
    faults: Counter[Fault] = field(default_factory=Counter)
    """How often each fault happened."""

    def next_for(self, path: str) -> Fault | None:
        """The fault of an answer that is due."""
        nth = self.asked[path]
        self.asked[path] += 1
        fault = None if self.is_quiet else self.plan(path, nth)
        if fault is not None:
            self.faults[fault] += 1
        return fault


@contextmanager
def misbehaving_server(folder: Path, misbehaviour: Misbehaviour) -> Iterator[WebServer]:
    """Serve a folder on a free port of loopback, with faults."""
    behaviour = Behaviour()
    handler = partial(_Misbehaving, misbehaviour, folder, behaviour)
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield WebServer(server.server_port, behaviour)
    finally:
        misbehaviour.is_quiet = True
        server.shutdown()
        server.server_close()
        thread.join()


class _Misbehaving(_Handler):
    def __init__(self, misbehaviour: Misbehaviour, *rest: object) -> None:
        self.misbehaviour = misbehaviour
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        path = unquote(urlsplit(self.path).path).lstrip("/")
        fault = self.misbehaviour.next_for(path)
        if fault is None:
            super().do_GET()
        elif fault.value.isdigit():
            self._say(int(fault.value))
        else:
            self._break(fault, self.folder / path)

    def do_HEAD(self) -> None:  # noqa: N802
        self.do_GET()

    def _say(self, status: int) -> None:
        self.send_response(status)
        if self.misbehaviour.retry_after_s is not None:
            self.send_header("Retry-After", str(self.misbehaviour.retry_after_s))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _break(self, fault: Fault, file: Path) -> None:
        self.close_connection = True
        body = file.read_bytes() if file.is_file() else b"<html>"
        half = body[: len(body) // 2]
        if fault is Fault.CUT_CHUNKED:
            self._begin("Transfer-Encoding", "chunked", b"%x\r\n%s\r\n" % (len(half), half))
        if fault in {Fault.CUT, Fault.HALF_STALL}:
            self._begin("Content-Length", str(len(body)), half)
        if fault in {Fault.STALL, Fault.HALF_STALL}:
            self._wait()
        if fault is Fault.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            self.connection.close()

    def _begin(self, name: str, value: str, part: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        # Clients of S3 want to know.
        self.send_header("Last-Modified", "Wed, 25 Nov 2026 00:00:00 GMT")
        self.send_header(name, value)
        self.end_headers()
        self.wfile.write(part)
        self.wfile.flush()

    def _wait(self) -> None:
        """Until the client has gone, or all shall be quiet."""
        until = time.monotonic() + _STALL_S
        self.connection.settimeout(_TICK_S)
        while time.monotonic() < until and not self.misbehaviour.is_quiet:
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
