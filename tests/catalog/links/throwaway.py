"""Throw-away environments with the libraries that snippets are made for, kept from run to run."""

import fcntl
import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "platecat-snippets"
INSTALL_S = 900
RUN_S = 120


def python_with(*installs: str) -> Path:
    """A Python that has what the lines `pip install ...` install; skips loudly if it cannot be had."""
    wanted = sorted({one for line in installs for one in packages_of(line)})
    digest = hashlib.sha256(" ".join([sys.version, *wanted]).encode()).hexdigest()[:16]
    folder = CACHE / digest
    with only_one(folder.with_suffix(".lock")):
        return made_at(folder, wanted)


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Nobody else is in here meanwhile: test runs share the cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_at(folder: Path, wanted: list[str]) -> Path:
    """The Python of an environment that is there, or is made now."""
    python = folder / "bin" / "python"
    if (folder / "whole").exists():
        return python
    made = run(sys.executable, "-m", "venv", "--clear", str(folder), within_s=INSTALL_S)
    if made.returncode == 0:
        quiet = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        made = run(str(python), *quiet, *wanted, within_s=INSTALL_S)
    if made.returncode != 0:
        pytest.skip(
            f"SNIPPETS NOT RUN: {' '.join(wanted)} cannot be installed: {made.stderr[-400:]}"
        )
    (folder / "whole").touch()
    return python


def packages_of(line: str) -> list[str]:
    """What a line `pip install ...` names."""
    program, verb, *packages = shlex.split(line)
    assert (program, verb) == ("pip", "install"), line
    return packages


def run(*command: str, within_s: float = RUN_S) -> "subprocess.CompletedProcess[str]":
    """What came of a command that sees nothing of our own settings."""
    kept = ("PATH", "HOME", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return subprocess.run(
        command,
        env={**environment, "PYTHONWARNINGS": "ignore", "MPLBACKEND": "agg"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
