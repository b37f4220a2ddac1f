"""Every kind of damage to what search rests on is found and mended, beside whatever else goes on."""

import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction

from catalog.models import Dataset
from catalog.services.datasets import change_visibility
from catalog.services.search_index import Checked, check_search_index
from catalog.words import Visibility
from plates.models import (
    Carrier,
    CarrierTerm,
    FieldMask,
    Layer,
    Mask,
    Quantity,
    TermOverlap,
    TermScope,
)
from plates.queries.kept_index import kept_index
from plates.services import check_index
from plates.services.check_index import carrier_batches, term_ranges
from plates.states import IndexPart
from tests import stores
from tests.catalog.services.index_damage import DAMAGES, Damage
from tests.plates.services.annotating import (
    applied,
    image_snapshot,
    loaded,
    plate_snapshot,
    row_of,
)
from tests.plates.services.counts_oracle import (
    counts_by_rows,
    counts_kept,
    overlaps_by_rows,
    overlaps_kept,
    places_kept,
)
from tests.plates.services.index_oracle import differing_carriers
from tests.plates.services.loaded import load
from tests.plates.services.sufficient_oracle import sufficient_by_masks, sufficient_kept
from tests.plates.services.test_counts_at_once import Threaded, saying

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def emptied(transactional_db: None) -> Iterator[None]:
    """Annotation rows hold on to each other: the tables are emptied at once."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE plates_annotationrow CASCADE")


@pytest.fixture
def annotated(tmp_path: Path) -> None:
    """Plates that share a map, one with fields, and images: something of every part."""
    load(stores.plate(tmp_path / "p.zarr", wells=["A/1", "B/2"], name="P"))
    loaded("/q", plate_snapshot("Q", "A/1", "A/2", "B/3"))
    loaded("/images", image_snapshot("a", "b"))
    whole = [
        row_of(n, name, f"{row}{column}", Temperature="300")
        for name in "PQ"
        for n, (row, column) in enumerate(((r, c) for r in "AB" for c in (1, 2, 3)), 20)
    ]
    applied(
        *whole,
        *(
            row
            for name in "PQ"
            for row in (
                row_of(2, name, "A1", Compound="x", Compound_2="z", Dose="1", Score="0.5"),
                row_of(3, name, "A2", Compound="x", Dose="2", Score="1.5", Cell_Line="HeLa"),
                row_of(4, name, "B3", Compound_2="y", Cell_Line="HeLa"),
            )
        ),
    )
    applied(row_of(2, "", "a", Compound="x"), row_of(3, "", "b", Cell_Line="U2OS"), images=True)


def everything() -> object:
    """All that search rests on, without the numbers that rows happen to have."""
    masks = FieldMask.objects.order_by("carrier", "layout")
    return (
        {carrier: kept_index(carrier) for carrier in Carrier.objects.values_list("pk", flat=True)},
        places_kept(),
        list(masks.values_list("carrier", "layout", "scope", "bits")),
        counts_kept(),
        overlaps_kept(),
        sorted(sufficient_kept().values()),
        Layer.objects.count(),
        Mask.objects.count(),
        Quantity.objects.count(),
    )


def parts(checked: Checked) -> set[IndexPart]:
    return set(checked.off)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: " ".join(damage.statement.split()))
def test_damage_is_found_and_mended(annotated: None, damage: Damage) -> None:
    whole = everything()
    found = check_search_index()
    assert (parts(found), found.left) == (set(), 0)
    with connection.cursor() as cursor:
        cursor.execute(damage.statement)
        assert cursor.rowcount > 0
    found = check_search_index()
    assert damage.parts <= parts(found)
    assert found.left == found.off.total() >= len(damage.parts)
    assert all(example.missing or example.surplus or example.where for example in found.examples)
    mended = check_search_index(repair=True)
    assert parts(mended) & damage.parts
    assert mended.left == 0
    assert everything() == whole
    assert sufficient_kept() == sufficient_by_masks()
    assert parts(check_search_index()) == set()


def test_what_is_off_is_told_with_plate_and_dataset(open_dataset: Dataset, annotated: None) -> None:
    Carrier.objects.update(scope=open_dataset.serial)
    Mask.objects.filter(bits=None).first().delete()  # type: ignore[union-attr]
    told = [one for one in check_search_index().examples if one.part is IndexPart.MASK]
    assert [(one.missing, one.surplus) for one in told] == [(1, 0)] * len(told)
    assert {one.where for one in told} & {"plate P, dataset open", "plate Q, dataset open"}


def test_batches_hold_every_carrier_and_every_term_once(
    annotated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_index, "_CARRIERS_AT_ONCE", 2)
    monkeypatch.setattr(check_index, "_TERMS_AT_ONCE", 2)
    some = list(carrier_batches())
    assert len(some) > 1
    assert [one for batch in some for one in batch] == list(
        Carrier.objects.order_by("pk").values_list("pk", flat=True)
    )
    seen: list[tuple[str, int, int]] = []
    TermScope.objects.all().delete()
    checked = check_search_index(repair=True, progress=lambda *told: seen.append(told))
    assert checked.left == 0
    assert counts_kept() == counts_by_rows()
    assert sum(number for *_, number in term_ranges()) == checked.terms
    assert [one for one in seen if one[0] == "terms"][-1][1:] == (checked.terms, checked.terms)
    assert [done for what, done, _ in seen if what.startswith("plates")] == [2, 3]
    assert [told[1:] for told in seen if told[0] == "datasets"] == [(1, 1)]


def test_the_check_waits_for_nobody_and_sees_nothing_half_written(annotated: None) -> None:
    done, go_on = threading.Event(), threading.Event()

    def importing() -> None:
        with transaction.atomic():
            saying("another")
            done.set()
            assert go_on.wait(20)

    one = Threaded(importing)
    try:
        assert done.wait(20)
        assert parts(check_search_index()) == set()
    finally:
        go_on.set()
        one.ended()
    assert parts(check_search_index()) == set()


def test_a_catalog_that_kept_no_overlaps_gets_them_when_it_is_migrated(annotated: None) -> None:
    before = overlaps_kept()
    assert before
    TermOverlap.objects.all().delete()
    filled = import_module("plates.migrations.0003_term_overlaps").FILLED
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
    assert overlaps_kept() == before == overlaps_by_rows()


def test_mending_beside_imports_and_harvests_leaves_all_right(annotated: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plates_mask")
        cursor.execute("UPDATE plates_termscope SET subjects = subjects + 1")
    CarrierTerm.objects.all().delete()

    def mending() -> None:
        for _ in range(3):
            check_search_index(repair=True)

    def importing() -> None:
        for number in range(6):
            saying(f"compound {number}")

    def harvesting() -> None:
        for number in range(6):
            loaded("/q", plate_snapshot("Q", "A/1", *(["A/2", "D/6"][: number % 3])))

    threads = [Threaded(work) for work in (mending, importing, harvesting, mending)]
    for thread in threads:
        thread.ended()
    assert check_search_index(repair=True).left == 0
    assert not differing_carriers()
    assert counts_kept() == counts_by_rows()
    assert overlaps_kept() == overlaps_by_rows() != {}
    assert sufficient_kept() == sufficient_by_masks()
    assert parts(check_search_index()) == set()


def test_a_plate_that_was_put_into_another_dataset_by_hand_is_found_there(
    annotated: None,
) -> None:
    with connection.cursor() as cursor:
        for table in ("plate", "store", "image", "carrier"):
            cursor.execute(f"UPDATE plates_{table} SET scope = 7")
    expected = {
        IndexPart.LAYER,
        IndexPart.CONSTANT,
        IndexPart.READOUT,
        IndexPart.FIELD_MASK,
        IndexPart.COUNT,
        IndexPart.OVERLAP,
    }
    assert parts(check_search_index()) == expected
    assert check_search_index(repair=True).left == 0
    assert {scope for scope, _ in counts_kept()} == {7}
    assert counts_kept() == counts_by_rows()
    assert set(FieldMask.objects.values_list("scope", flat=True)) == {7}
    assert not differing_carriers()


def test_what_is_published_rests_on_the_same_as_before(open_dataset: Dataset) -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    saying("x")
    before = everything()
    for visibility in Visibility:
        change_visibility(dataset=open_dataset, visibility=visibility, by=None)
    assert everything() == before
    assert parts(check_search_index()) == set()
