"""Hits that are gathered whole are told without a look at carriers that have all their wells."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from catalog.queries import hits as ways
from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.search.whole_hits import HAS_GAPS
from plates.models import Carrier
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


def taxol(text: str = "compound:taxol") -> Search:
    search = Search(text, Viewer(AnonymousUser()))
    assert search.compiler().whole(search.resolved.meaning)
    return search


@pytest.mark.usefixtures("whole")
def test_a_page_is_full_though_plates_with_gaps_come_first() -> None:
    """The first plate has no well where its map says something."""
    world = build([[RowPlan(0, 0, {"Compound": "taxol"}), RowPlan(1, 2, {"Compound": "taxol"})]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert Carrier.objects.get(pk=first).positions == len(WELLS)
    search = taxol()
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == (1, True)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("asked", ["row:B", "score:3"])
def test_what_a_choice_leaves_without_hits_is_not_on_the_page(asked: str) -> None:
    """The second plate has both compounds, but not in that row, and no score at all."""
    plan = [RowPlan(0, 3, {"Compound": one, "Score": "3"}) for one in ("taxol", "DMSO")]
    plan += [RowPlan(1, 2, {"Compound": one}) for one in ("taxol", "DMSO")]
    world = build([plan])
    search = taxol(f"(compound:taxol {asked}) OR (compound:DMSO {asked})")
    (hits,) = search.gathered(None, backwards=True, limit=1)
    assert hits.carrier == world.plates[0].carrier_id
    assert search.count() == (1, True)


@pytest.mark.usefixtures("whole")
def test_images_that_stand_alone_are_no_wells() -> None:
    world = build([[RowPlan(plate, 2, {"Compound": "taxol"}) for plate in (0, 1)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    assert taxol().count() == (2, True)
    Carrier.objects.filter(pk=first).update(kind="images")
    search = taxol()
    assert [hit.carrier for hit in search.page(limit=1).subjects] == [second]
    assert search.count() == taxol().count() == (1, True)
