import json
import os
import secrets
import signal
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog.local.folder import DataFolder
from catalog.local.locks import Lock, opened
from catalog.local.processes import Mark

# Records are written in one piece and never shrink, so that no reader sees half of one.
RECORD_BYTES = 8192
LOCK_PATIENCE_S = 10.0
UP = "up"
COMMAND = "command"


@dataclass(frozen=True)
class Started:
    """One process that a starter started."""

    name: str
    pid: int
    created: float
    stop_signal: str

    @property
    def mark(self) -> Mark:
        """What tells it from a later process with the same number."""
        return Mark(self.pid, self.created)

    @property
    def signal(self) -> signal.Signals:
        """How it is asked to stop."""
        return signal.Signals[self.stop_signal]


@dataclass(frozen=True)
class Starter:
    """A process that started services in a data folder: `up`, or a command."""

    kind: str
    pid: int
    url: str
    started: tuple[Started, ...]

    def text(self) -> str:
        """The record as it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "Starter":
        """The starter of a stored record; an empty one if it was never written."""
        if not text.strip():
            return cls(COMMAND, 0, "", ())
        stored = json.loads(text)
        started = tuple(Started(**one) for one in stored["started"])
        return cls(stored["kind"], stored["pid"], stored["url"], started)


class Record:
    """Our own entry among the starters; it counts as alive for as long as we hold its lock."""

    def __init__(self, folder: DataFolder, *, kind: str, url: str = "") -> None:
        self.path = folder.starters / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self.lock = Lock(self.path)
        # A reader may hold the lock for the blink of an eye.
        self.lock.take(patience_s=LOCK_PATIENCE_S)
        self.starter = Starter(kind, os.getpid(), url, ())
        self._write()

    def add(self, name: str, mark: Mark, stop_signal: signal.Signals) -> None:
        """Note a process that we started."""
        new = Started(name, mark.pid, mark.created, stop_signal.name)
        old = self.starter
        self.starter = Starter(old.kind, old.pid, old.url, (*old.started, new))
        self._write()

    def close(self) -> None:
        """Leave the starters."""
        self.path.unlink(missing_ok=True)
        self.lock.close()

    def _write(self) -> None:
        os.pwrite(self.lock.handle, self.starter.text().encode().ljust(RECORD_BYTES), 0)


def living_starters(folder: DataFolder) -> list[Starter]:
    """Those who started services here and still run."""
    return [starter for _, starter, lives in _all(folder) if lives]


def dead_starters(folder: DataFolder) -> list[tuple[Path, Starter]]:
    """Those who ended without stopping what they had started, with their records."""
    return [(path, starter) for path, starter, lives in _all(folder) if not lives]


def running(folder: DataFolder, *, of: str | None = None) -> set[str]:
    """The names of the services that living starters started."""
    starters = [one for one in living_starters(folder) if of in {None, one.kind}]
    return {started.name for starter in starters for started in starter.started}


def _all(folder: DataFolder) -> Iterator[tuple[Path, Starter, bool]]:
    for path in sorted(folder.starters.glob("*.json")):
        with opened(path) as lock:
            lives = not lock.take(shared=True)
            text = os.pread(lock.handle, RECORD_BYTES, 0).decode()
        yield path, Starter.parse(text), lives
