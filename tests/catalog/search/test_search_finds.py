import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from catalog.queries import hit_counts, hits
from catalog.queries.hits import Search
from catalog.queries.spread import Kept
from catalog.queries.subjects import Subject
from catalog.queries.visible import Viewer
from catalog.search.queries import (
    Anything,
    Beginning,
    Between,
    Compared,
    Condition,
    Exactly,
    Not,
    Nothing,
    Operator,
    Query,
    Words,
    all_of,
    one_of,
)
from catalog.search.rendering import render
from plates.models import Carrier
from tests import factories
from tests.catalog.search.oracle import wells_found
from tests.catalog.search.worlds import RowPlan, World, build, imports, treated_imports
from tests.examples import in_database

pytestmark = pytest.mark.django_db

doses = st.sampled_from(["100nM", "1uM", "10uM", "0.5uM"])
some_or_none = st.sampled_from([Anything(), Nothing()])
names = st.sampled_from(["taxol", "TAXOL", "dmso", "nothing like it"]).map(Exactly)


def condition(field: str, tests: "st.SearchStrategy[object]") -> "st.SearchStrategy[Query]":
    return st.builds(Condition, st.just(field), tests)


def numbers(texts: "st.SearchStrategy[str]") -> "st.SearchStrategy[object]":
    return st.one_of(
        st.builds(Compared, st.sampled_from(Operator), texts),
        st.builds(Between, texts, texts),
        texts.map(Exactly),
    )


conditions = st.one_of(
    condition("compound", names | some_or_none | st.just(Beginning("tax"))),
    condition("concentration", numbers(doses) | some_or_none),
    condition("cell_line", st.sampled_from([Exactly("hela"), Exactly("U2OS")]) | some_or_none),
    condition("temperature", numbers(st.sampled_from(["290K", "300K", "310K"])) | some_or_none),
    condition("Score", numbers(st.sampled_from(["-1.5", "0", "3"])) | some_or_none),
    condition("row", st.sampled_from([Between("A", "A"), Between("A", "B")])),
    condition("edge", st.sampled_from([Exactly("yes"), Exactly("no")])),
    condition("annotated", st.sampled_from([Exactly("yes"), Exactly("no")])),
    condition("plate", st.sampled_from([Exactly("plate-1"), Beginning("plate")])),
)
words: st.SearchStrategy[Query] = st.sampled_from(
    [
        Words("taxol"),
        Words("TAX", is_beginning=True),
        Words("hela"),
        Words("um", is_beginning=True),
        Words("late-1"),
        Words("no such word", is_phrase=True),
    ]
)
queries: st.SearchStrategy[Query] = st.recursive(
    conditions | words,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.lists(parts, min_size=2, max_size=3).map(all_of),
        st.lists(parts, min_size=2, max_size=3).map(one_of),
    ),
    max_leaves=6,
)


ALWAYS = [RowPlan(plate, 2, {"Score": "3", "Temperature": "310"}) for plate in (0, 2)]
"""Each dataset has all keys, so that whoever sees it may ask for them."""


WAYS = {
    "as it sees fit": {},
    "gathered first": {"_SPARSE": -1, "_FEW": -1},
    "gathered": {"_SPARSE": 10**9, "_FEW": -1},
    "gathered beside": {"_SPARSE": 10**9, "_FEW": -1},
    "gathered whole": {"_SPARSE": -1, "_FEW": -1},
    "gathered whole beside": {"_SPARSE": -1, "_FEW": -1},
    "walked": {"_SPARSE": -1, "_FEW": -1, "_SOON": -1},
    "walked, then gathered": {"_SPARSE": -1, "_FEW": -1, "_SOON": -1, "_FIRST_LOOK": 1},
}
"""How hits are looked for, which is no matter to what is found."""


def found(query: Query, viewer: Viewer, world: World) -> list[tuple[int, int]]:
    """What search finds on the plates of a world, the same in each way."""
    told = {way: found_so(way, query, viewer) for way in WAYS}
    subjects = told["as it sees fit"]
    for way, others in told.items():
        assert others == subjects, (way, render(query))
    carriers = {plate.carrier_id for plate in world.plates}
    return [(hit.carrier, hit.position) for hit in subjects if hit.carrier in carriers]


def found_so(way: str, query: Query, viewer: Viewer) -> list[Subject]:
    """All that is found in one way, whose number is told before and after a page."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in WAYS[way].items():
            patched.setattr(hits, name, value)
        patched.setattr(hit_counts, "_AS_MANY", 0 if way == "walked" else 10**9)
        if way == "walked, then gathered":
            patched.setattr("catalog.queries.likely._MOST_OF_IT", 1.0)
            patched.setattr("catalog.queries.likely._WORTH", 0)
            patched.setattr(hit_counts, "_SAFELY", 0.1)
        if way in {"gathered", "gathered whole"}:
            patched.setattr("catalog.search.annotation_fields.WORTH", 1)
        if way == "gathered":
            patched.setattr("catalog.search.groups.NEAR", -1)
        if "beside" in way:
            patched.setattr("catalog.search.driving.ALIKE", 0)
            patched.setattr("catalog.search.compile.NEAR", 10**9)
        if "whole" in way:
            patched.setattr("catalog.search.driving.DENSE", 10**9)
            patched.setattr("catalog.search.driving.DENSE_TOGETHER", 10**9)
        if way == "gathered whole":
            patched.setattr("catalog.search.driving.ALIKE", 10**9)
        if "walked" in way or way == "gathered first":
            patched.setattr("catalog.search.driving.DENSE", -1)
            patched.setattr("catalog.search.driving.DENSE_TOGETHER", -1)
        search = Search(render(query), viewer)
        subjects = search.page(limit=1_000_000).subjects
        assert search.count() == (len(subjects), True), (way, render(query))
        assert Search(render(query), viewer).count() == (len(subjects), True), (way, render(query))
        patched.setattr(hit_counts, "COUNTED_UP_TO", 2)
        told = min(len(subjects), 2), len(subjects) <= 2
        assert Search(render(query), viewer).count() == told, (way, render(query))
        assert is_paged_alike(Search(render(query), viewer), subjects), (way, render(query))
    return subjects


def is_paged_alike(search: Search, subjects: list[Subject]) -> bool:
    """Whether pages of two in either direction tell the same around the middle."""
    middle = len(subjects) // 2
    if not subjects:
        return True
    edge = subjects[middle]
    after = search.page(limit=2, beyond=edge).subjects
    before = search.page(limit=2, beyond=edge, backwards=True).subjects
    return after == subjects[middle + 1 :][:2] and before == subjects[:middle][::-1][:2]


def test_of_what_is_surely_more_than_is_counted_nothing_is_gathered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {"Score": "3", "Compound": "taxol", "Cell_Line": "HeLa"}
    build([[RowPlan(0, 2, said)], ALWAYS])
    monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", 0)
    assert Search("temperature:310K", Viewer(AnonymousUser())).counted.is_kept()
    monkeypatch.setattr(hits, "_FEW", -1)
    for text in ("temperature:310K", "compound:t*", "cell_line:HeLa OR compound:t*"):
        search = Search(text, Viewer(AnonymousUser()))
        assert search.counted.is_kept(), text
        assert search.count() == (0, False), text
    assert not Search("temperature:310K row:A", Viewer(AnonymousUser())).counted.is_kept()
    assert Search("-temperature:*", Viewer(AnonymousUser())).count() == (0, False)


def test_how_many_have_one_term_is_known_where_no_images_stand_alone() -> None:
    world = build([[RowPlan(0, 2, {"Compound": "taxol"})], ALWAYS])
    search = Search("compound:taxol", Viewer(AnonymousUser()))
    assert search.counted.kept == Kept(1, is_exact=True)
    assert search.count() == (1, True)
    assert not Search("compound:*", Viewer(AnonymousUser())).counted.is_kept()
    Carrier.objects.create(kind="images", scope=world.seen.pk, positions=7, occupied="1" * 7)
    assert Search("compound:taxol", Viewer(AnonymousUser())).counted.kept == Kept(0, is_exact=False)
    assert Search("compound:taxol", Viewer(AnonymousUser())).count() == (1, True)


def kept(text: str) -> Kept:
    return Search(text, Viewer(AnonymousUser())).counted.kept


def test_the_counts_of_several_terms_add_up_less_what_wells_have_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hits, "_FEW", -1)
    build(
        [
            [
                RowPlan(0, 2, {"Compound": "taxol"}),
                RowPlan(0, 3, {"Compound": "Taxotere"}),
                RowPlan(1, 2, {"Compound": "DMSO", "Cell_Line": "HeLa"}),
            ]
        ]
    )
    assert kept("compound:tax*") == Kept(2, is_exact=True)
    assert kept("compound:(taxol OR DMSO)") == Kept(2, is_exact=False), "two conditions"
    assert kept("compound:tax* OR compound:taxol") == Kept(2, is_exact=False), "taxol counts once"
    assert kept("compound:tax* OR cell_line:HeLa") == Kept(2, is_exact=False), "may be the same"
    monkeypatch.setattr("catalog.search.masks.FIRST_TERMS", 1)
    monkeypatch.setattr("catalog.search.masks.FIRST_COUNTS", 1)
    assert kept("compound:tax*") == Kept(1, is_exact=False), "one of two is summed"


def test_of_a_word_in_several_keys_the_one_with_the_most_wells_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cells of that name may be in the wells with the drugs."""
    monkeypatch.setattr(hits, "_FEW", -1)
    build(
        [
            [
                RowPlan(1, 2, {"Compound": "taxol early", "Cell_Line": "early HeLa"}),
                RowPlan(1, 3, {"Compound": "DMSO early"}),
                RowPlan(1, 4, {"Compound": "taxol", "Compound_2": "Taxotere early"}),
            ]
        ]
    )
    assert kept("early") == Kept(2, is_exact=False), "one well has two compounds"
    assert Search("early", Viewer(AnonymousUser())).count() == (3, True)


def test_of_few_plates_counts_are_added_up_where_they_may_be_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build([[RowPlan(1, 2, {"Compound": "taxol"}), RowPlan(1, 3, {"Compound": "Taxotere"})]])
    for text in ("compound:(taxol OR Taxotere)", "taxo*"):
        monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", 9)
        assert kept(text) == Kept(0, is_exact=False), text
        monkeypatch.setattr(hit_counts, "COUNTED_UP_TO", 1)
        assert kept(text).least == 2, text
        assert Search(text, Viewer(AnonymousUser())).count() == (1, False), text


def test_what_wells_have_twice_is_taken_off_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "_FEW", -1)
    build(
        [
            [
                RowPlan(0, 2, {"Compound": "taxol", "Compound_2": "Taxotere"}),
                RowPlan(0, 3, {"Compound": "taxol", "Compound_2": "DMSO"}),
                RowPlan(1, 3, {"Compound": "Taxotere"}),
                RowPlan(1, 4, {"Compound": "taxol"}),
            ]
        ]
    )
    assert kept("compound:tax*") == Kept(3, is_exact=False)
    assert Search("compound:tax*", Viewer(AnonymousUser())).count() == (4, True)
    assert kept("compound:taxol") == Kept(3, is_exact=True)
    assert kept("compound:*").least == 0, "any of a key is not summed"


@given(plans=imports, asked=st.lists(queries, min_size=1, max_size=6))
@in_database(30)
def test_search_finds_the_wells_for_which_a_query_holds(
    plans: list[list[RowPlan]], asked: list[Query]
) -> None:
    world = build([*plans, ALWAYS])
    anybody, everybody = Viewer(AnonymousUser()), Viewer(factories.user(superuser=True))
    for query in asked:
        seen = [plate for plate in world.plates if plate.scope == world.seen.serial]
        assert found(query, anybody, world) == wells_found(query, seen), render(query)
        assert found(query, everybody, world) == wells_found(query, world.plates), render(query)


treatments = st.builds(
    lambda compound, dose, more: all_of([compound, dose, *more]),
    condition("compound", st.sampled_from(["taxol", "Taxotere", "DMSO"]).map(Exactly)),
    condition("concentration", numbers(doses)),
    st.lists(condition("compound", st.just(Beginning("tax"))), max_size=1),
)


beginnings: st.SearchStrategy[Query] = st.sampled_from(["tax", "DMS"]).map(
    lambda text: Words(text, is_beginning=True)
)


@given(plans=treated_imports, asked=st.lists(treatments | beginnings, min_size=1, max_size=6))
@in_database(20)
def test_conditions_on_treatments_meet_wherever_their_terms_stand(
    plans: list[list[RowPlan]], asked: list[Query]
) -> None:
    """Of one well or of many: masks are positions, or bits."""
    world = build([*plans, ALWAYS])
    everybody = Viewer(factories.user(superuser=True))
    for query in asked:
        assert found(query, everybody, world) == wells_found(query, world.plates), render(query)
