"""`manage.py platemap`: its JSON, its exit codes, and lines that a person can act on."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.models import Dataset, Job
from plates.models import AnnotationRow, NamedPlate, PlateMap
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT

pytestmark = pytest.mark.django_db

MESSY = LAYOUT + "small,Z99,x,1,\nsmal,A1,x,1,\n"


@pytest.fixture(autouse=True)
def plate(plate_folder: Path, open_dataset: Dataset) -> None:
    """The plate that the layout is about."""
    factories.harvested(str(plate_folder), into=open_dataset)


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return written(tmp_path, LAYOUT)


def written(folder: Path, text: str, name: str = "layout.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def ran(*arguments: object, **options: object) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = StringIO()
    try:
        call_command("platemap", *map(str, arguments), stdout=out, **options)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def told(*arguments: object, **options: object) -> tuple[int, dict[str, Any]]:
    code, printed = ran(*arguments, "--format", "json", **options)
    return code, json.loads(printed)


def test_the_json_has_the_shape_of_the_contract(layout: Path) -> None:
    code, outcome = told(layout, "--dataset", "open")
    assert code == 0
    assert outcome["import"] == str(PlateMap.objects.get().id)
    numbers = {name: outcome[name] for name in ("rows", "plates", "wells", "terms")}
    assert numbers == {"rows": 3, "plates": 1, "wells": 3, "terms": 6}
    assert (outcome["format"], outcome["applied"]) == ("table", True)
    assert outcome["verdicts"] == {"matched": 3}
    assert {"name", "becomes", "kind", "unit"} <= set(outcome["columns"][0])
    dose = outcome["columns"][3]
    assert (dose["becomes"], dose["kind"], dose["unit"]) == ("concentration", "quantity", "mol/L")
    assert outcome["problems"] == []
    assert AnnotationRow.objects.count() == 3


def test_it_works_in_this_process_and_asks_for_no_job(layout: Path) -> None:
    before = Job.objects.count()
    ran(layout, "--dataset", "open")
    assert Job.objects.count() == before


def test_a_dry_run_applies_nothing_and_an_import_may_follow(layout: Path) -> None:
    code, outcome = told(layout, "--dataset", "open", "--dry-run")
    assert (code, outcome["applied"], outcome["state"]) == (0, False, "checked")
    assert not AnnotationRow.objects.exists()
    _, again = told(layout, "--dataset", "open")
    assert (again["import"], again["applied"]) == (outcome["import"], True)
    _, third = told(layout, "--dataset", "open")
    assert third["import"] == outcome["import"]
    assert AnnotationRow.objects.count() == 3


def test_rows_that_are_not_matched_are_told_with_row_and_column_and_what_to_do(
    tmp_path: Path,
) -> None:
    messy = written(tmp_path, MESSY)
    code, printed = ran(messy, "--dataset", "open", "--dry-run")
    assert code == 1
    assert "row 5: no_such_well." in printed
    assert "Did you mean 'small'?" in printed
    assert "Plates that are not here, or not clear (1)" in printed
    assert "the plate is not here; waits for it" in printed
    assert printed.count("Did you mean") == 1
    assert "Nothing was applied" in printed
    code, outcome = told(messy, "--dataset", "open")
    assert code == 1
    assert [problem["row"] for problem in outcome["problems"]] == [5, 6]
    assert {"row", "column", "verdict", "message"} <= set(outcome["problems"][0])
    assert outcome["applied"] is True


def test_problems_of_every_verdict_are_shown_however_many_there_are_of_one(tmp_path: Path) -> None:
    wells = "".join(f"small,Z{number % 90 + 1},x{number},1\n" for number in range(300))
    many = written(tmp_path, "Plate,Well,Drug,Dose (uM)\n" + wells + "small,A1,x,much\n")
    _, printed = ran(many, "--dataset", "open", "--dry-run")
    assert "row 302, Dose (uM): unreadable_value. 'much'" in printed
    assert printed.count("no_such_well. ") == 10


def test_a_line_of_totals_names_no_plate_to_wait_for(tmp_path: Path) -> None:
    summed = written(tmp_path, "Plate,Well,Drug,Cells\nsmall,A1,x,7\nTotal,,,7\n")
    _, outcome = told(summed, "--dataset", "open", "--dry-run")
    assert outcome["verdicts"] == {"matched": 1, "unreadable_well": 1}
    assert [one["spelling"] for one in outcome["plates_named"]] == ["small"]
    assert outcome["problems"][0]["message"].startswith("The row names no well.")
    ran(summed, "--dataset", "open")
    assert not NamedPlate.objects.filter(plate=None).exists()


def test_of_several_files_a_row_is_told_with_its_own_file(tmp_path: Path) -> None:
    first = written(tmp_path, "Plate,Well,Drug\nsmall,A1,x\n", "one.csv")
    second = written(tmp_path, "Plate,Well,Drug\nsmall,A2,y\nsmall,Z9,z\n", "two.csv")
    _, printed = ran(first, second, "--dataset", "open", "--dry-run")
    assert "  two.csv row 3: no_such_well." in printed


def test_a_well_is_told_with_the_row_of_the_map_that_names_it(tmp_path: Path) -> None:
    barcodes = written(tmp_path, "Barcode,Plate_Map_Name\nsmall,layout\n", "barcodes.csv")
    layout = written(tmp_path, "well_position,Drug\nA01,x\nA02,y\nZ09,z\n", "layout.txt")
    code, outcome = told(barcodes, layout, "--dataset", "open", "--dry-run")
    assert code == 1
    assert [(one["table"], one["row"]) for one in outcome["problems"]] == [(1, 4)]


def test_a_ragged_row_is_told_with_its_cells_and_what_to_do(tmp_path: Path) -> None:
    ragged = written(tmp_path, "Plate,Well,Drug,Dose\nsmall,A1,x,1,5 uM\nsmall,A2,x\n")
    _, printed = ran(ragged, "--dataset", "open", "--dry-run")
    assert "row 2: ragged. The row has 5 cells, the header 4: a cell that holds" in printed
    assert "row 3: ragged. The row has 3 cells, the header 4: write the empty" in printed


def test_a_plate_that_is_not_spelt_as_it_is_called_is_told(tmp_path: Path) -> None:
    other = written(tmp_path, "Plate,Well,Drug\nSMALL,A1,x\nsmall,A2,x\n")
    code, printed = ran(other, "--dataset", "open", "--dry-run")
    assert code == 0
    assert "SMALL is taken for small (case)" in printed
    assert "small is taken" not in printed


def test_images_are_not_counted_as_wells(tmp_path: Path, open_dataset: Dataset) -> None:
    stored = stores.image(tmp_path / "tissue.zarr", name="tissue")
    factories.harvested(str(stored), into=open_dataset)
    images = written(tmp_path, "Image Name,Organism\ntissue,Homo sapiens\n", "images.csv")
    _, printed = ran(images, "--dataset", "open", "--dry-run")
    assert "1 row, 0 plates, 1 image, 1 different value" in printed


def test_columns_are_told_file_by_file_and_unused_files_in_one_line(tmp_path: Path) -> None:
    layout = written(tmp_path, "Plate,Well,Drug 2\nsmall,A1,x\n")
    orders = written(tmp_path, "Order,Price,Person\n1,20,Me\n2,30,You\n", "orders.csv")
    _, printed = ran(layout, orders, "--dataset", "open", "--dry-run")
    assert "  layout.csv\n  Plate " in printed
    assert "term compound 2\n" in printed
    assert "  orders.csv\n  3 columns ignored\n" in printed


def test_what_was_passed_over_or_decided_by_a_file_name_is_told(tmp_path: Path) -> None:
    titled = written(tmp_path, "Exported today,,\nWell,Drug,Dose\nA1,x,1 uM\n", "small.csv")
    _, printed = ran(titled, "--dataset", "open", "--dry-run")
    assert "What stands above the header was passed over: row 1." in printed
    assert 'it is taken from the file\'s name, "small"' in printed


def test_files_about_other_plates_raise_the_question_of_the_dataset(tmp_path: Path) -> None:
    strange = written(tmp_path, "Plate,Well,Drug\nLIB-1,A1,x\nLIB-2,A1,x\n")
    code, outcome = told(strange, "--dataset", "open", "--dry-run")
    assert code == 1
    assert outcome["remarks"] == [
        "None of its 2 plates is in this dataset. Is it about another one?"
    ]


def test_an_edited_mapping_is_taken_from_a_file(layout: Path, tmp_path: Path) -> None:
    _, outcome = told(layout, "--dataset", "open", "--dry-run")
    outcome["mapping"]["tables"][0]["columns"][2]["becomes"] = "substance"
    edited = written(tmp_path, json.dumps(outcome), "dry-run.json")
    _, after = told(layout, "--dataset", "open", "--mapping", edited)
    assert after["columns"][2]["becomes"] == "substance"
    assert after["applied"] is True


def test_a_new_file_may_come_with_its_mapping(layout: Path, tmp_path: Path) -> None:
    _, outcome = told(layout, "--dataset", "open", "--dry-run")
    PlateMap.objects.all().delete()
    alone = written(tmp_path, json.dumps(outcome["mapping"]), "mapping.json")
    code, after = told(layout, "--dataset", "open", "--mapping", alone)
    assert (code, after["applied"]) == (0, True)


def test_undo_takes_an_import_back(layout: Path) -> None:
    _, outcome = told(layout, "--dataset", "open")
    code, printed = ran("--undo", outcome["import"])
    assert code == 0
    assert "is undone" in printed
    assert not AnnotationRow.objects.exists()
    _, undone = told("--undo", outcome["import"][:30])
    assert (undone["state"], undone["applied"]) == ("undone", False)


def test_a_table_without_plates_is_about_the_plate_that_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "Well,Drug\nA1,x\n", "whatever.csv")
    code, outcome = told(file, "--dataset", "open", "--plate", "small")
    assert (code, outcome["verdicts"]) == (0, {"matched": 1})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["layout.csv", "--dataset", "nowhere"], "There is no dataset 'nowhere'.*open"),
        (["layout.csv"], "Say whose plates"),
        (["missing.csv", "--dataset", "open"], "missing.csv cannot be read"),
        (["--dataset", "open"], "at least one file"),
        (["--undo", "0123"], "no import"),
        (["bad.csv", "--dataset", "open"], "wells"),
        (["layout.csv", "--dataset", "open", "--mapping", "bad.csv"], "no JSON"),
        (["layout.csv", "--dataset", "open", "--mapping", "list.json"], "JSON object"),
    ],
)
def test_what_is_refused_ends_in_a_sentence_with_exit_code_2(
    tmp_path: Path, layout: Path, arguments: list[str], sentence: str
) -> None:
    written(tmp_path, "nothing,of,use\n1,2,3\n", "bad.csv")
    written(tmp_path, "[]", "list.json")
    here = [str(tmp_path / word) if "." in word else word for word in arguments]
    with pytest.raises(CommandError, match=sentence) as refused:
        ran(*here)
    assert refused.value.returncode == 2
    assert not AnnotationRow.objects.exists()
