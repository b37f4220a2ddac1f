import time
from collections.abc import Callable
from typing import Final

_EVERY_S: Final = 2.0
_MIB: Final = 1024 * 1024


class Progress:
    """Says every few seconds how far the work on a backup is."""

    def __init__(self, what: str, say: Callable[[str], None]) -> None:
        self._what = what
        self._say = say
        self._name = ""
        self._files = 0
        self._before = 0
        self._last = 0
        self._next = time.monotonic() + _EVERY_S

    def __call__(self, name: str, done: int) -> None:
        """Take note of how many bytes of a file are done."""
        if name != self._name:
            self._before += self._last
            self._name, self._files = name, self._files + 1
        self._last = done
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_S
            self._say(f"{self._what} {name}: {done / _MIB:,.0f} MiB")

    def end(self) -> None:
        """Say how much it was."""
        whole = (self._before + self._last) / _MIB
        files = f"{self._files:,} file{'s' * (self._files != 1)}"
        self._say(f"{self._what} {files}, {whole:,.1f} MiB: done")
