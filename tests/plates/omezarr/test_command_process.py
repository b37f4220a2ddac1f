"""`platecat-validate` as a process: its exit code, its pipes, and the signals it gets."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import running, stores
from tests.servers import Behaviour, http_server

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "plates.omezarr.command")


def test_an_address_may_hold_letters_that_the_output_has_not(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "Größe 細胞.zarr", wells=["A/1"])
    for form in ("text", "json", "csv"):
        run = ran(str(folder), "--format", form, PYTHONIOENCODING="ascii")
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.isascii()


def ran(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """What the command does as a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_exit_code_is_that_of_the_process(faulty: Path) -> None:
    assert ran(str(faulty)).returncode == 1
    assert ran(str(faulty / "nowhere")).returncode == 2


def test_a_reader_that_has_seen_enough_changes_nothing(faulty: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--list-rules", "--format", "json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_report_that_cannot_be_written_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [*COMMAND, "--list-rules"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert run.returncode == 2
    assert run.stderr == b"The report could not be written: No space left on device.\n"


def test_ctrl_c_ends_it_without_a_traceback(sound: Path) -> None:
    with http_server(sound.parent, Behaviour(delay_s=3)) as server:
        process = subprocess.Popen(
            [*COMMAND, f"{server.url}/sound.zarr"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.wait_until(
            lambda: bool(server.behaviour.requests), within_s=120, what="a first request"
        )
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 130


def test_it_needs_no_django() -> None:
    code = "import sys, plates.omezarr.command; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
