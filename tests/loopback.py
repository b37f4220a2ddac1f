"""Servers on loopback that are processes of their own, so that their work costs no test its time.

Such a server says its port in one line of output, keeps connections open, and remembers what it
was asked for until somebody fetches that at `ASKED`.
"""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast

ASKED = "/-/asked"
_BACKLOG = 1_024


class Answers(Protocol):
    """What answers the requests of all connections."""

    def ask(self, transport: asyncio.WriteTransport, head: bytes) -> None:
        """Answer a request, now or later."""


@contextmanager
def server_process(module: str, *arguments: object) -> Iterator[int]:
    """The port of a server that a module runs as its main program, until the context ends."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def asked_of(url: str) -> list[str]:
    """What a server was asked for since somebody fetched this last."""
    with urllib.request.urlopen(url + ASKED) as answer:
        requests: list[str] = json.load(answer)
    return requests


async def serve(answers: Answers) -> None:
    """Answer until the process is ended; the port is the one line of output."""
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(answers), "127.0.0.1", 0, backlog=_BACKLOG
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


class _Connection(asyncio.Protocol):
    """One connection of a client, kept open from request to request."""

    transport: asyncio.WriteTransport

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # That of uvloop is no subclass of it.
        self.transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._answers.ask(self.transport, head)
