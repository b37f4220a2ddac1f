"""`platecat-validate`: what it prints, where, and with which exit code."""

import csv
import json
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from plates.omezarr.command import main
from plates.omezarr.rules.book import RULES
from tests import stores
from tests.plates.omezarr.planting import ome_of
from tests.servers import KEY, REGION, SECRET, http_server, s3_server

REPORT_KEYS = {
    "url",
    "kind",
    "version",
    "zarr_format",
    "reach",
    "verdict",
    "depth",
    "documents",
    "seconds",
    "summary",
    "findings",
}
WELLS = ["A/1", "A/2", "B/03"]
FINDING_KEYS = {"rule", "level", "node", "pointer", "message", "expected", "found"}

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    """The exit code of the command and what it printed on stdout and stderr."""

    def say(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return say


class Terminal(StringIO):
    """A terminal that remembers what it shows."""

    def isatty(self) -> bool:
        return True


def test_a_sound_store_is_valid_and_the_exit_code_is_0(sound: Path, said: Say) -> None:
    code, out, err = said(sound)
    assert (code, err) == (0, "")
    assert out.startswith(f"{sound}\nplate, OME-Zarr 0.4, Zarr format 2\nVALID: 0 errors, ")


def test_errors_are_told_at_their_node_and_the_exit_code_is_1(faulty: Path, said: Say) -> None:
    code, out, err = said(faulty)
    assert (code, err) == (1, "")
    assert "INVALID: " in out
    assert '03/B  .zattrs /plate/wells/2/path  The path "03/B" names the column before' in out
    assert out.index("error HCS-WELL-PATH, 1 time") < out.index("warning HCS-META-SHOULD, ")


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_what_cannot_be_read_is_a_report_too_and_the_exit_code_is_2(
    form: str, tmp_path: Path, said: Say
) -> None:
    code, out, err = said(tmp_path / "nowhere.zarr", "--format", form)
    assert (code, err) == (2, "")
    assert "STORE-READ" in out
    assert "There is nothing at " in out


def test_a_damaged_root_is_unreadable(sound: Path, said: Say) -> None:
    (sound / ".zattrs").write_text("{")
    code, out, _ = said(sound, "--format", "json")
    assert (code, json.loads(out)["verdict"]) == (2, "unreadable")


def test_zarr_without_ome_metadata_is_an_error(sound: Path, said: Say) -> None:
    (sound / ".zattrs").write_text("{}")
    code, out, _ = said(sound)
    assert code == 1
    assert "\nZarr without OME-Zarr metadata, " in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense://x/y"], "Addresses that begin with nonsense:// cannot be opened here."),
        (["bad\x1b[2J"], "This is no address of a store: give a folder, or a URL such as "),
        (["http://"], "This http address names no server."),
        ([], "Give the address of a store: "),
        (["x", "--list-rules"], "leave the address out."),
        (["x", "--format", "markdown"], "markdown is for --list-rules."),
        (["--list-rules", "--format", "csv"], "The rules are listed as text, json or markdown"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    arguments: list[str], sentence: str, said: Say
) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--concurrency", "0", "'0' is no number from 1 to 1,024"),
        ("--concurrency", "²", "is no number from 1 to 1,024"),
        ("--endpoint", "s3.example.org", "an endpoint is an address such as https://"),
        ("--endpoint", "http://h:port", "an endpoint is an address such as https://"),
        ("--depth", "deep", "invalid choice: 'deep'"),
        ("--policy", "none", "invalid choice: 'none'"),
    ],
)
def test_a_value_that_an_option_cannot_have_is_refused(
    option: str, value: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["x.zarr", option, value])
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_json_has_every_key_that_programs_rely_on(faulty: Path, said: Say) -> None:
    _, out, _ = said(faulty, "--format", "json")
    report = json.loads(out)
    assert set(report) >= REPORT_KEYS
    assert report["url"] == str(faulty)
    assert (report["kind"], report["version"], report["zarr_format"]) == ("plate", "0.4", 2)
    assert (report["reach"], report["verdict"], report["depth"]) == ("ok", "invalid", "labels")
    assert all(set(finding) >= FINDING_KEYS for finding in report["findings"])
    levels = [finding["level"] for finding in report["findings"]]
    assert report["summary"] == {
        "error": levels.count("error"),
        "warning": levels.count("warning"),
    }


def test_csv_has_one_row_for_each_finding(faulty: Path, said: Say) -> None:
    code, out, _ = said(faulty, "--format", "csv")
    rows = list(csv.DictReader(StringIO(out)))
    _, whole, _ = said(faulty, "--format", "json")
    findings = json.loads(whole)["findings"]
    assert code == 1
    assert [(row["rule"], row["node"]) for row in rows] == [
        (finding["rule"], finding["node"]) for finding in findings
    ]


def test_a_depth_reads_only_so_far(sound: Path, said: Say) -> None:
    read = {}
    for depth in ("plate", "wells", "fields", "arrays", "labels"):
        _, out, _ = said(sound, "--format", "json", "--depth", depth)
        report = json.loads(out)
        assert report["depth"] == depth
        read[depth] = report["documents"]
    assert sorted(read.values()) == list(read.values())
    assert read["plate"] < read["wells"] < read["fields"] < read["arrays"]


def test_a_policy_changes_the_levels_but_not_the_rules(tmp_path: Path, said: Say) -> None:
    folder = stores.plate(tmp_path / "p.zarr", version="0.4", wells=WELLS, missing=["A/2"])
    with ome_of(folder, "") as ome:
        del ome["plate"]["name"]
    codes, verdicts, rules = [], [], []
    for policy in ("lenient", "spec", "strict"):
        code, out, _ = said(folder, "--format", "json", "--policy", policy)
        report = json.loads(out)
        codes.append(code)
        verdicts.append(report["verdict"])
        rules.append(sorted(finding["rule"] for finding in report["findings"]))
    assert codes == [0, 1, 1]
    assert verdicts == ["incomplete", "incomplete", "invalid"]
    assert rules[0] == rules[1] == rules[2]


def test_the_rules_are_listed_in_three_forms(said: Say) -> None:
    for form in ("text", "json", "markdown"):
        code, out, err = said("--list-rules", "--format", form)
        assert (code, err) == (0, "")
        assert all(rule in out for rule in RULES)
    _, out, _ = said("--list-rules", "--format", "json")
    assert [rule["id"] for rule in json.loads(out)] == list(RULES)


def test_help_explains_depths_and_policies(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert "\n  labels   labels, tables and copied metadata\n" in out
    assert "\n  strict   what the specification recommends is demanded" in out
    assert "exit code: 0 no errors, 1 errors, 2 the store cannot be read." in out


def test_progress_and_colours_are_for_terminals(
    faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert main([str(faulty)]) == 1
    assert "\x1b[1;31mINVALID\x1b[0m" in out.getvalue()
    assert "documents\r\x1b[2K" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[2K")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_no_colours_gets_none(
    name: str, value: str, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    assert main([str(faulty)]) == 1
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_no_control_character_of_the_store_is_printed(form: str, tmp_path: Path, said: Say) -> None:
    evil = "\x1b[2J\x07\r\n\x9b\x7f\u202e"
    folder = stores.plate(tmp_path / "p.zarr", version="0.4", wells=WELLS)
    with ome_of(folder, "") as ome:
        ome["plate"]["rows"][0]["name"] = evil
        ome["plate"]["wells"][0]["path"] = f"{evil}/1"
        ome["plate"]["version"] = evil
        ome["plate"]["name"] = [evil]
    _, out, _ = said(folder, "--format", form)
    assert out.replace("\n", "").isprintable()


def test_it_is_installed_as_a_script() -> None:
    project: dict[str, Any] = tomllib.loads(
        (Path(__file__).parents[3] / "pyproject.toml").read_text()
    )["project"]
    module, _, name = project["scripts"]["platecat-validate"].partition(":")
    assert getattr(import_module(module), name) is main


def test_a_web_server_cannot_be_listed_and_the_report_says_so(sound: Path, said: Say) -> None:
    with http_server(sound.parent) as server:
        code, out, _ = said(f"{server.url}/sound.zarr", "--concurrency", 4)
    assert code == 0
    assert "Rules that could not be asked: HCS-EMPTY-GROUP, HCS-WELL-UNLISTED, " in out


def test_user_and_password_of_an_address_are_never_printed(sound: Path, said: Say) -> None:
    with http_server(sound.parent) as server:
        secret = server.url.replace("http://", "http://me:hush@")
        printed = said(f"{secret}/sound.zarr"), said(f"{secret}/nowhere.zarr?token=hush")
    assert [code for code, _, _ in printed] == [0, 2]
    assert "hush" not in str(printed)


@pytest.mark.processes
def test_a_bucket_is_opened_with_the_credentials_of_the_environment(
    sound: Path, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as server:
        url = server.upload(sound, "screens", "sound.zarr")
        opening = [url, "--endpoint", server.endpoint, "--region", REGION]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        assert said(*opening)[0] == 0
        assert said(*opening, "--anonymous")[0] == 2
