"""The dry run: counts, columns, plates, conflicts and every row that was not simply matched."""

import gzip
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.db import connection

from plates.models import AnnotationRow, Key, PlateMapRowReport, Term
from plates.platemaps.errors import NotInState
from plates.platemaps.long_rows import CellProblem, LongRow
from plates.platemaps.mappings import Place
from plates.platemaps.verdicts import RowVerdict
from plates.services.check_plate_map import check_rows
from plates.services.merging import remove_store
from plates.services.row_reports import MOST_PROBLEMS
from plates.states import PlateMapState
from tests.plates.services.annotating import (
    KEYS,
    applied,
    loaded,
    mapping_of,
    plate_snapshot,
    row_of,
    uploaded,
)

pytestmark = pytest.mark.django_db


def checked(*rows: LongRow) -> dict[str, Any]:
    made = uploaded()
    report = check_rows(plate_map=made, mapping=mapping_of(), rows=rows, keys=KEYS)
    assert (made.state, made.report) == (PlateMapState.CHECKED.value, report)
    return report


def test_a_dry_run_counts_rows_and_wells_of_each_plate_and_changes_none() -> None:
    loaded("/p", plate_snapshot("P", "A/1", "A/2"))
    report = checked(
        row_of(2, "P", "A1", Compound="x"),
        row_of(3, "P", "A01", Compound="x"),
        row_of(4, "P", "B2", Compound="y"),
        row_of(5, "P", "H12", Compound="z"),
        row_of(6, "Q", "A1", Compound="z"),
    )
    assert report["verdicts"] == {
        "matched": 2,
        "duplicate": 1,
        "no_such_well": 1,
        "no_such_plate": 1,
    }
    first, second = report["plates"]
    counts = ("rows", "rows_with_well", "rows_without_well")
    assert [first[name] for name in counts] == [4, 3, 1]
    assert (first["wells_without_row"], first["annotated_not_imaged"]) == (1, 1)
    assert (second["spelling"], second["plates"]) == ("Q", [])
    assert not AnnotationRow.objects.exists()
    assert not Term.objects.exists()
    assert not Key.objects.exists()


def test_every_row_that_was_not_matched_is_reported_and_the_first_are_shown() -> None:
    rows = [row_of(number, "Q\0", "A1", Compound="x") for number in range(MOST_PROBLEMS + 10)]
    report = checked(*rows)
    assert len(report["problems"]) == MOST_PROBLEMS
    lines = gzip.decompress(bytes(PlateMapRowReport.objects.get().content)).splitlines()
    assert len(lines) == report["problems_total"] == MOST_PROBLEMS + 10
    assert msgspec.json.decode(lines[-1])["row"] == MOST_PROBLEMS + 9


def test_a_cell_that_cannot_be_read_is_a_problem_of_its_column() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    good = row_of(2, "P", "A1", Compound="x")
    problem = CellProblem(Place(0, 5), "'much' is no number.")
    report = checked(
        LongRow(
            good.rows,
            good.plate,
            good.subject,
            good.values,
            problems=(problem,),
            verdict=RowVerdict.UNREADABLE_VALUE,
        )
    )
    (told,) = report["problems"]
    assert (told["column"], told["message"]) == ("Dose", "'much' is no number.")
    assert report["columns"][5]["problems"] == 1
    assert report["placed"] == 1


def test_columns_tell_what_they_become_and_what_is_in_them() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    report = checked(
        row_of(2, "P", "A1", Compound="x", Dose="1", Score="0.5"),
        row_of(3, "P", "A2", Compound="x", Dose="3", Score="n/a"),
        row_of(4, "P", "A3", Compound="y", Score="-2"),
    )
    columns = {column["name"]: column for column in report["columns"]}
    compound, dose, score = columns["Compound"], columns["Dose"], columns["Score"]
    assert (compound["distinct"], compound["examples"]) == (2, ["x", "y"])
    assert (dose["filled"], dose["lowest"], dose["highest"]) == (2, 1e-6, 3e-6)
    assert dose["unit"] == "mol/L"
    assert (score["lowest"], score["highest"], score["distinct"]) == (-2, 0.5, 3)


def test_a_conflict_is_another_value_of_a_key_that_an_applied_import_said() -> None:
    loaded("/p", plate_snapshot("P", "A/1"))
    applied(row_of(2, "P", "A1", Compound="x", Cell_Line="HeLa"))
    report = checked(
        row_of(2, "P", "A1", Compound="y", Cell_Line="HeLa"), row_of(3, "P", "A2", Compound="z")
    )
    (conflict,) = report["conflicts"]["keys"]
    assert (conflict["key"], conflict["rows"]) == ("compound", 1)
    (example,) = conflict["examples"]
    assert (example["was"], example["becomes"]) == (["x"], "y")


def test_an_applied_import_is_not_tried_out_again() -> None:
    made, _ = applied()
    with pytest.raises(NotInState):
        check_rows(plate_map=made, mapping=mapping_of(), rows=(), keys=KEYS)


def test_a_plate_that_goes_during_a_dry_run_shows_no_wells_any_more() -> None:
    store = loaded("/p", plate_snapshot("P", "A/1"))

    def rows() -> Iterator[LongRow]:
        yield row_of(2, "P", "A1", Compound="x")
        with connection.cursor() as cursor:
            remove_store(cursor, store)

    report = check_rows(plate_map=uploaded(), mapping=mapping_of(), rows=rows(), keys=KEYS)
    assert report["verdicts"] == {"matched": 1}
