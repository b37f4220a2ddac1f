"""`manage.py validate`: `platecat-validate` under another name."""

import json
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plates.omezarr.rules.book import RULES
from tests import running, stores
from tests.servers import Behaviour, http_server


def told(*arguments: str, **options: object) -> tuple[int | str | None, str, str]:
    """The exit code, and what was printed on stdout and stderr."""
    out, err = StringIO(), StringIO()
    code: int | str | None = 0
    try:
        call_command("validate", *arguments, stdout=out, stderr=err, **options)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_a_sound_store_ends_with_0(plate_folder: Path) -> None:
    code, out, err = told(str(plate_folder))
    assert (code, err) == (0, "")
    assert out.startswith(f"{plate_folder}\nplate, OME-Zarr 0.5, Zarr format 3\nVALID: ")


def test_errors_end_with_1(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/03"], missing=["B/03"])
    code, out, _ = told(str(folder), format="json", depth="wells")
    assert (code, json.loads(out)["verdict"]) == (1, "incomplete")
    assert told(str(folder), "--policy", "lenient")[0] == 0


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    assert told(str(tmp_path / "nowhere"))[0] == 2
    code, out, err = told("nonsense://x")
    assert (code, out) == (2, "")
    assert "nonsense:// cannot be opened here" in err


def test_a_choice_that_is_none_is_refused(plate_folder: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'deep'"):
        told(str(plate_folder), "--depth", "deep")


def test_the_rules_are_listed() -> None:
    code, out, _ = told("--list-rules", format="json")
    assert code == 0
    assert [rule["id"] for rule in json.loads(out)] == list(RULES)


def test_it_prints_where_programs_print(
    plate_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("validate", str(plate_folder))
    assert "VALID" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "colours"), [("--force-color", True), ("--no-color", False)])
def test_colours_are_as_django_was_told(
    option: str, *, colours: bool, plate_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = StringIO()
    monkeypatch.setattr(out, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", out)
    call_command("validate", str(plate_folder), option)
    assert ("\x1b" in out.getvalue()) is colours


@pytest.mark.processes
def test_it_needs_no_database(plate_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run = running.manage(data, "validate", str(plate_folder), "--format", "json")
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["verdict"] == "valid"
    assert running.manage(data, "validate", str(tmp_path / "nowhere")).returncode == 2
    assert not data.exists()


@pytest.mark.processes
def test_ctrl_c_ends_it_without_a_traceback(plate_folder: Path, tmp_path: Path) -> None:
    with http_server(plate_folder.parent, Behaviour(delay_s=3)) as server:
        process = subprocess.Popen(
            [sys.executable, str(running.MANAGE), "validate", f"{server.url}/{plate_folder.name}"],
            env=running.environment(tmp_path / "data"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.wait_until(
            lambda: bool(server.behaviour.requests), within_s=120, what="a first request"
        )
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 130
