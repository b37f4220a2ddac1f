import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from tests import factories
from tests.catalog.search.worlds import RowPlan, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> World:
    """Taxol in a well that all see and in one that only operators do."""
    return build(
        [[RowPlan(0, 1, {"Compound": "taxol", "Dose": "1"}), RowPlan(3, 0, {"Compound": "taxol"})]]
    )


def ran(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("search", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("of", ["wells", "plates", "datasets"])
def test_the_json_is_what_an_operator_gets_over_rest(client: Client, of: str) -> None:
    client.force_login(factories.operator())
    rest = client.get(f"/api/v1/{of}/", {"q": "compound:taxol"}).content.decode()
    out, _ = ran("compound:taxol", "--of", of, "--format", "json")
    assert json.loads(out) == json.loads(rest.replace("http://testserver", ""))


def test_a_limit_beyond_a_page_is_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.loads(ran("", "--format", "json")[0])
    monkeypatch.setattr("catalog.management.commands.search.LARGEST_LIMIT", 3)
    assert json.loads(ran("", "--format", "json")[0]) == whole
    first = json.loads(ran("", "--format", "json", "--limit", "7")[0])
    assert first["results"] == whole["results"][:7]
    assert first["next"]


def test_csv_has_a_column_for_each_key() -> None:
    rows = list(csv.DictReader(StringIO(ran("compound:taxol", "--format", "csv")[0])))
    assert [(row["label"], row["compound"], row["concentration"]) for row in rows] == [
        ("A02", "taxol", "1"),
        ("A01", "taxol", ""),
    ]


def test_the_table_says_how_many_there_are_and_what_there_is_to_remark() -> None:
    out, err = ran("compound:taxol OR compound:nothing", "--limit", "1")
    assert out.splitlines()[0].split() == [
        "dataset",
        "plate",
        "label",
        "fields",
        "compound",
        "concentration",
    ]
    assert "1 of 2 wells." in err
    assert "Nothing that you may see has compound 'nothing'." in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("compund:taxol",), "Did you mean compound"),
        (("", "--limit", "0"), "from 1"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    arguments: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CommandError, match=says) as refusal:
        ran(*arguments)
    assert refusal.value.returncode == 2
