"""A process that draws a share of a store, as `hands` starts it.

It is given its share through its input and tells through its output what becomes of each image. It
ends when it has done its share, or when who started it has ended, whatever the reason.
"""

import os
import pickle
import signal
import sys
import time
from threading import Thread
from typing import IO, Final

from plates.omezarr.errors import StoreError
from plates.pixels.drawing import Drawing, Share, draw_share

_TOGETHER: Final = 16
_SOON_S: Final = 0.1


def main() -> None:
    """Draw the share that comes in, and tell."""
    # Who starts it is asked by the same keys to stop, and ends it when it is time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # With a buffer whatever the environment says: without one, a write may end in the middle.
    out, sys.stdout = open(sys.stdout.fileno(), "wb", closefd=False), sys.stderr  # noqa: SIM115
    try:
        share: Share = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own process
    except EOFError:
        return  # there was nothing to draw in the end
    Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    teller = _Teller(out)
    try:
        draw_share(share, teller.add)
    except StoreError as error:
        teller.tell(error)
    teller.tell(None)


class _Teller:
    """Tells what becomes of images, some together: each message wakes who listens."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._drawings: list[Drawing] = []
        self._told = time.monotonic()

    def add(self, drawing: Drawing) -> None:
        """One more, which is told at once where some time has passed since others were."""
        self._drawings.append(drawing)
        if len(self._drawings) >= _TOGETHER or time.monotonic() - self._told >= _SOON_S:
            self._send(self._drawings)
            self._drawings = []
            self._told = time.monotonic()

    def tell(self, last: StoreError | None) -> None:
        """All that was not told yet, and why the share ends here; None if it is done."""
        self._send(self._drawings)
        self._drawings = []
        self._send(last)

    def _send(self, message: list[Drawing] | StoreError | None) -> None:
        pickle.dump(message, self._out, pickle.HIGHEST_PROTOCOL)
        self._out.flush()


def _end_with(starter: int) -> None:
    """End this process when its input does: who holds the other end is gone."""
    # Past the buffer, whose lock the interpreter wants when it ends.
    os.read(starter, 1)
    os._exit(1)
