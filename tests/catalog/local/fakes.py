"""Small services in place of Postgres and Django."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil

from catalog.local.folder import DataFolder
from catalog.local.plan import Plan
from catalog.local.service import Service

WAITS = "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); print('at work'); "
LIVES = f"import signal; {WAITS} signal.sigwait([signal.SIGTERM]); print('done')"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('at work');"
    "time.sleep(600)"
)
WITH_CHILD = (
    "import signal, subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    "'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()']);"
    "print('at work'); signal.sigwait([signal.SIGTERM])"
)
DIES = "import time; print('at work'); time.sleep(0.5); print('my last words'); exit(3)"


def fake(name: str, code: str = LIVES, **more: Any) -> Service:
    """A service that runs a line of Python; it is ready when it says so."""
    return Service(
        name=name, command=(sys.executable, "-c", code), **{"ready_line": "at work", **more}
    )


def plan_of(
    *services: Service, meanwhile: tuple[Service, ...] = (), last: tuple[Service, ...] = ()
) -> Callable[[], Plan]:
    """What `up` is given."""
    return lambda: Plan(url="http://127.0.0.1:1", services=services, meanwhile=meanwhile, last=last)


def left_of(folder: DataFolder) -> list[psutil.Process]:
    """Processes that name the folder in their command line or work in it."""
    mine = str(folder.root)
    return [
        process
        for process in psutil.process_iter(["cmdline", "cwd", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and (mine in " ".join(process.info["cmdline"] or ()) or mine in (process.info["cwd"] or ""))
    ]


def soon(true: Callable[[], object], *, within_s: float = 20.0) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Heard:
    """What `up` said, and its logs."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.logged: list[tuple[str, str]] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def log(self, name: str, line: str) -> None:
        self.logged.append((name, line))

    def then(self, words: str, act: Callable[[], None]) -> None:
        """Do something once a sentence or a line of a log has these words."""
        threading.Thread(target=self._wait_and, args=(words, act), daemon=True).start()

    def _wait_and(self, words: str, act: Callable[[], None]) -> None:
        soon(lambda: any(words in one for one in [*self.said, *(line for _, line in self.logged)]))
        act()
