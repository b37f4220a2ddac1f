"""A layer suffices where it alone tells what is on a plate, and follows what is done to either."""

from importlib import import_module

import pytest
from django.db import connection

from plates.models import CarrierLayer, CarrierTerm
from plates.services.moving import move_stores
from plates.services.undo_plate_map import undo_rows
from tests.plates.services.annotating import (
    applied,
    image_snapshot,
    loaded,
    plate_snapshot,
    row_of,
)
from tests.plates.services.sufficient_oracle import sufficient_by_masks, sufficient_kept

pytestmark = pytest.mark.django_db

FULL = ("A/1", "A/2", "A/3", "B/1", "B/2", "B/3")
"""The wells of the smallest plate that there is."""


def told() -> list[bool]:
    """Whether each layer suffices, in the order in which they came; as it has to be."""
    kept = sufficient_kept()
    assert kept == sufficient_by_masks()
    layers = CarrierLayer.objects.order_by("id").values_list("carrier", "layer")
    return [kept[layer] for layer in layers]


def test_of_a_full_plate_each_layer_of_one_map_suffices() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Compound="x", Cell_Line="HeLa"))
    assert told() == [True, True]


def test_of_a_plate_with_a_gap_none_does_until_the_well_is_there() -> None:
    loaded("/p", plate_snapshot("P", *FULL[:-2], FULL[-1]))
    applied(row_of(2, "P", "A1", Compound="x"))
    assert told() == [False]
    loaded("/p", plate_snapshot("P", *FULL))
    assert told() == [True]


def test_a_plate_that_grows_has_gaps() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Compound="x"))
    loaded("/p", plate_snapshot("P", *FULL, "C/3"))
    assert told() == [False]


def test_two_maps_with_one_key_need_each_other_until_one_is_undone() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Compound="x", Cell_Line="HeLa"))
    other, _ = applied(row_of(2, "P", "A2", Compound="y", Gene="TP53"))
    assert told() == [False, True, False]
    undo_rows(plate_map=other)
    assert told() == [True, True]


def test_two_maps_of_other_keys_suffice_each() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Compound="x"))
    applied(row_of(2, "P", "A1", Gene="TP53"))
    assert told() == [True, True]


def test_a_layer_needs_what_a_whole_plate_has_of_its_key() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    whole = [row_of(2, "P", name.replace("/", ""), Temperature="300") for name in FULL]
    applied(*whole)
    assert told() == []
    other, _ = applied(row_of(2, "P", "A1", Temperature="310", Cell_Line="HeLa"))
    assert sorted(told()) == [False, True]
    assert CarrierTerm.objects.exists()
    undo_rows(plate_map=other)
    applied(row_of(2, "P", "A1", Cell_Line="HeLa"))
    assert told() == [True]


def test_a_layer_suffices_again_when_what_a_whole_plate_has_is_undone() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Temperature="310"))
    assert told() == [True]
    whole = [row_of(2, "P", name.replace("/", ""), Temperature="300") for name in FULL]
    made, _ = applied(*whole)
    assert told() == [False]
    undo_rows(plate_map=made)
    assert told() == [True]


def test_a_layer_that_plates_share_suffices_for_each_by_itself() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    loaded("/q", plate_snapshot("Q", "A/1", "B/2"))
    applied(*(row_of(2, name, "A1", Compound="x") for name in "PQ"))
    assert sorted(told()) == [False, True]


def test_of_images_none_suffices() -> None:
    loaded("/images", image_snapshot("a", "b"))
    applied(*(row_of(2, "", name, Compound="x") for name in "a"), images=True)
    assert told() == [False]


def test_what_moves_to_another_dataset_stays_as_it_is() -> None:
    store = loaded("/p", plate_snapshot("P", *FULL))
    applied(row_of(2, "P", "A1", Compound="x"))
    move_stores([store], to=7)
    assert told() == [True]


def test_the_migration_marks_what_is_there_already() -> None:
    loaded("/p", plate_snapshot("P", *FULL))
    loaded("/q", plate_snapshot("Q", *FULL))
    loaded("/gap", plate_snapshot("Gap", "A/1", "B/2"))
    applied(*(row_of(2, name, "A1", Compound="x", Cell_Line="HeLa") for name in ("P", "Q", "Gap")))
    applied(row_of(2, "Q", "A2", Compound="y"))
    before = told()
    assert sorted(before) == [False] * 4 + [True] * 3
    CarrierLayer.objects.update(suffices=False)
    marked = import_module("plates.migrations.0007_sufficient_layers").MARKED
    with connection.cursor() as cursor:
        cursor.execute(marked)
    assert told() == before
