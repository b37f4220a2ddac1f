"""Measuring: medians of interleaved repetitions, so that a noisy machine is noisy for all alike."""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timing:
    """Seconds of a way of doing something, over repetitions."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)


def interleaved(ways: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, Timing]:
    """Run every way once per round, one after the other, and time each."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return {name: Timing(measured) for name, measured in seconds.items()}


def peak_mib() -> float:
    """The most memory this process ever held, in MiB, what it was forked from apart."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def tell(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
