"""The command that lists versions and checks their files: what it prints, and its exit codes."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Dataset, Version
from catalog.services.version_files import path_of_file
from tests import factories
from tests.catalog.services.published import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("versions")]


@pytest.fixture
def version(plate_folder: Path, open_dataset: Dataset) -> Version:
    factories.harvested(str(plate_folder), into=open_dataset)
    return published(open_dataset)


def told(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    out = io.StringIO()
    try:
        call_command("versions", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def test_files_that_are_what_they_were_are_told_so(version: Version) -> None:
    assert told() == (f"open version 1 {version.digest[:12]}\n", 0)
    line = f"open version 1 {version.digest[:12]}: every file is what it was\n"
    assert told("open", "--verify") == (line, 0)


def test_a_file_that_is_not_what_it_was_is_named(version: Version) -> None:
    path = path_of_file(version, "plates.parquet")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    said, code = told("--verify", "--format", "json")
    assert code == 1
    (one,) = json.loads(said)["versions"]
    (fault,) = one["faults"]
    assert fault["file"] == "plates.parquet"
    assert "bytes and had" in fault["what"]


def test_a_dataset_without_versions_is_refused(open_dataset: Dataset) -> None:
    assert told("open") == ("There is no version of a dataset 'open'.\n", 2)
