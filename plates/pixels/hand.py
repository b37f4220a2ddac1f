"""A process that draws a share of a store, as `hands` starts it.

It is given its share through its input and tells through its output what becomes of each image. It
ends when it has done its share, or when who started it has ended, whatever the reason.
"""

import os
import pickle
import signal
import sys
from threading import Thread
from typing import IO

from plates.omezarr.errors import StoreError
from plates.pixels.drawing import Share, draw_share


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
    try:
        draw_share(share, lambda drawing: _tell(drawing, out))
    except StoreError as error:
        _tell(error, out)
    _tell(None, out)


def _tell(one: object, out: IO[bytes]) -> None:
    pickle.dump(one, out, pickle.HIGHEST_PROTOCOL)
    out.flush()


def _end_with(starter: int) -> None:
    """End this process when its input does: who holds the other end is gone."""
    # Past the buffer, whose lock the interpreter wants when it ends.
    os.read(starter, 1)
    os._exit(1)
