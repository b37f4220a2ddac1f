"""Values that begin so, most frequent first, whichever way they are counted, against plain counting."""

from collections import Counter

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from catalog.queries import terms
from catalog.queries.terms import terms_of
from catalog.queries.visible import Viewer
from plates.models import Plate
from plates.platemaps.spelling import folded
from tests.catalog.search.facets_oracle import all_told
from tests.catalog.search.oracle import told_of
from tests.catalog.search.worlds import RowPlan, build, imports
from tests.examples import in_database

pytestmark = pytest.mark.django_db

WAYS = {"by term": (0, 10**9), "by scope": (0, -1), "of few scopes": (10**9, -1)}
"""From how many scopes, and up to how many terms, it is counted term by term."""
ALWAYS = [RowPlan(plate, 2, {"Compound": "taxol"}) for plate in (0, 2)]


BEGUN = [
    *(("compound", prefix) for prefix in ("", "t", "TAX", "tax%", "ds", "_", "nothing")),
    *(("cell_line", prefix) for prefix in ("", "h", "u")),
]


@given(plans=imports, begun=st.sampled_from(BEGUN), limit=st.sampled_from([1, 2, 50]))
@in_database(25)
def test_values_are_counted_as_plain_counting_has_it(
    plans: list[list[RowPlan]], begun: tuple[str, str], limit: int
) -> None:
    world = build([*plans, ALWAYS])
    seen = [plate for plate in world.plates if plate.scope == world.seen.serial]
    for scopes, plates in (
        ((world.seen.serial,), seen),
        ((world.seen.serial, world.hidden.serial), world.plates),
    ):
        for way in WAYS:
            assert told(way, begun, limit, scopes) == expected(begun, plates)[:limit], way


def told(
    way: str, begun: tuple[str, str], limit: int, seen: tuple[int, ...]
) -> list[tuple[str, int | None]]:
    """Values and numbers for who sees these scopes."""
    key, prefix = begun
    viewer = Viewer(AnonymousUser())
    # Other worlds stand beside this one; what is looked up once is told beforehand.
    viewer.__dict__["scopes"] = seen
    with pytest.MonkeyPatch.context() as patched:
        scopes, most = WAYS[way]
        patched.setattr(terms, "FEW_SCOPES", scopes)
        patched.setattr(terms, "FEW_TERMS", most)
        found = terms_of(key, prefix=prefix, viewer=viewer, limit=limit).terms
    return [(folded(one.value), one.subjects) for one in found]


def expected(begun: tuple[str, str], plates: list[Plate]) -> list[tuple[str, int]]:
    """The same by going through the rows: a well counts for each spelling that it has."""
    key, prefix = begun
    counted = Counter(
        folded(text)
        for wells, said in map(told_of, plates)
        for well in wells
        if well.position in said
        for text in {text for name, text, _, _ in all_told(said[well.position]) if name == key}
    )
    begins = [(word, n) for word, n in counted.items() if word.startswith(folded(prefix))]
    return sorted(begins, key=lambda one: (-one[1], one[0]))
