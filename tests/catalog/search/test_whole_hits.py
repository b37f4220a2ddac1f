"""Hits that are gathered whole are told without a look at carriers that have all their wells."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from catalog.queries import hits as ways
from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.search.meanings import (
    AllOf,
    HasKey,
    HasQuantity,
    HasTerm,
    Meaning,
    OneOf,
    Range,
    TermBegins,
    keys_had,
)
from plates.models import Carrier
from plates.queries.gaps import HAS_GAPS
from plates.states import CarrierKind
from tests.catalog.search.worlds import WELLS, RowPlan, build

pytestmark = pytest.mark.django_db


def test_carriers_with_gaps_are_found_by_their_index() -> None:
    build([])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT c.id, c.kind, c.occupied FROM plates_carrier c WHERE {HAS_GAPS}"
        )
        assert "carriers_with_gaps" in str(cursor.fetchall())


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is gathered whole."""
    for name in ("_SPARSE", "_FEW"):
        monkeypatch.setattr(ways, name, -1)
    monkeypatch.setattr("catalog.search.driving.DENSE", 10**9)


def gathered(text: str) -> Search:
    """A search whose hits are gathered whole."""
    search = Search(text, Viewer(AnonymousUser()))
    assert search.compiler().whole(search.resolved.meaning, kind=CarrierKind.PLATE)
    return search


SAID = {"Compound": "taxol", "Cell_Line": "HeLa"}
of_a_treatment_or_not = pytest.mark.parametrize("text", ["compound:taxol", "cell_line:HeLa"])
"""The first is told by layers that suffice, the second by all of a plate put together."""


@pytest.mark.usefixtures("whole")
@of_a_treatment_or_not
def test_a_page_is_full_though_plates_with_gaps_come_first(text: str) -> None:
    """The first plate has no well where its map says something."""
    world = build([[RowPlan(0, 0, SAID), RowPlan(1, 2, SAID)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert Carrier.objects.get(pk=first).positions == len(WELLS)
    search = gathered(text)
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == (1, True)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("asked", ["row:B", "score:3"])
def test_what_a_choice_leaves_without_hits_is_not_on_the_page(asked: str) -> None:
    """The second plate has both compounds, but not in that row, and no score at all."""
    plan = [RowPlan(0, 3, {"Compound": one, "Score": "3"}) for one in ("taxol", "DMSO")]
    plan += [RowPlan(1, 2, {"Compound": one}) for one in ("taxol", "DMSO")]
    world = build([plan])
    search = gathered(f"(compound:taxol {asked}) OR (compound:DMSO {asked})")
    (hits,) = search.gathered(None, backwards=True, limit=1)
    assert hits.carrier == world.plates[0].carrier_id
    assert search.count() == (1, True)


@pytest.mark.usefixtures("whole")
@of_a_treatment_or_not
def test_images_that_stand_alone_are_no_wells(text: str) -> None:
    world = build([[RowPlan(plate, 2, SAID) for plate in (0, 1)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert gathered(text).count() == (2, True)
    Carrier.objects.filter(pk=first).update(kind="images")
    search = gathered(text)
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == gathered(text).count() == (1, True)


TREATED = {"Compound": "taxol", "Dose": "1"}
TOGETHER = "compound:taxol concentration:>=1uM"


def of_layers(text: str = TOGETHER) -> Search:
    search = gathered(text)
    hits = search.compiler().whole(search.resolved.meaning, kind=CarrierKind.PLATE)
    assert hits is not None
    assert "suffices" in hits.rows, "by layers"
    return search


@pytest.mark.usefixtures("whole")
def test_of_plates_for_which_layers_suffice_their_bits_are_the_hits() -> None:
    world = build([[RowPlan(plate, well, TREATED) for plate in (0, 1) for well in (0, 2)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    told = [(hit.carrier, hit.position) for hit in of_layers().page(limit=9).subjects]
    assert told == [(first, 2), (second, 0), (second, 2)]
    assert of_layers().count() == (3, True)


@pytest.mark.usefixtures("whole")
def test_a_well_that_two_maps_treat_alike_is_one_hit() -> None:
    """Nothing of either layer is left out, and nothing is told twice."""
    again = [RowPlan(1, 2, TREATED), RowPlan(1, 4, TREATED)]
    world = build([[RowPlan(1, 2, TREATED), RowPlan(1, 3, TREATED)], again])
    second = world.plates[1].carrier_id
    told = [(hit.carrier, hit.position) for hit in of_layers().page(limit=9).subjects]
    assert told == [(second, 2), (second, 3), (second, 4)]
    assert of_layers().count() == (3, True)


@pytest.mark.usefixtures("whole")
def test_a_well_that_two_maps_treat_with_two_keys_is_one_hit_of_either() -> None:
    """Each of the layers suffices for its own key, and neither for both."""
    plans = [[RowPlan(1, 2, {"Compound": "taxol"})], [RowPlan(1, 2, {"Gene": "TP53"})]]
    world = build(plans)
    second = world.plates[1].carrier_id
    assert list(Carrier.objects.get(pk=second).layers.values_list("suffices", flat=True)) == [
        True,
        True,
    ]
    search = gathered("compound:taxol OR gene:TP53")
    assert [(hit.carrier, hit.position) for hit in search.page(limit=9).subjects] == [(second, 2)]
    assert search.count() == (1, True)


@pytest.mark.usefixtures("whole")
def test_a_page_by_layers_takes_up_where_the_last_one_ended() -> None:
    build([[RowPlan(plate, well, TREATED) for plate in (0, 1) for well in (1, 2, 4)]])
    whole = of_layers().page(limit=9).subjects
    for number, edge in enumerate(whole):
        after = of_layers().page(limit=9, beyond=edge).subjects
        before = of_layers().page(limit=9, beyond=edge, backwards=True).subjects
        assert (before[::-1], after) == (whole[:number], whole[number + 1 :])


COMPOUND = HasTerm((1,), keys=(1,))
GENE = HasTerm((2,), keys=(2,))
DOSE = HasQuantity(3, "mol/L", Range())


@pytest.mark.parametrize(
    ("meaning", "keys"),
    [
        (COMPOUND, {1}),
        (TermBegins(1, "tax"), {1}),
        (HasKey(1), {1}),
        (AllOf((COMPOUND, DOSE)), {1, 3}),
        (AllOf((HasTerm((1, 2)), DOSE)), {3}),
        (AllOf((OneOf((COMPOUND, GENE)), DOSE)), {3}),
        (OneOf((COMPOUND, HasKey(1))), {1}),
        (OneOf((COMPOUND, GENE)), set()),
        (OneOf((AllOf((COMPOUND, DOSE)), AllOf((GENE, DOSE)))), {3}),
        (OneOf((COMPOUND, HasTerm((2,)))), set()),
        (HasTerm((1, 2), keys=(1, 2)), set()),
    ],
)
def test_keys_that_all_hits_have_are_told_by_what_is_asked(
    meaning: Meaning, keys: set[int]
) -> None:
    assert keys_had(meaning) == keys
