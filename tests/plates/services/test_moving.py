"""What is moved to another scope is found there, and nowhere else, as if it had always been there."""

import pytest
from hypothesis import given

from plates.models import FieldMask, Image, PlateMap, Store
from plates.services.moving import AnnotationStaysBehind, SamePlateMapThere, move_stores
from plates.services.undo_plate_map import undo_rows
from plates.states import PlateMapState
from tests.catalog.search.worlds import RowPlan, World, apply_in, build, imports
from tests.examples import in_database
from tests.plates.services.annotating import (
    SCOPE,
    annotation_export,
    applied,
    image_snapshot,
    loaded,
    plate_snapshot,
    row_of,
)
from tests.plates.services.counts_oracle import (
    counts_by_rows,
    counts_kept,
    places,
    places_kept,
)
from tests.plates.services.index_oracle import differing_carriers
from tests.plates.services.sufficient_oracle import sufficient_by_masks, sufficient_kept

pytestmark = pytest.mark.django_db

ON_BOTH = [RowPlan(plate, 0, {"Compound": "taxol", "Score": "3"}) for plate in range(4)]
ELSEWHERE = 1_000_000


def stores_of(world: World) -> list[Store]:
    return list(Store.objects.filter(scope=world.seen.serial).order_by("pk"))


def is_searchable() -> bool:
    """Whether the index, the counts and the masks are what the rows say, each in its scope."""
    kept, there = places_kept(), places()
    masks = FieldMask.objects.select_related("carrier")
    return (
        differing_carriers() == []
        and counts_kept() == counts_by_rows()
        and sufficient_kept() == sufficient_by_masks()
        and all(kept[carrier] == there[carrier] for carrier in kept)
        and all(mask.scope == mask.carrier.scope for mask in masks)
    )


@given(plans=imports)
@in_database(15)
def test_a_screen_goes_and_comes_back_with_all_that_is_said_of_it(
    plans: list[list[RowPlan]],
) -> None:
    world = build([*plans, ON_BOTH])
    said, counted = annotation_export(), counts_kept()
    gone = move_stores(stores_of(world), to=ELSEWHERE)
    assert len(gone.stores) == 2
    assert not any(scope == world.seen.serial for scope, _ in counts_kept())
    assert is_searchable()
    assert annotation_export() == said
    move_stores(gone.stores, to=world.seen.serial)
    assert is_searchable()
    assert (annotation_export(), counts_kept()) == (said, counted)


def test_a_plate_map_goes_along_and_is_undone_where_it_is_then() -> None:
    world = build([ON_BOTH])
    (of_it,) = PlateMap.objects.filter(scope=world.seen.serial)
    gone = move_stores(stores_of(world), to=ELSEWHERE)
    assert gone.plate_maps == (of_it.pk,)
    of_it.refresh_from_db()
    assert of_it.scope == ELSEWHERE
    undo_rows(plate_map=of_it)
    assert not any(scope == ELSEWHERE for scope, _ in counts_kept())
    assert is_searchable()


def test_what_shares_a_plate_map_with_what_stays_goes_only_with_it() -> None:
    world = build([ON_BOTH])
    first, second = stores_of(world)
    assert second.plate is not None
    with pytest.raises(AnnotationStaysBehind, match=second.plate.name):
        move_stores([first], to=ELSEWHERE)
    assert {store.scope for store in stores_of(world)} == {world.seen.serial}
    assert is_searchable()


def test_files_that_were_applied_at_the_other_end_too_are_in_the_way() -> None:
    world = build([ON_BOTH])
    (of_it,) = PlateMap.objects.filter(scope=world.seen.serial)
    PlateMap.objects.create(
        scope=ELSEWHERE,
        digest=of_it.digest,
        state=PlateMapState.APPLIED.value,
        turn=10**6,
        applied_at=of_it.applied_at,
    )
    with pytest.raises(SamePlateMapThere):
        move_stores(stores_of(world), to=ELSEWHERE)


def test_what_is_there_already_is_left_alone() -> None:
    world = build([ON_BOTH])
    assert move_stores(stores_of(world), to=world.seen.serial).stores == ()


def test_all_stores_of_a_plate_go_together() -> None:
    shown = loaded("/p", plate_snapshot("P", "A/1"))
    twin = loaded("/twin", plate_snapshot("P", "A/1"))
    Store.objects.filter(pk=twin.pk).update(plate=shown.plate)
    gone = move_stores([shown], to=ELSEWHERE)
    assert {store.pk for store in gone.stores} == {shown.pk, twin.pk}


def test_images_go_with_what_is_said_of_them() -> None:
    store = loaded("/images", image_snapshot("a", "b"))
    applied(row_of(2, "", "a", Compound="x"), images=True)
    move_stores([store], to=ELSEWHERE)
    assert set(Image.objects.values_list("scope", flat=True)) == {ELSEWHERE}
    assert [scope for scope, _ in counts_kept()] == [ELSEWHERE]
    assert is_searchable()


def test_an_import_that_was_never_applied_waits_for_the_plate_again() -> None:
    store = loaded("/p", plate_snapshot("P", "A/1"))
    waiting = PlateMap.objects.create(scope=SCOPE, digest="never applied")
    for _ in range(2):
        waiting.named_plates.create(
            scope=SCOPE, spelling="P", folded="p", plate=store.plate if _ else None
        )
    move_stores([store], to=ELSEWHERE)
    assert [one.plate for one in waiting.named_plates.all()] == [None]


def test_later_imports_of_the_other_scope_find_what_was_moved() -> None:
    world = build([ON_BOTH])
    gone = move_stores(stores_of(world), to=world.hidden.serial)
    apply_in(world.hidden, [RowPlan(0, 1, {"Cell_Line": "HeLa"})])
    assert len(gone.stores) == 2
    assert is_searchable()
