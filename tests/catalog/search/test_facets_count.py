from itertools import combinations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from catalog.queries.facets import FoundFacet, facets_of
from catalog.queries.visible import Viewer
from catalog.search import facet_terms
from catalog.search.queries import Everything, Query, all_of
from catalog.search.rendering import render
from plates.models import Plate
from plates.platemaps.spelling import folded
from tests import factories
from tests.catalog.search.facets_oracle import facet_values, wells_of_datasets, wells_without
from tests.catalog.search.oracle import wells_found
from tests.catalog.search.test_search_finds import ALWAYS, queries
from tests.catalog.search.worlds import RowPlan, World, build, imports
from tests.examples import in_database

pytestmark = pytest.mark.django_db

KEYS = ("compound", "concentration", "cell_line", "temperature")


def counted(facet: FoundFacet) -> dict[str, int]:
    values = {folded(one.value): one.count for one in facet.values}
    assert len(values) == len(facet.values)
    return values


def facets_are_right(query: Query, viewer: Viewer, plates: list[Plate]) -> None:
    found = facets_of(render(query), [*KEYS, "plate", "dataset"], viewer=viewer, limit=100)
    with pytest.MonkeyPatch.context() as patched:
        # As where much of each carrier is found.
        patched.setattr(facet_terms, "FEW", 0)
        again = facets_of(render(query), [*KEYS, "plate", "dataset"], viewer=viewer, limit=100)
    assert again == found, render(query)
    told = {facet.name: facet for facet in found.facets}
    assert found.subjects == len(wells_found(query, plates)), render(query)
    for key in (*KEYS, "plate"):
        assert counted(told[key]) == facet_values(query, key, plates), (key, render(query))
        assert told[key].is_exact
        assert not told[key].more
        if told[key].without is not None:
            assert told[key].without == wells_without(query, key, plates), (key, render(query))
    assert counted(told["dataset"]) == wells_of_datasets(query, plates), render(query)


@given(plans=imports, asked=st.lists(queries, min_size=2, max_size=2))
@in_database(20)
def test_facets_count_what_the_query_of_each_value_finds(
    plans: list[list[RowPlan]], asked: list[Query]
) -> None:
    # Operators see all worlds there are, so that each of them is forgotten.
    with transaction.atomic():
        world = build([*plans, ALWAYS])
        both = [all_of(list(pair)) for pair in combinations(asked, 2)]
        for viewer, plates in viewers_of(world):
            for query in (Everything(), *asked, *both):
                facets_are_right(query, viewer, plates)
        transaction.set_rollback(True)


def viewers_of(world: World) -> list[tuple[Viewer, list[Plate]]]:
    """Nobody in particular, who runs the catalog, and who was let in, with what each sees."""
    owner = factories.user()
    world.hidden.owner = owner
    world.hidden.save()
    seen = [plate for plate in world.plates if plate.scope == world.seen.serial]
    return [
        (Viewer(AnonymousUser()), seen),
        (Viewer(factories.operator()), world.plates),
        (Viewer(owner), world.plates),
    ]
