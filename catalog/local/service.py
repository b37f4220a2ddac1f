import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.local.identity import Identity


def _nothing() -> None:
    """For a service that needs no preparation."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One program to run: how it starts, when it counts as ready, how it stops."""

    name: str
    command: tuple[str, ...]
    # Asked again and again once the program runs; it is ready when this and `ready_line` hold.
    answers: Callable[[], bool] = lambda: True
    # Ready only after a line of its output contains these words.
    ready_line: str = ""
    # What has to be there before the program starts.
    prepare: Callable[[], None] = _nothing
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    identity: Identity | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience_s: float = 60.0
    grace_s: float = 10.0
    # Runs to its end before the next one starts; anything but exit code 0 is a failure.
    one_shot: bool = False
    # Starts at the same time as the one before it instead of waiting until that answers.
    together: bool = False
    # What it prints is kept for the end of the start-up instead of being passed on as a log.
    keeps_output: bool = False
