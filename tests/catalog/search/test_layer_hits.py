"""Hits of conditions on one treatment are counted by layer, and carriers looked at for a page alone."""

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset
from catalog.queries import hit_counts
from catalog.queries.hits import Search
from catalog.queries.visible import Viewer
from catalog.words import Visibility
from plates.models import Carrier
from tests import factories
from tests.catalog.search.gathering import everything_is_gathered, is_told_by_layer
from tests.catalog.search.worlds import WELLS, RowPlan, apply_in, build, plate_in
from tests.examples import in_database

pytestmark = pytest.mark.django_db

TREATED = {"Compound": "taxol", "Dose": "1"}
TOGETHER = "compound:taxol concentration:>=1uM"


def of_layers(text: str = TOGETHER) -> Search:
    """A search whose hits are counted by layer."""
    search = Search(text, Viewer(AnonymousUser()))
    assert is_told_by_layer(search)
    return search


@everything_is_gathered()
def test_of_plates_for_which_layers_suffice_their_bits_are_the_hits() -> None:
    world = build([[RowPlan(plate, well, TREATED) for plate in (0, 1) for well in (0, 2)]])
    first, second, *_ = (plate.carrier_id for plate in world.plates)
    told = [(hit.carrier, hit.position) for hit in of_layers().page(limit=9).subjects]
    assert told == [(first, 2), (second, 0), (second, 2)]
    assert of_layers().count() == (3, True)


@everything_is_gathered()
def test_a_well_that_two_maps_treat_alike_is_one_hit() -> None:
    """Nothing of either layer is left out, and nothing is told twice."""
    again = [RowPlan(1, 2, TREATED), RowPlan(1, 4, TREATED)]
    world = build([[RowPlan(1, 2, TREATED), RowPlan(1, 3, TREATED)], again])
    second = world.plates[1].carrier_id
    told = [(hit.carrier, hit.position) for hit in of_layers().page(limit=9).subjects]
    assert told == [(second, 2), (second, 3), (second, 4)]
    assert of_layers().count() == (3, True)


@everything_is_gathered()
def test_a_well_that_two_maps_treat_with_two_keys_is_one_hit_of_either() -> None:
    """Each of the layers suffices for its own key, and neither for both."""
    plans = [[RowPlan(1, 2, {"Compound": "taxol"})], [RowPlan(1, 2, {"Gene": "TP53"})]]
    world = build(plans)
    second = world.plates[1].carrier_id
    assert list(Carrier.objects.get(pk=second).layers.values_list("suffices", flat=True)) == [
        True,
        True,
    ]
    search = Search("compound:taxol OR gene:TP53", Viewer(AnonymousUser()))
    assert not is_told_by_layer(search)
    assert [(hit.carrier, hit.position) for hit in search.page(limit=9).subjects] == [(second, 2)]
    assert search.count() == (1, True)


@everything_is_gathered()
def test_a_page_by_layers_takes_up_where_the_last_one_ended() -> None:
    build([[RowPlan(plate, well, TREATED) for plate in (0, 1) for well in (1, 2, 4)]])
    whole = of_layers().page(limit=9).subjects
    for number, edge in enumerate(whole):
        after = of_layers().page(limit=9, beyond=edge).subjects
        before = of_layers().page(limit=9, beyond=edge, backwards=True).subjects
        assert (before[::-1], after) == (whole[:number], whole[number + 1 :])


def some_datasets(plans: Sequence[Sequence[Sequence[int]]]) -> None:
    """Two plates in each, the treated wells of which are told; a map of its own for every dataset.

    A plate on which the first well is treated has none there. Of what there was nothing is seen.
    """
    Dataset.objects.update(visibility=Visibility.OWNER)
    for plan in plans:
        dataset = factories.dataset()
        for number, wells in enumerate(plan):
            plate_in(dataset, f"plate-{number}", but=0 if 0 in wells else None)
        rows = [RowPlan(plate, well, TREATED) for plate, wells in enumerate(plan) for well in wells]
        apply_in(dataset, rows)


wells = st.lists(st.integers(0, len(WELLS) - 1), min_size=0, max_size=3, unique=True)
datasets = st.lists(st.lists(wells, min_size=2, max_size=2), min_size=1, max_size=5).filter(
    lambda plans: treated(plans) > 0
)


@given(plans=datasets)
@in_database(15)
@everything_is_gathered()
def test_a_page_is_the_first_plates_with_hits_whichever_way_and_from_wherever(
    plans: list[list[list[int]]],
) -> None:
    some_datasets(plans)
    every = of_layers().carriers()
    assert sum(hits.bits.count("1") for hits in every) == treated(plans)
    for backwards in (False, True):
        in_order = every[::-1] if backwards else every
        for first in range(-1, len(every)):
            start = None if first < 0 else (in_order[first].scope, in_order[first].carrier)
            for limit in range(1, len(every) + 2):
                page = of_layers().gathered(start, backwards=backwards, limit=limit)
                assert page == in_order[max(first, 0) :][:limit]


def treated(plans: Sequence[Sequence[Sequence[int]]]) -> int:
    """How many wells are, but for those that are not there."""
    return sum(len({*wells} - {0}) for plan in plans for wells in plan)


@given(plans=datasets, enough=st.integers(0, 12), many=st.sampled_from([-1, 10**9]))
@in_database(15)
@everything_is_gathered()
def test_of_more_hits_than_are_counted_only_that_is_told(
    plans: list[list[list[int]]], enough: int, many: int
) -> None:
    """Whether layers are looked up one by one, or joined with all carriers at once."""
    some_datasets(plans)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("catalog.search.masks.MANY", many)
        patched.setattr(hit_counts, "COUNTED_UP_TO", enough)
        search = of_layers()
        search.gathered(None, backwards=False, limit=0)
        assert search.count() == (min(treated(plans), enough), treated(plans) <= enough)
