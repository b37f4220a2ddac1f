"""The command that checks what search rests on: what it prints, and its exit codes."""

import io
import json

import pytest
from django.core.management import call_command

from catalog.management.commands.searchindex import PARTS
from catalog.models import Dataset
from plates.models import TermScope
from plates.states import IndexPart
from tests import factories
from tests.catalog.services.mapped import applied
from tests.test_docs import text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def annotated(plate_folder: str, open_dataset: Dataset) -> None:
    """A plate with a plate map."""
    factories.harvested(str(plate_folder), into=open_dataset)
    applied(open_dataset)


def told(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    out = io.StringIO()
    try:
        call_command("searchindex", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def test_what_is_right_is_told_in_a_line(annotated: None) -> None:
    said, code = told()
    assert code == 0
    assert said == (
        "1 plates and stores of images and 6 terms were checked: search rests on what is there.\n"
    )


def test_what_is_off_is_told_and_then_mended(annotated: None) -> None:
    TermScope.objects.all().delete()
    said, code = told()
    assert code == 1
    assert "count (how many wells and images of a dataset have a term): 6 off" in said
    assert "    compound: Nutlin-3a, dataset open: 1 missing, 0 too many" in said
    assert said.rstrip().endswith("Mend what is off with --repair.")
    said, code = told("--repair")
    assert code == 0
    assert said.rstrip().endswith("What was off is mended.")
    assert told()[1] == 0


def test_json_tells_all_of_it(annotated: None) -> None:
    TermScope.objects.all().delete()
    said, code = told("--format", "json")
    found = json.loads(said)
    assert code == 1
    assert (found["carriers"], found["terms"], found["left"], found["repaired"]) == (1, 6, 6, False)
    assert found["off"] == {"count": 6}
    assert found["examples"][0].keys() == {"part", "where", "missing", "surplus"}


def test_every_part_is_explained() -> None:
    assert set(PARTS) == set(IndexPart)
    page = text("docs/reference/command-line.md")
    assert all(f"| `{part.value}` | {sentence} |" in page for part, sentence in PARTS.items())
