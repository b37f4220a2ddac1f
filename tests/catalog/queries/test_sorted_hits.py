from collections.abc import Iterator
from functools import cmp_to_key
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalog.queries import hit_counts, sorted_hits, spread
from catalog.queries.hits import Search
from catalog.queries.orderings import ordering_of
from catalog.queries.sorted_hits import SortedHits, has_few
from catalog.queries.visible import Viewer
from catalog.search import visible_terms
from catalog.search.orderings import Place
from plates.models import Plate
from plates.platemaps.spelling import folded
from tests import factories
from tests.catalog.search.worlds import RowPlan, World, apply_in, build, imports
from tests.examples import in_database
from tests.plates.services.index_oracle import Said, by_rows

pytestmark = pytest.mark.django_db
SORTS = [
    f"{sign}{name}"
    for sign in ("", "-")
    for name in ("concentration", "compound", "cell_line", "temperature", "Score", "plate")
]
QUERIES = ["", "compound:taxol", "concentration:>=1uM", "-compound:dmso", "cell_line:none"]
EVERY_KEY = {
    "Score": "3",
    "Temperature": "310",
    "Compound": "taxol",
    "Dose": "1",
    "Cell_Line": "HeLa",
}
ALWAYS = [RowPlan(plate, 2, EVERY_KEY) for plate in (0, 2)]


def values_of(said: Said, key: str) -> list[Any]:
    """All values of a key that a well has, as they compare."""
    if key == "Score":
        return [said.readouts[key]] if key in said.readouts else []
    told = [*said.singles, *(one for group in said.groups for one in group)]
    mine = [one for one in told if one[0] == key]
    if key in {"concentration", "temperature"}:
        return [(unit, number) for _, _, number, unit in mine if number is not None]
    return [folded(text) for _, text, _, _ in mine]


def in_order(plates: list[Plate], wells: list[tuple[int, int]], sort: str) -> list[Any]:
    """The wells as they have to be told, worked out plainly."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    by_carrier = {plate.carrier_id: plate for plate in plates}
    said = {plate.carrier_id: by_rows(plate.carrier) for plate in plates}

    def value(well: tuple[int, int]) -> Any:
        carrier, position = well
        if key == "plate":
            return by_carrier[carrier].name
        values = values_of(said[carrier].get(position, Said()), key)
        return (max(values) if descending else min(values)) if values else None

    def compare(one: tuple[int, int], other: tuple[int, int]) -> int:
        first, second = value(one), value(other)
        if first != second:
            if first is None or second is None:
                return 1 if first is None else -1
            return -1 if (first > second) == descending else 1
        places = [(by_carrier[carrier].scope, carrier, at) for carrier, at in (one, other)]
        return -1 if places[0] < places[1] else 1

    return sorted(wells, key=cmp_to_key(compare))


def walked(hits: SortedHits, *, limit: int, backwards: bool) -> Iterator[tuple[int, int]]:
    """All pages, one after the other."""
    beyond: Place | None = None
    while True:
        found = hits.page(limit=limit, beyond=beyond, backwards=backwards)
        assert len(found.places) <= limit
        yield from ((place.carrier, place.position) for place in found.places)
        if not found.more:
            return
        beyond = found.places[-1]


@given(
    plans=imports,
    asked=st.lists(
        st.tuples(st.sampled_from(QUERIES), st.sampled_from(SORTS)), min_size=1, max_size=5
    ),
    limit=st.integers(1, 7),
)
@in_database(25)
def test_all_pages_in_either_direction_tell_each_well_once_in_the_order_asked_for(
    plans: list[list[RowPlan]], asked: list[tuple[str, str]], limit: int
) -> None:
    world = build([*plans, ALWAYS])
    anybody, everybody = Viewer(AnonymousUser()), Viewer(factories.user(superuser=True))
    for query, sort in asked:
        for viewer, plates in ((anybody, seen_in(world)), (everybody, world.plates)):
            narrow = f"({query or 'row:A..B'}) ({' OR '.join(f'plate:{p.id}' for p in plates)})"
            search = Search(narrow, viewer)
            wells = [
                (hits.carrier, at)
                for hits in search.carriers()
                for at, bit in enumerate(hits.bits)
                if bit == "1"
            ]
            wanted = in_order(plates, wells, sort)
            ordering = ordering_of(sort, viewer)
            assert ordering is not None
            for are_few in (True, False):
                hits = SortedHits(search, ordering, are_few)
                told = (query, sort, are_few)
                assert list(walked(hits, limit=limit, backwards=False)) == wanted, told
                assert list(walked(hits, limit=limit, backwards=True)) == wanted[::-1], told


def seen_in(world: World) -> list[Plate]:
    return [plate for plate in world.plates if plate.scope == world.seen.serial]


def labels(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [f"{well['plate']['name']} {well['label']}" for well in answer.json()["results"]]


def test_the_lowest_dose_comes_first_and_what_has_none_last(client: Client) -> None:
    world = build([])
    doses = {1: {"Dose": "10"}, 2: {"Dose": "0.1"}, 3: {"Dose": "1"}}
    apply_in(world.seen, [RowPlan(0, well, cells) for well, cells in doses.items()])
    first = client.get("/api/v1/wells/", {"q": "plate:plate-0", "sort": "dose", "limit": "2"})
    assert labels(first) == ["plate-0 A03", "plate-0 B01"]
    second = client.get(first.json()["next"])
    assert labels(second) == ["plate-0 A02", "plate-0 B02"]
    assert labels(client.get(second.json()["previous"])) == labels(first)
    downwards = client.get("/api/v1/wells/", {"q": "plate:plate-0", "sort": "-dose", "limit": "2"})
    assert labels(downwards) == ["plate-0 A02", "plate-0 B01"]
    other = f"{first.json()['next']}".replace("sort=dose", "sort=plate")
    assert client.get(other).status_code == 400


def test_what_nothing_can_be_sorted_by_is_refused_with_a_suggestion(client: Client) -> None:
    build([ALWAYS])
    answer = client.get("/api/v1/wells/", {"sort": "concentratoin"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "sort"
    assert "Did you mean 'concentration'?" in answer.json()["detail"]
    assert client.get("/api/v1/wells/", {"sort": "verdict"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "few"),
    [
        ("compound:taxol", "few"),
        ("compound:tax*", "few"),
        ("compound:tax* row:A", "few"),
        ("compound:taxol cell_line:HeLa", "few"),
        ("compound:taxol OR row:A", "many"),
        ("compound:d*", "many"),
        ("-compound:dmso", "many"),
        ("row:A", "many"),
    ],
)
def test_hits_are_put_in_order_where_a_condition_alone_tells_that_they_are_few(
    query: str, few: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [RowPlan(plate, well, {"Compound": "dmso"}) for plate in (0, 2) for well in (3, 4, 5)]
    build([[*many, *ALWAYS]])
    monkeypatch.setattr(sorted_hits, "FEW", 3)
    monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", 0)
    for most in (500, 0):
        monkeypatch.setattr("catalog.search.annotation_fields.FEW", most)
        viewer = Viewer(factories.user(superuser=True))
        assert has_few(Search(query, viewer)) is (few == "few"), most


def test_weights_that_are_guessed_are_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    build([ALWAYS])
    monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", 0)
    viewer = Viewer(factories.user(superuser=True))
    assert has_few(Search("compound:taxol", viewer))
    monkeypatch.setattr(visible_terms, "FEW", 0)
    assert not has_few(Search("compound:taxol", viewer))
    monkeypatch.setattr(spread, "_MOST_BEGUN", 0)
    monkeypatch.setattr("catalog.search.annotation_fields.FEW", 0)
    assert not has_few(Search("compound:tax*", viewer))
