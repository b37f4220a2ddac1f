"""Annotation follows its wells and images: to other positions, and to the plate that stays."""

import pytest
from django.db import connection, transaction

from plates.models import AnnotationRow, CarrierTerm, Layer, NamedPlate, Plate, PlateAlias, Store
from plates.services.merging import merge_store
from plates.services.renumbering import AnnotationInTheWay, hand_over_annotation
from tests.plates.services.annotating import (
    annotation_export,
    applied,
    image_snapshot,
    loaded,
    mapping_of,
    plate_of,
    plate_snapshot,
    row_of,
)
from tests.plates.services.counts_oracle import counts_by_rows, counts_kept, places, places_kept
from tests.plates.services.index_oracle import differing_carriers

pytestmark = pytest.mark.django_db


def assert_that_search_rests_on_this() -> None:
    """Index, places and counts are what the rows say."""
    assert not differing_carriers()
    there = places()
    assert places_kept() == {carrier: there[carrier] for carrier in places_kept()}
    assert counts_kept() == counts_by_rows()


def test_a_plate_that_grows_takes_its_annotation_along_where_no_well_was_imaged_too() -> None:
    store = loaded("/p", plate_snapshot("P", "A/1", "QC/odd"))
    applied(
        row_of(2, "P", "A2", Compound="x"),
        row_of(3, "P", "B1", Compound="y", Score="3"),
        row_of(4, "P", "QC/odd", Compound="z"),
    )
    positions = AnnotationRow.objects.order_by("id").values_list("position", flat=True)
    assert list(positions.all()) == [1, 3, 6]
    plate = plate_of(loaded("/p", plate_snapshot("P", "A/1", "H/12", "QC/odd")))
    assert plate.pk == plate_of(store).pk
    assert list(positions.all()) == [1, 12, 96]
    assert_that_search_rests_on_this()


def test_what_every_well_had_is_of_the_old_wells_alone_when_a_plate_grows() -> None:
    plate = plate_of(loaded("/p", plate_snapshot("P", "A/1")))
    labels = [plate.shape.address(position).label for position in range(plate.shape.size)]
    applied(*(row_of(2, "P", label, Cell_Line="HeLa") for label in labels))
    assert CarrierTerm.objects.exists()
    loaded("/p", plate_snapshot("P", "A/1", "new/stray"))
    assert not CarrierTerm.objects.exists()
    assert Layer.objects.get().positions == plate.shape.size + 1
    assert_that_search_rests_on_this()


def test_an_image_keeps_its_number_and_its_annotation_when_others_come_and_go() -> None:
    store = loaded("/i", image_snapshot("a", "b"))
    applied(row_of(2, "", "b", Compound="x"), images=True)
    loaded("/i", image_snapshot("c", "b"))
    positions = dict(store.images.values_list("path", "position"))
    assert positions == {"a": 0, "b": 1, "c": 2}
    assert AnnotationRow.objects.get().position == 1
    assert_that_search_rests_on_this()


def test_a_plate_that_is_merged_into_its_twin_hands_over_what_was_said_of_it() -> None:
    known = loaded("/known", plate_snapshot("P", "A/1", "A/2"))
    new = loaded("/new", plate_snapshot("P", "A/1", "A/2"))
    leaving = plate_of(new)
    both = tuple(str(plate_of(store).id) for store in (known, new))
    applied(row_of(2, "P", "A1", Compound="x"), said=mapping_of(plates={"P": both}))
    said = mapping_of(plates={"P": (str(leaving.id),)})
    applied(row_of(2, "P", "A2", Compound="y"), said=said)
    merge_store(new, into=known)
    assert set(AnnotationRow.objects.values_list("carrier", flat=True)) == {known.plate.carrier_id}  # type: ignore[union-attr]
    assert AnnotationRow.objects.count() == 2
    assert not Plate.objects.filter(pk=leaving.pk).exists()
    for named in (NamedPlate, PlateAlias):
        assert not named._default_manager.exclude(plate=plate_of(known)).exists()
    assert NamedPlate.objects.count() == 2
    assert_that_search_rests_on_this()


def test_images_that_are_merged_hand_over_what_was_said_of_them() -> None:
    known = loaded("/known", image_snapshot("b", "a"))
    new = loaded("/new", image_snapshot("a"))
    rows = [row_of(2, "", "store/a", Compound="x")]
    Store.objects.filter(pk=known.pk).update(name="other")
    applied(*rows, images=True)
    merge_store(Store.objects.get(pk=new.pk), into=known)
    row = AnnotationRow.objects.get()
    assert (row.carrier_id, row.position) == (known.carrier_id, 1)
    assert_that_search_rests_on_this()


def test_a_merge_is_refused_where_annotation_would_be_lost() -> None:
    known = loaded("/known", plate_snapshot("P", "A/1"))
    new = loaded("/new", plate_snapshot("Q", "A/1", "H/12"))
    applied(row_of(2, "Q", "H12", Compound="x"))
    before = annotation_export()
    with transaction.atomic(), connection.cursor() as cursor, pytest.raises(AnnotationInTheWay):
        hand_over_annotation(cursor, new, into=known)
    assert annotation_export() == before
