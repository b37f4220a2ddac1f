"""Validators in processes of their own: each measures nothing but its walk, imports apart."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measuring import tell

PACKAGES = ("yaozarrs[io]", "ome-zarr-models", "aiohttp")
YAOZARRS, OME_ZARR_MODELS = "with_yaozarrs.py", "with_ome_zarr_models.py"
_HERE = Path(__file__).parent
_OURS = "tests.benchmarks.peers.with_platecat"
_HARVEST = "tests.benchmarks.peers.harvesting"
_CURL = "tests.benchmarks.peers.with_pycurl"
_INSTALL_S = 150
_RUN_S = 90


@dataclass(frozen=True)
class Run:
    """What came of one run; `said` is our verdict, or the version of a peer."""

    seconds: float
    said: str = ""
    documents: int = 0
    peak_mib: float = 0.0
    peak_before_mib: float = 0.0


def run_ours(way: str, url: str, *paths: Path, concurrency: int = 256) -> Run:
    """One run of ours: `validate`, `read`, or `bare` with a file of paths."""
    run = _run([sys.executable, "-m", _OURS, way, url, str(concurrency), *map(str, paths)])
    assert run is not None, f"{way} {url} failed"
    return run


def run_harvest(url: str, concurrency: int) -> Run:
    """One harvest of ours, into the database of the environment."""
    run = _run([sys.executable, "-m", _HARVEST, url, str(concurrency)])
    assert run is not None, f"the harvest of {url} failed"
    return run


def run_curl(url: str, paths: Path, concurrency: int) -> Run:
    """The documents that a file lists, fetched by a plain loop of libcurl."""
    run = _run([sys.executable, "-m", _CURL, url, str(paths), str(concurrency)])
    assert run is not None, f"the bare requests to {url} failed"
    return run


@dataclass(frozen=True)
class Peers:
    """The environment that the peers are installed in; None if they cannot be had."""

    python: Path | None

    def run(self, script: str, url: str) -> Run | None:
        """One run of a peer; None, said aloud, if it is not there, fails or takes too long."""
        return None if self.python is None else _run([str(self.python), str(_HERE / script), url])


def install_peers(folder: Path) -> Peers:
    """A fresh environment with the newest peers."""
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, *PACKAGES]):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALL_S)
    except (subprocess.SubprocessError, OSError) as error:
        tell(f"SKIPPED, all peers: {' and '.join(PACKAGES)} could not be installed ({error}).")
        return Peers(None)
    return Peers(python)


def _run(command: Sequence[str]) -> Run | None:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_RUN_S)
    except subprocess.CalledProcessError as error:
        tell(f"FAILED: {' '.join(command[1:])}: {error.stderr.strip().splitlines()[-1:]}")
        return None
    except subprocess.TimeoutExpired:
        tell(f"STOPPED after {_RUN_S} s: {' '.join(command[1:])}")
        return None
    return Run(**json.loads(done.stdout))
