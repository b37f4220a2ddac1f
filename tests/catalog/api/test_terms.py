import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.catalog.search.worlds import RowPlan, World, apply_in, build
from tests.catalog.secret import body

pytestmark = pytest.mark.django_db
TERMS = "/api/v1/terms/"


@pytest.fixture
def world() -> World:
    """Three values that all see, of which others have more."""
    return build(
        [
            [
                RowPlan(0, 1, {"Compound": "taxol"}),
                RowPlan(0, 2, {"Compound": "taxol"}),
                RowPlan(1, 0, {"Compound": "Taxotere"}),
                RowPlan(1, 2, {"Compound": "DMSO"}),
                RowPlan(2, 1, {"Compound": "taxol", "Cell_Line": "U2OS"}),
            ]
        ]
    )


def terms(client: Client, key: str, prefix: str = "") -> list[tuple[str, int | None]]:
    answer = client.get(TERMS, {"key": key, "prefix": prefix})
    assert answer.status_code == 200, answer.content
    return [(term["value"], term["count"]) for term in answer.json()["results"]]


def test_values_come_with_their_counts_the_most_frequent_first(
    client: Client, world: World
) -> None:
    assert terms(client, "compound") == [("taxol", 2), ("DMSO", 1), ("Taxotere", 1)]
    assert terms(client, "Compound", "TAX") == [("taxol", 2), ("Taxotere", 1)]
    assert terms(client, "compound", "x") == []
    client.force_login(factories.operator())
    assert terms(client, "compound", "tax") == [("taxol", 3), ("Taxotere", 1)]


def test_a_limit_says_that_there_are_more(client: Client, world: World) -> None:
    answer = client.get(TERMS, {"key": "compound", "limit": "2"}).json()
    assert len(answer["results"]) == answer["count"] == 2
    assert answer["count_is_exact"] is False


def test_built_in_fields_offer_their_words_and_visible_names(client: Client, world: World) -> None:
    assert terms(client, "verdict", "un") == [("unchecked", None), ("unreadable", None)]
    assert terms(client, "dataset") == [(world.seen.slug, None)]
    assert terms(client, "plate", "PLATE") == [("plate-0", None), ("plate-1", None)]
    assert terms(client, "pixel_size") == []


def test_what_only_others_have_is_as_if_it_were_not_there(client: Client) -> None:
    world = build([])
    asked = [{"key": "cell_line"}, {"key": "Odd Column"}]
    before = [told(client, one) for one in asked]
    assert [status for status, *_ in before] == [200, 400]
    apply_in(world.hidden, [RowPlan(2, 1, {"Cell_Line": "U2OS", "Odd_Column": "x"})])
    assert [told(client, one) for one in asked] == before
    client.force_login(factories.operator())
    assert terms(client, "cell_line") == [("U2OS", 1)]
    assert terms(client, "odd column") == [("x", 1)]


def told(client: Client, asked: dict[str, str]) -> tuple[int, bytes, int]:
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(TERMS, asked)
    return answer.status_code, body(answer), len(statements)


@pytest.mark.parametrize(
    "query", ["", "key=", "key=compund", "key=compound&prefix=%00", "kee=x", "key=compound&limit=0"]
)
def test_what_cannot_be_read_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"{TERMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] in {"key", "prefix", "kee", "limit"}


def test_an_unknown_key_says_what_was_meant(client: Client) -> None:
    assert "Did you mean compound" in client.get(TERMS, {"key": "compund"}).json()["detail"]
