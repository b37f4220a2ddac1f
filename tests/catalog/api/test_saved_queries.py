import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import History, SavedQuery
from catalog.services import saved_queries
from tests import factories
from tests.catalog.search.worlds import RowPlan, build

pytestmark = pytest.mark.django_db
QUERIES = "/api/v1/queries/"


@pytest.fixture
def ann(client: Client) -> User:
    person = factories.user("ann")
    client.force_login(person)
    return person


def post(client: Client, **told: object) -> Any:
    return client.post(QUERIES, json.dumps(told), content_type="application/json")


def test_a_query_is_saved_under_a_short_address_once(client: Client, ann: User) -> None:
    answer = post(client, q="well:A02", title="mine")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["q"], told["of"], told["title"], told["is_yours"]) == (
        "well:A02",
        "wells",
        "mine",
        True,
    )
    assert len(told["token"]) == 10
    assert told["url"] == f"http://testserver/q/{told['token']}"
    assert client.get(told["search"]).status_code == 200
    assert post(client, q="well:A02", title="mine").json()["token"] == told["token"]
    assert [one["token"] for one in client.get(QUERIES).json()["results"]] == [told["token"]]
    assert History.objects.get(verb="save").by == ann


def test_who_has_the_token_reads_it_and_nobody_else_finds_it(client: Client, ann: User) -> None:
    token = post(client, q="compound:*", of="plates").json()["token"]
    stranger = Client()
    told = stranger.get(f"{QUERIES}{token}/").json()
    assert (told["q"], told["of"], told["is_yours"]) == ("compound:*", "plates", False)
    assert "ann" not in json.dumps(told)
    assert stranger.get(QUERIES).json()["results"] == []
    for nothing in ("nothing", "%00"):
        assert stranger.get(f"{QUERIES}{nothing}/").status_code == 404
        assert stranger.get(f"/q/{nothing}").status_code == 404


def test_it_is_asked_with_the_rights_of_who_opens_it(client: Client) -> None:
    world = build([[RowPlan(0, 1, {"Compound": "taxol"}), RowPlan(2, 1, {"Compound": "taxol"})]])
    owner = factories.user(superuser=True)
    client.force_login(owner)
    token = post(client, q="compound:taxol").json()["token"]
    program = {"Accept": "application/json"}
    stranger = Client().get(f"/q/{token}", follow=True, headers=program)
    assert [well["dataset"]["slug"] for well in stranger.json()["results"]] == [world.seen.slug]
    assert client.get(f"/q/{token}", follow=True, headers=program).json()["count"] == 2


def test_people_are_led_to_the_page_of_search(client: Client, ann: User) -> None:
    token = post(client, q="a & b", of="plates").json()["token"]
    answer = client.get(f"/q/{token}", headers={"Accept": "text/html,*/*"})
    assert answer.headers["Location"] == "/search/?q=a+%26+b&of=plates"


def test_only_who_saved_it_deletes_it(client: Client, ann: User) -> None:
    token = post(client, q="").json()["token"]
    other = Client()
    assert other.delete(f"{QUERIES}{token}/").status_code == 403
    other.force_login(factories.user())
    assert other.delete(f"{QUERIES}{token}/").status_code == 403
    assert client.delete(f"{QUERIES}{token}/").status_code == 204
    assert client.get(f"{QUERIES}{token}/").status_code == 404
    assert not SavedQuery.objects.exists()


@pytest.mark.parametrize(
    ("told", "status", "sentence"),
    [
        ({"q": "compound:("}, 400, "column"),
        ({"q": "x" * 5_000}, 400, "characters"),
        ({"q": "", "of": "people"}, 400, "one of wells"),
        ({"q": "", "title": "x" * 121}, 400, "title"),
        ({"q": "a\x00"}, 400, "q"),
        ({"text": ""}, 400, "no 'text'"),
    ],
)
def test_what_is_no_query_is_not_saved(
    client: Client, ann: User, told: dict[str, object], status: int, sentence: str
) -> None:
    answer = post(client, **told)
    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), (
        answer.json()
    )


def test_nobody_saves_without_signing_in_and_nobody_without_end(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(client, q="").status_code == 403
    monkeypatch.setattr(saved_queries, "MOST_OF_A_PERSON", 1)
    client.force_login(factories.user())
    assert post(client, q="a").status_code == 201
    assert post(client, q="b").status_code == 409
    assert post(client, q="a").status_code == 201
