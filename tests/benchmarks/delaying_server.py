"""A web server as far away as an object store: every answer comes a while after its request.

It holds all that it serves in memory, so that nothing but the delay, and the work of the client,
takes time. Documents have entity tags and are given in part too; for a folder it shows a page of
links.
"""

import asyncio
import hashlib
import json
import re
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from uvloop import new_event_loop

from tests.loopback import ASKED, asked_of, serve, server_process

_PART: Final = re.compile(rb"(?i)\r\nrange: bytes=(\d+)-(\d+)")
_TAG_BYTES: Final = 8


@dataclass(frozen=True)
class DelayingServer:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self) -> list[str]:
        """The paths that were asked for since this was called last."""
        return asked_of(self.url)


@contextmanager
def delaying_server(folder: Path, *, delay_s: float) -> Iterator[DelayingServer]:
    """Serve the files below a folder on a free port of loopback."""
    with server_process(__name__, folder, delay_s) as port:
        yield DelayingServer(port)


class _Answers:
    """All answers, and those that are on their way; one timer is enough, as all take as long."""

    def __init__(self, documents: dict[str, bytes], delay_s: float) -> None:
        self.asked: list[str] = []
        self._bodies = {f"/{path}".encode(): body for path, body in documents.items()}
        self._delay_s = delay_s
        self._under_way: deque[tuple[float, asyncio.WriteTransport, bytes]] = deque()

    def ask(self, transport: asyncio.WriteTransport, head: bytes) -> None:
        """Answer a request when its time has come."""
        method, path, _ = head.split(b" ", 2)
        if path == ASKED.encode():
            transport.write(_answer(json.dumps(self.asked).encode(), head, method))
            self.asked.clear()
            return
        self.asked.append(path.decode("latin-1"))
        loop = asyncio.get_running_loop()
        answer = _answer(self._bodies.get(path), head, method)
        self._under_way.append((loop.time() + self._delay_s, transport, answer))
        if len(self._under_way) == 1:
            loop.call_later(self._delay_s, self._send)

    def _send(self) -> None:
        loop, waiting = asyncio.get_running_loop(), self._under_way
        now = loop.time()
        while waiting and waiting[0][0] <= now:
            _, transport, answer = waiting.popleft()
            if not transport.is_closing():
                transport.write(answer)
        if waiting:
            loop.call_later(max(waiting[0][0] - now, 0.001), self._send)


def _answer(body: bytes | None, head: bytes, method: bytes) -> bytes:
    if body is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    status, more, part = b"200 OK", b"", body
    if (wanted := _PART.search(head)) is not None:
        start, end = int(wanted[1]), min(int(wanted[2]) + 1, len(body))
        status, part = b"206 Partial Content", body[start:end]
        more = b'Content-Range: bytes %d-%d/%d\r\nETag: "%s"\r\n' % (
            start,
            end - 1,
            len(body),
            hashlib.blake2b(body, digest_size=_TAG_BYTES).hexdigest().encode(),
        )
    told = b"HTTP/1.1 %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return told % (status, more, len(part)) + (b"" if method == b"HEAD" else part)


def documents_in(folder: Path) -> dict[str, bytes]:
    """The files below a folder by their paths in it, and a page of links for each folder."""
    served: dict[str, bytes] = {}
    for path in (folder, *folder.rglob("*")):
        inside = "" if path == folder else path.relative_to(folder).as_posix()
        if path.is_dir():
            served[f"{inside}/".lstrip("/")] = _links_in(path)
        else:
            served[inside] = path.read_bytes()
    return served


def _links_in(folder: Path) -> bytes:
    names = (quote(one.name) + "/" * one.is_dir() for one in sorted(folder.iterdir()))
    return "".join(f'<a href="{name}">{name}</a>' for name in names).encode()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(_Answers(documents_in(Path(sys.argv[1])), float(sys.argv[2]))))
