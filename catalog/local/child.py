import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

from catalog.local.identity import wrapped
from catalog.local.logs import BoundedLog
from catalog.local.processes import Mark, family, kill
from catalog.local.service import Service

PAUSE_S = 0.05
LONGEST_LINE = 64 * 1024
LAST_LINES = 15
DRAIN_S = 2.0

Say = Callable[[str, str], None]


class Child:
    """One running service, its log and its end."""

    def __init__(self, service: Service, *, logs: Path, say: Say) -> None:
        self.service = service
        self.said_ready = threading.Event()
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self.output: list[str] = []
        self._say = say
        self._log = logs / f"{service.name}.log"
        self.popen = self._launch()
        self.mark = Mark.of(self.popen.pid)
        self._pumps = self._start_pumps()

    def runs(self) -> bool:
        """Whether the program has not ended."""
        return self.popen.poll() is None

    def ready(self) -> bool:
        """Whether the program does what it is there for."""
        if self.service.one_shot:
            return self.popen.poll() == 0
        said = not self.service.ready_line or self.said_ready.is_set()
        return said and self.service.answers()

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """End the program and all that it started, gently unless in a hurry."""
        others = family(self.mark)
        if self.runs() and not hurry():
            self.popen.send_signal(self.service.stop_signal)
            self._wait(self.service.grace_s, hurry=hurry)
        self._kill([*others, *family(self.mark)])
        self.drain()

    def drain(self) -> None:
        """Take in the last lines of a program that has ended."""
        for pump in self._pumps:
            pump.join(DRAIN_S)

    def how_it_ended(self) -> str:
        """`exit code 3`, or `signal SIGKILL`."""
        code = self.popen.wait()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def _launch(self) -> subprocess.Popen[bytes]:
        service = self.service
        return subprocess.Popen(  # noqa: S603 - the commands of the plan, none from outside
            wrapped(
                service.command,
                identity=service.identity,
                dies_by=service.stop_signal.name.removeprefix("SIG"),
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if service.keeps_output else subprocess.STDOUT,
            cwd=service.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **service.environment},
            # The terminal's Ctrl-C reaches the supervisor alone, which stops all in order.
            start_new_session=True,
        )

    def _start_pumps(self) -> list[threading.Thread]:
        out, err = self.popen.stdout, self.popen.stderr
        pumps = []
        if out is not None:
            take = self._keep if self.service.keeps_output else self._pass_on
            pumps.append(threading.Thread(target=take, args=(out,), daemon=True))
        if err is not None:
            pumps.append(threading.Thread(target=self._pass_on, args=(err,), daemon=True))
        for pump in pumps:
            pump.start()
        return pumps

    def _pass_on(self, stream: IO[bytes]) -> None:
        with stream, BoundedLog(self._log) as log:
            while line := stream.readline(LONGEST_LINE):
                log.write(line)
                self._take_note(line.decode(errors="replace").rstrip())

    def _keep(self, stream: IO[bytes]) -> None:
        with stream:
            self.output.extend(line.decode(errors="replace").rstrip() for line in stream)

    def _take_note(self, line: str) -> None:
        self.last_lines.append(line)
        if self.service.ready_line and self.service.ready_line in line:
            self.said_ready.set()
        self._say(self.service.name, line)

    def _wait(self, seconds: float, *, hurry: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while self.runs() and time.monotonic() < deadline and not hurry():
            time.sleep(PAUSE_S)

    def _kill(self, others: list[psutil.Process]) -> None:
        if self.runs():
            self.popen.kill()
        self.popen.wait()
        kill(others)
