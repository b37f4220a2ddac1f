import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from tests.catalog.search.worlds import RowPlan, World, apply_in, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Values that only others have, made before the one that is seen."""
    world = build([])
    plan = [RowPlan(2, well, {"Compound": f"tax{well}"}) for well in range(1, 6)]
    apply_in(world.hidden, plan)
    apply_in(world.seen, [RowPlan(0, 1, {"Compound": "taxol"})])
    return world


@pytest.mark.parametrize("q", ["compound:tax*", "compound:taa..tay", "compound:>taw"])
def test_values_that_only_others_have_hide_none_that_are_seen(
    world: World, q: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.search.annotation_fields.FEW", 2)
    monkeypatch.setattr("catalog.search.annotation_fields.MOST", 2)

    assert Search(q, Viewer(AnonymousUser())).count() == (1, True)
