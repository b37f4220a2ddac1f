"""The command that counts by an inventory: what it prints, and its exit codes."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.management.commands.count import NearFiles
from catalog.models import Dataset, Source
from plates.models import Count
from plates.omezarr.errors import InventoryMalformed
from tests import factories
from tests.catalog.services.counted import age
from tests.catalog.services.test_inventory_counts import lines_of
from tests.plates.omezarr.counting import drop, plate

pytestmark = pytest.mark.django_db


@pytest.fixture
def inventory(tmp_path: Path, open_dataset: Dataset) -> Path:
    """An inventory of two plates of a source, one of them without the chunks of a well."""
    source = Source.objects.create(name="lab", url=str(tmp_path / "in"))
    for name in "ab":
        folder = age(plate(tmp_path / "in" / f"{name}.zarr", wells=["A/1", "A/2", "B/1"]))
        factories.harvested(str(folder), into=open_dataset, source=source)
    drop(tmp_path / "in" / "b.zarr", "A/02")
    file = tmp_path / "objects.txt"
    file.write_text("\n".join(lines_of(tmp_path / "in")))
    return file


def told(*arguments: object) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    out = io.StringIO()
    try:
        call_command("count", *map(str, arguments), stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def test_it_tells_each_store_in_a_line(inventory: Path) -> None:
    text, code = told("--inventory", inventory, "--source", "lab")
    lines = text.splitlines()
    assert code == 1
    assert [line.split()[0] for line in lines] == ["whole", "lacking", "1"]
    assert "24 of 24 chunk objects" in lines[0] or "48 of 48 chunk objects" in lines[0]
    assert lines[2] == "1 of 2 counted stores are whole."


def test_all_whole_is_0_and_json_tells_all(inventory: Path, tmp_path: Path) -> None:
    kept = [line for line in inventory.read_text().splitlines() if "/b.zarr/" not in line]
    inventory.write_text("\n".join([*kept, "\tbad line"]))
    text, code = told("--inventory", inventory, "--dataset", "open", "--format", "json")
    found: dict[str, Any] = json.loads(text)
    assert code == 0
    assert [one["url"] for one in found["stores"]] == [str(tmp_path / "in" / "a.zarr")]
    assert found["absent"] == [str(tmp_path / "in" / "b.zarr")]
    assert (found["counted"], found["whole"], found["problem_count"]) == (1, 1, 1)


def test_the_moment_is_that_of_the_file_or_as_told(inventory: Path) -> None:
    told("--inventory", inventory, "--source", "lab")
    kept = Count.objects.latest("counted_at").counted_at.timestamp()
    assert kept == pytest.approx(inventory.stat().st_mtime, abs=0.01)
    text, code = told(
        "--inventory", inventory, "--source", "lab", "--taken-at", "2026-01-01T00:00:00"
    )
    assert code == 1
    assert text.count("outdated") == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "lap"], "no source 'lap'. Known are: lab"),
        (["--dataset", "closed"], "no dataset"),
        (["--source", "lab", "--taken-at", "yesterday"], "is no time"),
        (["--source", "lab", "--listed-as", "/elsewhere"], "no object below"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    inventory: Path, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        told("--inventory", inventory, *arguments)
    assert refusal.value.returncode == 2
    assert not Count.objects.exists()


def test_a_file_that_is_not_there_or_no_inventory_is_refused(inventory: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        told("--inventory", inventory.with_name("none"), "--source", "lab")
    inventory.write_text("<html>")
    with pytest.raises(CommandError, match="HTML"):
        told("--inventory", inventory, "--source", "lab")


def test_files_of_a_manifest_are_found_near_it_and_nowhere_else(tmp_path: Path) -> None:
    for place in ("x/day/manifest.json", "x/data/one.csv", "x/day/two.csv", "secret"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(place)
    near = NearFiles(tmp_path / "x/day/manifest.json")
    for name, place in {
        "manifest.json": "x/day/manifest.json",
        "inv/b/data/one.csv": "x/data/one.csv",
        "two.csv": "x/day/two.csv",
    }.items():
        with near(name) as file:
            assert file.read().decode() == place
    for name in ("../../secret", "..", "a/", str(tmp_path / "secret")):
        with pytest.raises(InventoryMalformed, match="near it"):
            near(name)
