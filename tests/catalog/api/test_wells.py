from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from plates.models import Store
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, apply_in, build
from tests.catalog.secret import body

pytestmark = pytest.mark.django_db
LIST = "/api/v1/wells/"
# Of the plate number 0 the well A1 is not there, of number 1 A2; 2 and 3 are others'.
PLAN = [
    RowPlan(0, 1, {"Compound": "taxol", "Dose": "1", "Cell_Line": "U2OS"}),
    RowPlan(0, 2, {"Compound": "taxol", "Dose": "10"}),
    RowPlan(1, 0, {"Compound": "taxol"}),
    RowPlan(1, 2, {"Compound": "DMSO"}),
    RowPlan(2, 1, {"Compound": "taxol", "Score": "3"}),
]


@pytest.fixture
def world() -> World:
    """Two plates that all see, two that none but operators do."""
    return build([PLAN])


def found(client: Client, q: str, limit: int = 100) -> dict[str, Any]:
    answer = client.get(LIST, {"q": q, "limit": str(limit)})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def labels(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(well["plate"]["name"], well["label"]) for well in answer["results"]]


def test_a_query_finds_wells_of_all_plates_whole(client: Client, world: World) -> None:
    answer = found(client, "compound:TAXOL")
    assert labels(answer) == [("plate-0", "A02"), ("plate-0", "A03"), ("plate-1", "A01")]
    assert answer["count"] == len(answer["results"])
    assert answer["count_is_exact"] is True
    assert answer["query"] == "compound:TAXOL"
    assert answer["remarks"] == []
    well = answer["results"][0]
    alone = client.get(well["links"]["self"]).json()
    assert well == alone
    assert well["annotation"]["compound"][0]["source"]["row"] >= 2


def test_conditions_on_one_treatment_hold_together(client: Client, world: World) -> None:
    assert labels(found(client, "compound:taxol concentration:>=5uM")) == [("plate-0", "A03")]
    assert labels(found(client, "compound:taxol concentration:>50uM")) == []


def test_what_others_have_is_neither_found_nor_counted(client: Client, world: World) -> None:
    everything = found(client, "")
    assert {well["dataset"]["slug"] for well in everything["results"]} == {world.seen.slug}
    client.force_login(factories.operator())
    both = found(client, "")
    assert both["count"] == 2 * everything["count"]


def pages(client: Client, url: str | None, towards: str = "next") -> Iterator[list[Any]]:
    while url:
        answer = client.get(url).json()
        yield [(well["plate"]["id"], well["label"]) for well in answer["results"]]
        url = answer[towards]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_walking_yields_each_well_once_both_ways(client: Client, world: World, limit: int) -> None:
    client.force_login(factories.operator())
    forth = list(pages(client, f"{LIST}?q=-compound:dmso&limit={limit}"))
    wells = [well for page in forth for well in page]
    assert len(wells) == len(set(wells)) == found(client, "-compound:dmso")["count"]
    last = f"{LIST}?q=-compound:dmso&limit={limit}"
    for _ in forth[1:]:
        last = client.get(last).json()["next"]
    back = list(pages(client, last, "previous"))
    assert [well for page in reversed(back) for well in page] == wells


def test_a_cursor_belongs_to_its_query(client: Client, world: World) -> None:
    url = found(client, "row:A", limit=1)["next"]
    other = client.get(url.replace("row%3AA", "row%3AB"))
    assert other.status_code == 400
    assert other.json()["parameter"] == "cursor"


def test_a_query_that_cannot_be_understood_says_where_and_what_was_meant(
    client: Client, world: World
) -> None:
    answer = client.get(LIST, {"q": "row:A compund:taxol"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["parameter"] == "q"
    assert problem["column"] == 7
    assert problem["suggestions"][0] == "compound"
    assert "Did you mean compound" in problem["detail"]


@pytest.mark.parametrize("query", ["qq=x", "q=%00", "limit=0", "cursor=x", "q=(row:A"])
def test_what_cannot_be_read_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize("q", ["Score:>1", "cell_line:U2OS", "cell_line:none", "Score:*", "U2OS"])
def test_what_only_others_have_is_as_if_it_were_not_there(client: Client, q: str) -> None:
    world = build([[RowPlan(0, 1, {"Compound": "taxol"})]])
    before = told(client, q)
    apply_in(world.hidden, [RowPlan(2, 1, {"Cell_Line": "U2OS", "Score": "3"})])
    assert told(client, q) == before
    client.force_login(factories.operator())
    assert told(client, q) != before


def told(client: Client, q: str) -> tuple[int, bytes, int]:
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(LIST, {"q": q})
    return answer.status_code, body(answer), len(statements)


def test_as_many_statements_whatever_the_page_holds(client: Client, world: World) -> None:
    numbers = []
    for limit in (1, 2, 5, 12):
        with CaptureQueriesContext(connection) as statements:
            assert len(found(client, "", limit=limit)["results"]) == min(limit, 11)
        numbers.append(len(statements))
    assert len(set(numbers)) == 1
    assert numbers[0] <= 14


@pytest.mark.django_db(transaction=True)
def test_a_query_that_takes_too_long_is_a_sentence_and_the_connection_stays_well(
    client: Client, settings: Settings
) -> None:
    factories.dataset()
    settings.SEARCH_TIMEOUT_S = 0.3
    before = timeout()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE plates_carrier IN ACCESS EXCLUSIVE MODE")
        answer = client.get(LIST)
        other.rollback()
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "longer than the 0.3 seconds" in answer.json()["detail"]
    assert found(client, "")["count"] == 0
    assert timeout() == before


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_a_plate_a_store_and_a_dataset_are_found_by_their_ids(client: Client, world: World) -> None:
    plate = world.plates[0]
    store = Store.objects.get(plate=plate)
    both = labels(found(client, f"dataset:{world.seen.id}"))
    assert both == labels(found(client, ""))
    for q in (f"plate:{plate.id}", f"store:{store.id}"):
        assert {name for name, _ in labels(found(client, q))} == {"plate-0"}
    assert labels(found(client, f"plate:{world.plates[2].id}")) == []
