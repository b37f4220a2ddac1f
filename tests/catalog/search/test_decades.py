"""A range of doses is asked for by the decades that lie in it, and by the doses beside them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.search.meanings import Decades, HasTerm, leaves_of
from plates.models import DecadeMask, Term
from tests.catalog.search.gathering import everything_is_gathered
from tests.catalog.search.worlds import WELLS, RowPlan, build

pytestmark = pytest.mark.django_db

DOSES = ("0.5", "1", "2", "5", "10", "20")
"""In uM: one, three and two in their decades."""


@pytest.fixture
def _doses() -> None:
    rows = [RowPlan(1, well, {"Compound": "taxol", "Dose": DOSES[well]}) for well in range(6)]
    build([rows])
    assert len(WELLS) == len(DOSES)


def asked(text: str) -> tuple[Search, Decades | None]:
    search = Search(text, Viewer(AnonymousUser()))
    (leaf,) = (
        leaf
        for leaf in leaves_of(search.resolved.meaning)
        if isinstance(leaf, HasTerm) and leaf.weight and len(leaf.terms) != 1
    )
    return search, leaf.decades


def doses_of(terms: tuple[int, ...]) -> list[str]:
    return sorted(Term.objects.filter(serial__in=terms).values_list("text", flat=True))


@pytest.mark.usefixtures("_doses")
@pytest.mark.parametrize(
    ("text", "powers", "beside", "wells"),
    [
        ("concentration:>=1uM", (-6, -5), [], [1, 2, 3, 4, 5]),
        ("concentration:1uM..10uM", (-6,), ["10"], [1, 2, 3, 4]),
        ("concentration:>0.1uM", (-6, -5), ["0.5"], [0, 1, 2, 3, 4, 5]),
        ("concentration:0.5uM..9.9uM", None, [], [0, 1, 2, 3]),
        ("concentration:>1uM", (-5,), ["2", "5"], [2, 3, 4, 5]),
    ],
)
@everything_is_gathered()
def test_decades_find_the_wells_with_their_doses(
    text: str, powers: tuple[int, ...] | None, beside: list[str], wells: list[int]
) -> None:
    for more in ("", "compound:taxol "):
        search, decades = asked(more + text)
        assert (decades and decades.powers) == powers
        assert not decades or doses_of(decades.terms) == beside
        assert [hit.position for hit in search.page(limit=9).subjects] == wells
        assert search.count() == (len(wells), True)


@pytest.mark.usefixtures("_doses")
@everything_is_gathered()
def test_doses_are_read_from_the_masks_of_decades() -> None:
    """Without these a range finds nothing but what lies beside them."""
    DecadeMask.objects.all().delete()
    search, _ = asked("compound:taxol concentration:1uM..10uM")
    assert [hit.position for hit in search.page(limit=9).subjects] == [4]
