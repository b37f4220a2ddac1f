import os
import signal
from dataclasses import dataclass

import psutil

# Kernels count a process's start in ticks since boot; the clock that dates the boot may be set.
CLOCK_DRIFT_S = 2.0
AFTER_KILL_S = 5.0


@dataclass(frozen=True)
class Mark:
    """What tells one process from a later one with the same number."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Mark":
        """The mark of a process that runs now."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return cls(pid, 0.0)

    def process(self) -> psutil.Process | None:
        """The process itself if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) <= CLOCK_DRIFT_S
            runs = process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if same and runs else None

    def reused(self) -> bool:
        """Whether the number belongs to another process by now."""
        return psutil.pid_exists(self.pid) and self.process() is None and not self._zombie()

    def _zombie(self) -> bool:
        try:
            return psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def family(mark: Mark) -> list[psutil.Process]:
    """All that a session leader left or has running, itself not included."""
    if mark.reused():
        return []
    process = mark.process()
    found = {child.pid: child for child in (_descendants(process) if process else [])}
    for other in psutil.process_iter():
        if other.pid != mark.pid and _session(other.pid) == mark.pid:
            found[other.pid] = other
    return list(found.values())


def end(mark: Mark, *, stop_signal: signal.Signals, grace_s: float) -> None:
    """Stop a process that is not our child, and all that it started."""
    others = family(mark)
    process = mark.process()
    if process is not None:
        process.send_signal(stop_signal)
        psutil.wait_procs([process], timeout=grace_s)
    kill([*others, *family(mark), *([process] if process else [])])


def kill(processes: list[psutil.Process]) -> None:
    """Kill those that still run, and wait until they are gone."""
    running = [process for process in processes if process.is_running()]
    for process in running:
        _kill(process)
    psutil.wait_procs(running, timeout=AFTER_KILL_S)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
