import threading
from collections.abc import Callable
from itertools import cycle

_COLOURS = ("36", "33", "32", "35", "34")
WIDTH = 8


class Screen:
    """Shows sentences, and the lines of several logs each behind its name."""

    def __init__(self, write: Callable[[str], None], *, coloured: bool) -> None:
        self._write = write
        self._coloured = coloured
        self._colours = cycle(_COLOURS)
        self._colour_of: dict[str, str] = {}
        self._turn = threading.Lock()
        self._gone = False

    def say(self, sentence: str) -> None:
        """Show a line as it is."""
        with self._turn:
            if not self._gone:
                self._put(sentence)

    def log(self, name: str, line: str) -> None:
        """Show a line of a log."""
        self.say(f"{self._prefix(name)} {line}")

    def _put(self, line: str) -> None:
        try:
            self._write(line)
        except (OSError, ValueError):
            # The terminal is gone (`| head`); the logs are read on, lest their writers block.
            self._gone = True

    def _prefix(self, name: str) -> str:
        label = f"{name:<{WIDTH}} |"
        if not self._coloured:
            return label
        if name not in self._colour_of:
            self._colour_of[name] = next(self._colours)
        return f"\x1b[{self._colour_of[name]}m{label}\x1b[0m"
