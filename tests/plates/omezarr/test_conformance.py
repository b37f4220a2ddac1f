"""The command of the conformance harness: the official suites, and what else it may be given.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from plates.omezarr.conformance import main
from plates.omezarr.judgement import kinds_named, version_named
from plates.omezarr.structure.kinds import Kind
from tests.plates.omezarr.structure.documents import GONE, edited, good

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent")) / "conformance"
COMMAND = (sys.executable, "-m", "plates.omezarr.conformance")
MOST_MODULES = 180
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)


class Case:
    """One case of a suite, by its file and number: names are not unique."""

    def __init__(self, version: str, suite: Path, number: int, case: dict[str, Any]) -> None:
        name = suite.stem.removesuffix("_suite")
        self.version, self.name = version, f"{version}-{name}-{number}"
        self.strict, self.kind = name.startswith("strict_"), name.removeprefix("strict_")
        self.document, self.valid = case["data"], case["valid"]

    def flags(self) -> list[str]:
        strict = ["--strict"] if self.strict else []
        return ["--version", self.version, "--kind", self.kind, *strict]

    def written(self, folder: Path, *, as_test: bool = False) -> str:
        test = {"schema": {"id": f"schemas/{self.kind}.schema"}, "strict": self.strict}
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(self.document | ({"_conformance": test} if as_test else {})))
        return str(path)


def suite_of(version: str) -> list[Case]:
    return [
        Case(version, suite, number, case)
        for suite in sorted((CORPUS / version).glob("*_suite.json"))
        for number, case in enumerate(json.loads(suite.read_bytes())["tests"])
    ]


def answer(*arguments: str) -> dict[str, Any]:
    """What the command prints, run as the harness runs it."""
    run = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=True)
    return dict(json.loads(run.stdout))


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """What the command prints, run here."""

    def say(*arguments: str) -> dict[str, Any]:
        assert main(list(arguments)) == 0
        printed = capsys.readouterr().out
        assert printed.count("\n") == 1
        spoken = json.loads(printed)
        assert set(spoken) == {"valid", "message"}
        assert bool(spoken["message"]) is not spoken["valid"]
        return dict(spoken)

    return say


@needs_corpus
@pytest.mark.parametrize(("version", "number"), [("0.4", 92), ("0.5", 86)])
def test_every_case_of_the_official_suites_gets_its_verdict(
    version: str, number: int, tmp_path: Path, said: Any
) -> None:
    cases = suite_of(version)
    right = [
        case.name
        for case in cases
        if said(*case.flags(), case.written(tmp_path))["valid"] is case.valid
    ]
    assert [case.name for case in cases if case.name not in right] == []
    assert len(right) == number


@needs_corpus
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_case_may_say_itself_how_it_is_meant(version: str, tmp_path: Path, said: Any) -> None:
    wrong = [
        case.name
        for case in suite_of(version)
        if said(case.written(tmp_path, as_test=True))["valid"] is not case.valid
    ]
    assert wrong == []


@needs_corpus
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_case_without_a_word_is_judged_by_what_it_names(
    version: str, tmp_path: Path, said: Any
) -> None:
    wrong = [
        case.name
        for case in suite_of(version)
        if said(*case.flags()[4:], case.written(tmp_path))["valid"] is not case.valid
    ]
    assert wrong == []


@needs_corpus
@pytest.mark.processes
def test_the_suites_pass_through_the_real_command(tmp_path: Path) -> None:
    cases = (suite_of("0.4") + suite_of("0.5"))[::9]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda case: answer(*case.flags(), case.written(tmp_path)), cases)
        assert [one["valid"] for one in answers] == [case.valid for case in cases]


def write(folder: Path, content: bytes | str | dict[str, Any]) -> str:
    path = folder / "case.json"
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"\x1f\x8b\x08",
        b"[]",
        b"null",
        b"1e999",
        b"1" * 10_000,
        b"[" * 100_000,
        b'{"ome":' * 50_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"plate": {"version": "\\ud800"}}',
        b"<html>",
    ],
)
def test_what_is_no_document_is_invalid_and_no_failure(
    content: bytes, tmp_path: Path, said: Any
) -> None:
    assert said(write(tmp_path, content))["valid"] is False


def test_what_is_not_there_is_invalid_and_no_failure(tmp_path: Path, said: Any) -> None:
    assert "There is no file" in said(str(tmp_path / "nothing.json"))["message"]
    assert said("\0")["valid"] is False


def test_a_large_plate_is_judged_in_good_time(tmp_path: Path, said: Any) -> None:
    plate = good("0.5", Kind.PLATE)
    names = [f"{number}" for number in range(250)]
    plate["ome"]["plate"] |= {
        "rows": [{"name": name} for name in names],
        "columns": [{"name": name} for name in names],
        "wells": [
            {"path": f"{row}/{column}", "rowIndex": int(row), "columnIndex": int(column)}
            for row in names
            for column in names[:200]
        ],
    }
    start = perf_counter()
    assert said(write(tmp_path, plate))["valid"] is True
    assert perf_counter() - start < 5


def test_a_message_ends_before_it_is_long(tmp_path: Path, said: Any) -> None:
    plate = edited(good("0.5", Kind.PLATE), {"/ome/plate/wells": [{}] * 500})
    message = said(write(tmp_path, plate))["message"]
    assert len(message.splitlines()) == 6
    assert message.splitlines()[0] == (
        "/ome/plate/wells/0: `wells[0]` has to have the key `path`. [HCS-PLATE-STRUCTURE]"
    )


@pytest.mark.parametrize(
    ("version", "edits", "valid"),
    [
        ("0.4", {}, True),
        ("0.4", {"/plate/wells/0/path": "1/A"}, True),
        ("0.5", {"/ome/plate/wells/0/path": "A/2"}, True),
        ("0.5", {"/ome/plate/wells/0/path": "1/A"}, False),
        ("0.5", {"/ome/plate/wells/0/path": "Z/1"}, False),
        ("0.6", {"/ome/plate/wells/0/path": "1/A"}, False),
    ],
)
def test_a_path_is_row_then_column_from_05_on(
    *, version: str, edits: dict[str, Any], valid: bool, tmp_path: Path, said: Any
) -> None:
    document = edited(good(version, Kind.PLATE), edits)
    assert said(write(tmp_path, document))["valid"] is valid


def test_a_flag_counts_before_what_the_document_says(tmp_path: Path, said: Any) -> None:
    test = {"schema": {"id": "schemas/well.schema"}, "strict": False}
    path = write(tmp_path, good("0.4", Kind.PLATE) | {"_conformance": test})
    assert said(path)["valid"] is True  # 0.4 does not require `well`
    assert said("--kind", "image", path)["valid"] is False
    assert said("--version", "0.5", path)["valid"] is False


def test_a_strict_schema_may_be_named_by_its_address(tmp_path: Path, said: Any) -> None:
    address = "https://ngff.openmicroscopy.org/0.5/schemas/strict_plate.schema"
    document = edited(good("0.5", Kind.PLATE), {"/ome/plate/name": GONE})
    assert said(write(tmp_path, document))["valid"] is True
    test = {"_conformance": {"schema": {"id": address}}}
    assert said(write(tmp_path, document | test))["valid"] is False


@pytest.mark.parametrize("test", [None, 1, {"schema": 1}, {"schema": {"id": ["x"]}, "strict": 1}])
def test_bookkeeping_of_any_shape_does_no_harm(test: Any, tmp_path: Path, said: Any) -> None:
    assert said(write(tmp_path, good("0.5", Kind.WELL) | {"_conformance": test}))["valid"] is True


def test_version_and_kind_are_taken_from_the_document() -> None:
    for version in ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"):
        assert version_named(good(version, Kind.PLATE)) == version
        assert version_named(good(version, Kind.IMAGE)) == version
        assert kinds_named(good(version, Kind.WELL), version) == [Kind.WELL]
    assert version_named({}) == "0.4"
    assert version_named({"ome": {}}) == "0.5"
    assert version_named({"ome": {"version": "9.9"}}) == "0.6"
    assert version_named({"ome": {"version": "0.4"}}) == "0.6"
    assert kinds_named({"scene": {}}, "0.4") == []


def test_each_kind_that_a_document_names_has_to_fit(tmp_path: Path, said: Any) -> None:
    both = good("0.5", Kind.IMAGE)
    both["ome"] |= good("0.5", Kind.LABEL)["ome"]
    assert said(write(tmp_path, both))["valid"] is True
    both["ome"]["image-label"]["colors"] = []
    assert said(write(tmp_path, both))["valid"] is False


@pytest.mark.parametrize("document", [{}, {"ome": {"version": "0.5"}}, {"a": 1}])
def test_a_document_that_names_nothing_is_invalid(
    document: dict[str, Any], tmp_path: Path, said: Any
) -> None:
    assert said(write(tmp_path, document))["valid"] is False


def test_a_folder_without_a_root_document_is_invalid(tmp_path: Path, said: Any) -> None:
    assert said(str(tmp_path))["valid"] is False


def test_a_folder_with_a_broken_root_is_invalid(tmp_path: Path, said: Any) -> None:
    node = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5"}}}
    (tmp_path / "zarr.json").write_text(json.dumps(node))
    assert said(str(tmp_path))["valid"] is False


@pytest.mark.processes
def test_the_command_starts_with_few_modules_and_without_the_web(tmp_path: Path) -> None:
    path = write(tmp_path, good("0.5", Kind.IMAGE))
    code = (
        "import sys\nfrom plates.omezarr.conformance import main\nmain([sys.argv[1]])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == {"valid": True, "message": ""}
    modules = run.stderr.split()
    heavy = {"django", "fsspec", "obstore", "pycurl", "aiohttp", "numpy", "zarr", "pyarrow"}
    assert heavy.isdisjoint(name.partition(".")[0] for name in modules)
    # What it takes to start is told by `make bench`; each module costs some of it.
    assert len(modules) < MOST_MODULES
