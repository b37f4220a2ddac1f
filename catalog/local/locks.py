import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.local.folder import DataFolder
from catalog.local.refusals import FolderInUse

PAUSE_S = 0.1


class Lock:
    """A lock on a file; the system drops it when the process that holds it ends."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, patience_s: float = 0.0) -> bool:
        """Whether the lock is ours now."""
        deadline = time.monotonic() + patience_s
        while not self._taken_at_once(shared=shared):
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE_S)
        return True

    def release(self) -> None:
        """Let others have the lock; it can be taken again."""
        fcntl.flock(self.handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let others have the lock, for good."""
        os.close(self.handle)

    def _taken_at_once(self, *, shared: bool) -> bool:
        wish = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.handle, wish | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def opened(path: Path) -> Iterator[Lock]:
    """A lock that is not taken yet, closed at the end."""
    lock = Lock(path)
    try:
        yield lock
    finally:
        lock.close()


@contextmanager
def gate(folder: DataFolder, *, patience_s: float = 60.0, insist: bool = True) -> Iterator[None]:
    """Nobody else starts or stops services of this folder meanwhile.

    Who does not insist goes on without the gate when patience ends: to stop is always right.
    """
    with opened(folder.gate) as lock:
        if not lock.take(patience_s=patience_s) and insist:
            raise FolderInUse(
                f"Another process has been starting or stopping the services of {folder.root} "
                f"for {patience_s:.0f} seconds. Wait until it is done, or end it."
            )
        yield
