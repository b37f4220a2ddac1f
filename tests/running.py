"""A whole Platecat as a person runs it: `manage.py up` on a folder of its own."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

MANAGE = Path(__file__).parent.parent / "manage.py"
READY = "Platecat is ready at "
# A guard against hanging, not a measurement: the demo takes 25 s alone and took over 60 s beside other
# tests on two cores.
START_S = 240.0


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a person who has set nothing but the data folder."""
    ours = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PLATECAT_DATA": str(data), **more}


@dataclass
class Running:
    """A running Platecat."""

    process: "subprocess.Popen[str]"
    url: str
    data: Path

    def get(self, path: str) -> Any:
        """The JSON at a path of the REST API."""
        with urlopen(f"{self.url}/api/v1/{path}", timeout=30) as answer:
            return json.load(answer)

    def every(self, path: str) -> list[Any]:
        """All rows of a list."""
        page = self.get(path)
        rows: list[Any] = page["results"]
        while page["next"]:
            with urlopen(page["next"], timeout=30) as answer:
                page = json.load(answer)
            rows += page["results"]
        return rows

    def members(self) -> list[psutil.Process]:
        """Every process that belongs to it."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def one_of(self, *words: str) -> list[psutil.Process]:
        """Its processes whose command line has these words."""
        return [
            member for member in self.members() if all(word in command(member) for word in words)
        ]


def command(process: psutil.Process) -> str:
    """The command line of a process, empty if it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@contextmanager
def platecat(data: Path, *arguments: str, **variables: str) -> Iterator[Running]:
    """A Platecat that is up, and down again afterwards."""
    process = subprocess.Popen(
        [sys.executable, str(MANAGE), "up", "--port", "0", "--data", str(data), *arguments],
        env=environment(data, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Running(process, ready_url(process), data)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()


def ready_url(process: "subprocess.Popen[str]") -> str:
    """The address in the ready line; everything said until then if it never comes."""
    lines: queue.Queue[str] = queue.Queue()
    said: list[str] = []
    threading.Thread(target=pass_on, args=(process, lines), daemon=True).start()
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            line = lines.get(timeout=0.5)
        except queue.Empty:
            if process.poll() is not None:
                break
            continue
        said.append(line)
        if READY in line:
            return line.partition(READY)[2].strip()
    raise AssertionError("it did not come up:\n" + "".join(said[-40:]))


def pass_on(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Read what a process says, so that it never waits for a reader."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)


def manage(data: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The outcome of a management command."""
    return subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def wait_until(true: Callable[[], bool], *, within_s: float, what: str) -> float:
    """Seconds until something holds; fails if it does not in time."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < within_s, f"not within {within_s} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - started
