"""Applying a plate map: what becomes of rows, and that nothing is half done."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, connections

from plates.models import (
    AnnotationRow,
    CarrierTerm,
    Key,
    Layer,
    Mask,
    NamedPlate,
    PlateAlias,
    PlateMap,
    Readout,
    Term,
)
from plates.platemaps.errors import AlreadyApplied, NotInState
from plates.platemaps.keys import Family
from plates.platemaps.verdicts import RowVerdict
from plates.queries.annotation import annotation_of
from plates.services.annotation_lock import ImportStopped
from plates.services.apply_plate_map import apply_rows, apply_waiting_rows
from plates.services.undo_plate_map import undo_rows
from plates.states import MatchedBy, PlateMapState
from tests.plates.services.annotating import (
    KEYS,
    annotation_export,
    applied,
    image_snapshot,
    loaded,
    mapping_of,
    plate_of,
    plate_snapshot,
    row_of,
    uploaded,
)
from tests.plates.services.index_oracle import differing_carriers

pytestmark = pytest.mark.django_db


def test_a_well_says_which_row_and_column_every_word_comes_from() -> None:
    plate = plate_of(loaded("/p", plate_snapshot("P", "A/1", "A/2")))
    made = uploaded()
    apply_rows(
        plate_map=made,
        mapping=mapping_of(),
        rows=[row_of(7, "P", "a02", Compound_1="x", Dose="2", Remark='an "odd"\\\n one')],
        keys=KEYS,
        tables=("map.csv",),
    )
    said = annotation_of([(plate.carrier_id, 1)])[plate.carrier_id, 1]
    (compound,), (dose,), (remark,) = said["compound"], said["concentration"], said["Remark"]
    assert (compound.value, compound.group, compound.file) == ("x", 1, "map.csv")
    assert (compound.row, compound.column, compound.plate_map) == (7, "Compound 1", made.id)
    assert (dose.value, dose.number, dose.unit) == ("2", 2e-6, "mol/L")
    assert remark.value == 'an "odd"\\\n one'


def test_rows_that_say_the_same_are_applied_once_and_others_are_not_lost() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    _, told = applied(
        row_of(2, "P", "A1", Compound="x"),
        row_of(3, "P", "A01", Compound="x"),
        row_of(4, "P", "A1", Compound="y"),
    )
    assert told.verdicts == {RowVerdict.MATCHED: 2, RowVerdict.DUPLICATE: 1}
    assert list(AnnotationRow.objects.order_by("id").values_list("rows", flat=True)) == [[2], [4]]


def test_a_numbered_group_has_what_belongs_to_the_whole_row() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    applied(row_of(2, "P", "A1", Compound_1="x", Compound_2="y", Dose="1", Dose_2="3"))
    texts = dict(Term.objects.values_list("serial", "text"))
    groups = {
        number: {texts[mask.term_id] for mask in Mask.objects.filter(group=number)}
        for number in (0, 1)
    }
    assert groups == {0: {"x", "1"}, 1: {"y", "1", "3"}}


def test_plates_that_share_a_map_share_its_layer_and_another_import_shares_it_too() -> None:
    for name in ("P", "Q"):
        loaded(f"/{name}", plate_snapshot(name, "A/1"))
    applied(*(row_of(2, name, "A1", Compound="x") for name in ("P", "Q")))
    assert Layer.objects.count() == 1
    again, _ = applied(row_of(2, "P", "A1", Compound="x"))
    assert Layer.objects.get().carriers.count() == 2
    undo_rows(plate_map=again)
    assert Layer.objects.get().carriers.count() == 2


def test_what_every_well_has_is_kept_once_for_the_plate() -> None:
    plate = plate_of(loaded("/p", plate_snapshot("P", "A/1")))
    labels = [plate.shape.address(position).label for position in range(plate.shape.size)]
    applied(*(row_of(2, "P", label, Cell_Line="HeLa", Temperature="310") for label in labels))
    assert {one.term.text for one in CarrierTerm.objects.select_related("term")} == {"HeLa", "310"}
    assert not Layer.objects.exists()


def test_later_imports_win_where_both_measured() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    applied(row_of(2, "P", "A1", Score="1"), row_of(3, "P", "A2", Score="2"))
    later, _ = applied(row_of(2, "P", "A1", Score="5"), row_of(3, "P", "A2", Score="nothing"))
    readout = Readout.objects.get()
    assert readout.numbers[:2] == [5.0, 2.0]
    assert (readout.lowest, readout.highest) == (2.0, 5.0)
    undo_rows(plate_map=later)
    assert Readout.objects.get().numbers[:2] == [1.0, 2.0]


def test_undo_gives_the_same_export_though_another_import_says_the_same_in_between() -> None:
    loaded("/p", plate_snapshot("P", "A/1", "A/2", "B/3"))
    applied(row_of(2, "P", "A1", Compound="x", Dose="1"))
    before = annotation_export()
    first, _ = applied(row_of(2, "P", "A2", Compound="x", Cell_Line="HeLa", Score="4"))
    alone = annotation_export()
    second, _ = applied(row_of(2, "P", "A2", Compound="x", Cell_Line="HeLa", Score="4"))
    undo_rows(plate_map=second)
    assert annotation_export() == alone
    undo_rows(plate_map=first)
    assert annotation_export() == before
    assert not differing_carriers()


def test_a_plate_that_is_not_there_is_expected_and_its_rows_come_when_it_does() -> None:
    rows = [row_of(2, "P", "A1", Compound="x"), row_of(3, "Late", "A1", Compound="y")]
    loaded("/p", plate_snapshot("P", "A/1"))
    made, told = applied(*rows)
    assert told.verdicts == {RowVerdict.MATCHED: 1, RowVerdict.NO_SUCH_PLATE: 1}
    assert NamedPlate.objects.get(plate=None).spelling == "Late"
    late = plate_of(loaded("/late", plate_snapshot("Late", "A/1")))
    for _ in range(2):
        apply_waiting_rows(
            plate_map=made, mapping=mapping_of(), rows=rows, carriers=[late.carrier_id]
        )
    assert AnnotationRow.objects.filter(carrier=late.carrier_id).count() == 1
    assert AnnotationRow.objects.count() == 2
    assert not NamedPlate.objects.filter(plate=None).exists()
    assert not differing_carriers()


def test_a_plate_that_is_known_gets_the_rows_of_its_other_spelling_when_that_is_explained() -> None:
    plate = plate_of(loaded("/p", plate_snapshot("P", "A/1", "A/2")))
    rows = [
        row_of(2, "P", "A1", Compound="x"),
        row_of(3, "Blue", "A1", Compound="x"),
        row_of(4, "Blue", "A2", Compound="y"),
    ]
    made, _ = applied(*rows)
    PlateAlias.objects.create(scope=plate.scope, spelling="Blue", folded="blue", plate=plate)
    for _ in range(2):
        told = apply_waiting_rows(
            plate_map=made, mapping=mapping_of(), rows=rows, carriers=[plate.carrier_id]
        )
        assert told.verdicts == {RowVerdict.MATCHED: 2, RowVerdict.DUPLICATE: 1}
    written = AnnotationRow.objects.order_by("id").values_list("position", "rows")
    assert list(written) == [(0, [2]), (1, [4])]
    assert not differing_carriers()


def test_another_spelling_is_kept_as_an_alias_until_the_import_is_undone() -> None:
    plate = plate_of(loaded("/p", plate_snapshot("BR01__2021-Measurement1", "A/1")))
    made, _ = applied(row_of(2, "BR01", "A1", Compound="x"))
    alias = PlateAlias.objects.get()
    assert (alias.spelling, alias.plate, alias.said_by) == ("BR01", plate, "ann")
    assert NamedPlate.objects.get().matched_by == MatchedBy.PREFIX.value
    undo_rows(plate_map=made)
    assert not PlateAlias.objects.exists()
    assert not NamedPlate.objects.exists()


def test_twins_that_a_person_names_both_get_the_row() -> None:
    twins = [plate_of(loaded(f"/{n}", plate_snapshot("P", "A/1"))) for n in "ab"]
    _, told = applied(row_of(2, "P", "A1", Compound="x"))
    assert told.verdicts == {RowVerdict.AMBIGUOUS_PLATE: 1}
    said = mapping_of(plates={"P": tuple(str(twin.id) for twin in twins)})
    applied(row_of(2, "P", "A1", Compound="x"), said=said)
    assert AnnotationRow.objects.count() == 2


def test_images_are_found_by_name_or_path() -> None:
    store = loaded("/images", image_snapshot("a", "sub/b"))
    _, told = applied(
        row_of(2, "", "sub/b", Compound="x"), row_of(3, "", "nowhere", Compound="x"), images=True
    )
    assert told.verdicts == {RowVerdict.MATCHED: 1, RowVerdict.NO_SUCH_IMAGE: 1}
    row = AnnotationRow.objects.get()
    assert (row.carrier_id, row.position) == (store.carrier_id, 1)


def test_the_same_files_are_applied_once_and_an_undone_import_not_again() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    made, _ = applied(row_of(2, "P", "A1", Compound="x"))
    twin = PlateMap.objects.create(scope=1, digest=made.digest)
    with pytest.raises(AlreadyApplied, match=str(made.id)):
        apply_rows(plate_map=twin, mapping=mapping_of(), rows=[], keys=KEYS)
    undo_rows(plate_map=made)
    with pytest.raises(NotInState):
        undo_rows(plate_map=made)
    with pytest.raises(NotInState):
        apply_rows(plate_map=made, mapping=mapping_of(), rows=[], keys=KEYS)


def test_an_import_that_is_stopped_leaves_nothing() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    made = uploaded()
    rows = [row_of(2, "P", "A1", Compound=f"x{number}") for number in range(1_000)]
    seen: list[int] = []
    with pytest.raises(ImportStopped):
        apply_rows(
            plate_map=made,
            mapping=mapping_of(),
            rows=rows,
            keys=KEYS,
            progress=seen.append,
            stop=lambda: bool(seen),
        )
    made.refresh_from_db()
    assert (made.state, seen) == (PlateMapState.UPLOADED.value, [1_000])
    for rows_of in (AnnotationRow, Term, Key, Layer, NamedPlate):
        assert not rows_of._default_manager.exists()


def test_no_column_takes_the_place_of_a_known_key_by_its_case() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    told = mapping_of()
    columns = [
        replace(column, becomes="COMPOUND") if column.becomes == "compound" else column
        for column in told.columns
    ]
    applied(row_of(2, "P", "A1", Compound="x"), said=replace(told, columns=tuple(columns)))
    key = Key.objects.get(folded="compound")
    assert (key.name, key.family) == ("compound", Family.TREATMENT.value)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_both_end() -> None:
    for name in ("P", "Q"):
        loaded(f"/{name}", plate_snapshot(name, "A/1", "A/2"))
    failed: list[BaseException] = []

    def run(order: str) -> None:
        rows = [
            row_of(2, name, label, Compound=f"{label}{number}")
            for number in range(30)
            for name in order
            for label in ("A1", "A2")
        ]
        try:
            applied(*rows)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(order,)) for order in ("PQ", "QP", "PQ")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert set(PlateMap.objects.values_list("turn", flat=True)) == {1, 2, 3}
    assert not differing_carriers()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE plates_annotationrow CASCADE")
