from typing import Any

import pytest
from django.test import Client

from catalog.search.fields import FIELDS
from tests import factories
from tests.catalog.search.worlds import RowPlan, build

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/keys/"


def keys(client: Client) -> dict[str, dict[str, Any]]:
    return {key["name"]: key for key in client.get(f"{KEYS}?limit=1000").json()["results"]}


def test_built_in_fields_and_visible_keys_are_listed_with_what_they_take(client: Client) -> None:
    build([[RowPlan(0, 1, {"Compound": "taxol", "Dose": "1"}), RowPlan(2, 1, {"Score": "3"})]])
    names = [field.name for field in FIELDS]
    found = keys(client)
    assert list(found) == [*names, "compound", "concentration"]
    assert (found["concentration"]["kind"], found["concentration"]["about"]) == (
        "number",
        "annotation",
    )
    assert "mol/L" in found["concentration"]["unit"]
    assert found["verdict"]["choices"][0] == "unchecked"
    client.force_login(factories.operator())
    assert keys(client)["Score"]["example"] == "Score:>0"


def test_each_example_is_a_query(client: Client) -> None:
    build([[RowPlan(0, 1, {"Compound": "taxol", "Dose": "1", "Score": "3", "Odd_Column": "x"})]])
    for key in keys(client).values():
        answer = client.get("/api/v1/wells/", {"q": key["example"]})
        assert answer.status_code == 200, answer.content


def test_keys_come_in_pages(client: Client) -> None:
    first = client.get(f"{KEYS}?limit=3").json()
    assert [key["name"] for key in first["results"]] == ["dataset", "licence", "plate"]
    assert client.get(first["next"]).json()["results"][0]["name"] == "barcode"
    assert client.get(f"{KEYS}?key=x").status_code == 400
