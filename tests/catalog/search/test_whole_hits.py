"""Hits that are gathered whole are told without a look at carriers that have all their wells."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

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
from tests.catalog.search.gathering import everything_is_gathered, is_gathered_widely
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


def gathered(text: str) -> Search:
    """A search whose hits are gathered whole."""
    search = Search(text, Viewer(AnonymousUser()))
    assert is_gathered_widely(search)
    return search


SAID = {"Compound": "taxol", "Cell_Line": "HeLa"}
of_a_treatment_or_not = pytest.mark.parametrize("text", ["compound:taxol", "cell_line:HeLa"])
"""The first is told by layer, the second by all that a plate has put together."""


@everything_is_gathered()
@of_a_treatment_or_not
def test_a_page_is_full_though_plates_with_gaps_come_first(text: str) -> None:
    """The first plate has no well where its map says something."""
    world = build([[RowPlan(0, 0, SAID), RowPlan(1, 2, SAID)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert Carrier.objects.get(pk=first).positions == len(WELLS)
    search = gathered(text)
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == (1, True)


@everything_is_gathered()
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


@everything_is_gathered()
@of_a_treatment_or_not
def test_images_that_stand_alone_are_no_wells(text: str) -> None:
    world = build([[RowPlan(plate, 2, SAID) for plate in (0, 1)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert gathered(text).count() == (2, True)
    Carrier.objects.filter(pk=first).update(kind="images")
    search = gathered(text)
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == gathered(text).count() == (1, True)


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
