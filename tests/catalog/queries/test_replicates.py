from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given

from catalog.errors import SearchTooWide
from catalog.queries import replicates
from catalog.queries.hits import Search
from catalog.queries.replicates import replicates_of
from catalog.queries.visible import Viewer
from plates.models import Plate
from plates.platemaps.spelling import folded
from tests import factories
from tests.catalog.search.worlds import RowPlan, build, imports
from tests.examples import in_database
from tests.plates.services.index_oracle import Said, by_rows

pytestmark = pytest.mark.django_db
PLAN = [
    RowPlan(0, 1, {"Compound": "taxol", "Dose": "1", "Score": "3"}),
    RowPlan(0, 2, {"Compound": "DMSO"}),
    RowPlan(1, 0, {"Compound": "TAXOL", "Dose": "1", "Score": "-1.5"}),
    RowPlan(1, 2, {"Compound": "taxol", "Dose": "10"}),
    RowPlan(2, 1, {"Compound": "taxol", "Dose": "1"}),
]


def condition(said: Said) -> Any:
    """What has to be the same of two wells, worked out plainly."""

    def value(told: tuple[str, str, float | None, str]) -> Any:
        key, text, number, unit = told
        return (key, folded(text) if number is None else number, unit)

    groups = frozenset(frozenset(map(value, group)) for group in said.groups)
    singles = frozenset(map(value, said.singles))
    return (groups, singles) if groups or singles else None


@given(plans=imports)
@in_database(20)
def test_wells_are_together_whose_conditions_are_the_same(plans: list[list[RowPlan]]) -> None:
    world = build(plans)
    anybody, everybody = Viewer(AnonymousUser()), Viewer(factories.user(superuser=True))
    for viewer in (anybody, everybody):
        plates = list(Plate.objects.filter(scope__in=viewer.scopes).select_related("carrier"))
        said = {plate.carrier_id: by_rows(plate.carrier) for plate in plates}
        search = Search("row:A..B", viewer)
        wanted: dict[Any, list[tuple[int, int]]] = {}
        for subject in search.page(limit=10_000).subjects:
            told = said[subject.carrier].get(subject.position, Said())
            wanted.setdefault(condition(told), []).append((subject.carrier, subject.position))
        grouped = replicates_of(search)
        assert grouped.without == len(wanted.pop(None, []))
        found = [
            [(subject.carrier, subject.position) for subject in one.subjects]
            for one in grouped.replicates
        ]
        assert found == list(wanted.values())
    assert world


def told(answer: Any) -> list[tuple[int, int, list[str]]]:
    assert answer.status_code == 200, answer.content
    return [
        (one["count"], one["plates"], [f"{w['plate']['name']} {w['label']}" for w in one["wells"]])
        for one in answer.json()["results"]
    ]


def test_the_same_condition_on_two_plates_is_one_group(client: Client) -> None:
    build([PLAN])
    answer = client.get("/api/v1/wells/", {"group": "replicates", "q": "compound:*"})
    assert told(answer) == [
        (2, 2, ["plate-0 A02", "plate-1 A01"]),
        (1, 1, ["plate-0 A03"]),
        (1, 1, ["plate-1 A03"]),
    ]
    body = answer.json()
    assert (body["count"], body["without_condition"], body["query"]) == (3, 0, "compound:*")
    first = body["results"][0]
    assert set(first["condition"]) == {"compound", "concentration"}
    assert client.get(first["wells"][1]["links"]["self"]).status_code == 200
    client.force_login(factories.operator())
    everything = client.get("/api/v1/wells/", {"group": "replicates", "q": "compound:taxol"})
    assert told(everything)[0] == (3, 3, ["plate-0 A02", "plate-1 A01", "plate-0 A02"])


def test_pages_of_conditions_go_on_and_back(client: Client) -> None:
    build([PLAN])
    parameters = {"group": "replicates", "q": "compound:*", "limit": "2"}
    first = client.get("/api/v1/wells/", parameters)
    second = client.get(first.json()["next"])
    assert [len(told(page)) for page in (first, second)] == [2, 1]
    assert (first.json()["previous"], second.json()["next"]) == (None, None)
    assert told(client.get(second.json()["previous"])) == told(first)
    wells = first.json()["next"].replace("group=replicates&", "")
    assert client.get(wells).status_code == 400


def test_wells_of_which_nothing_is_said_are_counted_and_not_grouped(client: Client) -> None:
    build([PLAN])
    body = client.get("/api/v1/wells/", {"group": "replicates"}).json()
    assert (body["count"], body["without_condition"]) == (3, 7)


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"group": "plates"}, "group"),
        ({"group": "replicates", "sort": "plate"}, "sort"),
        ({"group": "replicates", "controls": "true"}, "controls"),
    ],
)
def test_what_cannot_be_grouped_so_is_refused(
    client: Client, db: None, parameters: dict[str, str], wrong: str
) -> None:
    answer = client.get("/api/v1/wells/", parameters)
    assert (answer.status_code, answer.json()["parameter"]) == (400, wrong)


def test_more_than_can_be_compared_is_refused_in_a_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([PLAN])
    monkeypatch.setattr(replicates, "MOST", 3)
    with pytest.raises(SearchTooWide):
        replicates_of(Search("", Viewer(AnonymousUser())))
    answer = client.get("/api/v1/wells/", {"group": "replicates"})
    assert answer.status_code == 422
    assert "more than 3 wells" in answer.json()["detail"]
