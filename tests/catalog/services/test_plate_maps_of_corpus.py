"""Every table of the corpus that speaks of wells, from upload to wells and back.

Plates of those names are built first. What has to come out is counted by plain csv and openpyxl.
"""

from collections import Counter, defaultdict

import openpyxl
import pytest

from catalog.models import Dataset
from plates.models import (
    AnnotationRow,
    CarrierTerm,
    Layer,
    NamedPlate,
    Plate,
    PlateMap,
    Readout,
)
from plates.platemaps.formats import Format
from plates.platemaps.verdicts import PLACED
from plates.states import PlateMapState
from tests.catalog.services.corpus_plates import (
    Spots,
    build_plates,
    files_of,
    label,
    rows_by_spot,
    said_of,
    spots_annotated,
)
from tests.catalog.services.mapped import applied, checked, sent, undone
from tests.plates.platemaps.corpus_sets import (
    ABSENT,
    BARCODES,
    CORPUS,
    CPJUMP1,
    JUMP_PRODUCTION,
    ORF_MAP,
    PRODUCTION,
    REASON,
    ImportSet,
    import_sets,
    jump_datasets,
    plain_rows,
)

# Work that takes longer than a heartbeat has to be seen by the heartbeat.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.skipif(ABSENT, reason=REASON)]

FOLDERS = ("annotations", "platemaps")
NO_TABLE = {
    "platemaps/JUMP-Target/SOURCE.txt": "says where the files beside it come from",
    "platemaps/MIHCSME/SOURCE.txt": "says where the files beside it come from",
    "platemaps/jump-datasets/SOURCE.txt": "says where the files beside it come from",
    "platemaps/jump-production/SOURCE.txt": "says where the files beside it come from",
    "platemaps/jump-datasets/README.md": "explains the tables beside it to people",
}
"""Files of those folders that no set names, and why."""
BARE = [
    case for case in import_sets() if case.name.endswith(" plates") or case.name == "barcodes alone"
]
"""Lists of plates without their maps: nothing in them is about wells."""
IDR = [case for case in import_sets() if case.name.startswith("idr") and "plates" not in case.name]


def assert_gone_again(plate_map: PlateMap) -> None:
    """Undoing takes away all that was said, and all that the index had of it."""
    assert undone(plate_map).state == PlateMapState.UNDONE.value
    for model in (AnnotationRow, NamedPlate, Layer, CarrierTerm, Readout):
        assert not model._default_manager.exists()


@pytest.mark.parametrize("case", IDR, ids=lambda case: case.name)
def test_a_table_of_the_idr_comes_to_its_wells_and_goes_again(
    case: ImportSet, open_dataset: Dataset
) -> None:
    (table,) = [file for file in case.files if file.endswith((f"{next(iter(case.meant))}",))]
    rows = plain_rows(table)
    counted = rows_by_spot(rows, "Plate", "Well")
    build_plates(open_dataset, counted)
    plate_map = applied(open_dataset, *files_of(case))
    assert plate_map.format == case.format.value
    verdicts = plate_map.report["verdicts"]
    assert sum(verdicts.values()) == plate_map.row_count == len(rows)
    assert set(verdicts) <= {*PLACED, "empty"}
    said = AnnotationRow.objects.filter(plate_map=plate_map)
    assert said.count() == plate_map.placed_count == len(rows) - verdicts.get("empty", 0)
    told = {
        (row["Plate"], label(row["Well"]))
        for row in rows
        if any(cell.strip() for name, cell in row.items() if not name.startswith(("Plate", "Well")))
    }
    assert spots_annotated(plate_map) == told
    assert_gone_again(plate_map)


def map_rows(name: str) -> list[dict[str, str]]:
    return plain_rows(f"platemaps/JUMP-Target/{name}.tsv")


def expected_of(barcodes: str) -> dict[str, Spots]:
    """The wells of each barcode whose map is in the corpus, by joining plainly."""
    found: dict[str, Spots] = {}
    for row in plain_rows(barcodes):
        plate, name = row["Assay_Plate_Barcode"], row["Plate_Map_Name"]
        if (CORPUS / f"platemaps/JUMP-Target/{name}.tsv").is_file():
            found[plate] = {(plate, label(well["well_position"])) for well in map_rows(name)}
    return found


def test_barcodes_maps_and_reagents_come_to_the_wells_of_51_plates(open_dataset: Dataset) -> None:
    expected = expected_of(BARCODES)
    assert len(expected) == 51
    spots = {spot for wells in expected.values() for spot in wells}
    build_plates(open_dataset, spots)
    plate_map = applied(open_dataset, *files_of(CPJUMP1))
    assert plate_map.report["verdicts"]["matched"] == len(spots) == 51 * 384
    assert spots_annotated(plate_map) == spots
    assert_gone_again(plate_map)


def test_a_plate_whose_map_is_not_there_is_told_and_the_others_are_annotated(
    open_dataset: Dataset,
) -> None:
    expected = expected_of(PRODUCTION)
    assert len(expected) == 26
    spots = {spot for wells in expected.values() for spot in wells}
    build_plates(open_dataset, spots)
    plate_map = applied(open_dataset, *files_of(JUMP_PRODUCTION))
    assert spots_annotated(plate_map) == spots
    assert plate_map.report["verdicts"]["no_map"] == 277 - 26
    assert_gone_again(plate_map)


def test_a_map_alone_is_about_the_plate_that_is_named_for_it(open_dataset: Dataset) -> None:
    wells = {("BR1", label(row["well_position"])) for row in plain_rows(ORF_MAP)}
    build_plates(open_dataset, wells)
    plate_map = applied(open_dataset, sent((CORPUS / ORF_MAP).read_bytes(), "map.tsv"), plate="BR1")
    empty = sum(not row["broad_sample"] for row in plain_rows(ORF_MAP))
    assert plate_map.report["verdicts"] == {"matched": 384 - empty, "empty": empty}
    assert len(spots_annotated(plate_map)) == 384 - empty
    assert_gone_again(plate_map)


def test_a_workbook_comes_to_the_wells_of_its_plate(open_dataset: Dataset) -> None:
    path = CORPUS / "platemaps/MIHCSME/MIHCSME Template_example.xlsx"
    sheet = openpyxl.load_workbook(path, data_only=True)["AssayConditions"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "Plate 1"]
    spots = {("Plate 1", label(str(row[1]))) for row in rows}
    assert len(rows) == 72
    build_plates(open_dataset, spots)
    plate_map = applied(open_dataset, sent(path.read_bytes(), path.name))
    assert (plate_map.row_count, plate_map.placed_count) == (72, 72)
    assert spots_annotated(plate_map) == spots
    assert_gone_again(plate_map)


def test_rows_of_plates_that_are_not_there_say_so(open_dataset: Dataset) -> None:
    case = next(case for case in IDR if case.name == "idr0020")
    build_plates(open_dataset, [("some other plate", "A01")])
    plate_map = checked(open_dataset, *files_of(case))
    assert plate_map.report["verdicts"] == {"no_such_plate": 1536}


def plates_listed(case: ImportSet) -> list[str]:
    """The first cell of each row, read without our parser; only barcodes have a header."""
    (file,) = case.files
    rows = (CORPUS / file).read_text().splitlines()
    if file == BARCODES:
        return [row.split(",")[0] for row in rows[1:]]
    return [row.split("\t")[0] for row in rows]


@pytest.mark.parametrize("case", BARE, ids=lambda case: case.name)
def test_a_list_of_plates_alone_finds_them_and_says_nothing_of_their_wells(
    case: ImportSet, open_dataset: Dataset
) -> None:
    names = plates_listed(case)
    build_plates(open_dataset, [(name, "A01") for name in names])
    plate_map = applied(open_dataset, *files_of(case))
    report = plate_map.report
    assert plate_map.format == case.format.value
    assert plate_map.row_count == len(names)
    assert (report["verdicts"], report["placed"]) == ({"no_map": len(names)}, 0)
    assert report["plates_found"] == report["plates_named"] == len(names)
    assert {problem["message"] for problem in report["problems"]} == {
        "The row names a plate and no well: add its plate map, or say which column names wells."
    }
    assert not AnnotationRow.objects.exists()
    assert_gone_again(plate_map)


def test_a_workbook_that_nobody_filled_in_says_which_sheet_has_no_rows(
    open_dataset: Dataset,
) -> None:
    case = next(case for case in import_sets() if case.name == "MIHCSME empty")
    build_plates(open_dataset, [("Plate 1", "A01")])
    plate_map = applied(open_dataset, *files_of(case))
    assert plate_map.format == Format.MIHCSME.value
    assert (plate_map.row_count, plate_map.placed_count) == (0, 0)
    assert plate_map.report["verdicts"] == {}
    assert plate_map.report["study"] == {}
    (told,) = plate_map.report["remarks"]
    assert told.startswith(
        "There are no rows below the header of LEI-MIHCSME.xlsx:AssayConditions. Fill them in"
    )
    assert_gone_again(plate_map)


def test_relational_tables_come_to_their_wells_with_the_facts_that_a_plain_join_finds(
    open_dataset: Dataset,
) -> None:
    case = jump_datasets()
    (wells,) = case.extra
    rows = [dict(zip(wells.columns, cells, strict=True)) for cells in wells.cells]
    spots = {(row["Metadata_Plate"], row["Metadata_Well"]) for row in rows}
    build_plates(open_dataset, spots)
    plate_map = applied(open_dataset, *files_of(case))
    assert plate_map.format == case.format.value
    assert plate_map.row_count == plate_map.placed_count == len(rows) == len(spots)
    assert spots_annotated(plate_map) == spots
    folder = "platemaps/jump-datasets"
    genes: dict[str, set[str]] = defaultdict(set)
    for table in ("orf", "crispr"):
        for fact in plain_rows(f"{folder}/{table}.csv.gz"):
            genes[fact["Metadata_JCP2022"]].add(fact["Metadata_Symbol"])
    sources: dict[str, set[str]] = defaultdict(set)
    for fact in plain_rows(f"{folder}/compound_source.csv.gz"):
        sources[fact["Metadata_JCP2022"]].add(fact["Metadata_Compound_Source"])
    controls = {
        row["Metadata_JCP2022"]: row for row in plain_rows(f"{folder}/perturbation_control.csv")
    }
    (batch,) = {
        row["Metadata_Batch"]
        for row in plain_rows(f"{folder}/plate.csv.gz")
        if row["Metadata_Plate"] == rows[0]["Metadata_Plate"]
    }
    told = said_of(Plate.objects.get())
    for row in rows:
        name, said = row["Metadata_JCP2022"], told[row["Metadata_Well"]]
        assert said["jcp2022"] == [name]
        assert said["batch"] == [batch]
        assert set(said.get("gene", ())) == genes[name] - {""}
        assert set(said["source"]) == {
            row["Metadata_Source"],
            *(sources[name] if len(sources[name]) == 1 else ()),
        }
        if name in controls:
            assert controls[name]["Metadata_Name"] in said["Name"]
            assert said["modality"] == [controls[name]["Metadata_modality"]]
    unclear = sum(len(sources[row["Metadata_JCP2022"]]) > 1 for row in rows)
    assert Counter(plate_map.report["verdicts"]) == {
        "matched": len(rows) - unclear,
        "unreadable_value": unclear,
    }
    assert_gone_again(plate_map)


def test_no_file_of_the_corpus_was_passed_over() -> None:
    there = {
        str(path.relative_to(CORPUS))
        for folder in FOLDERS
        for path in (CORPUS / folder).rglob("*")
        if path.is_file()
    }
    named = {file for case in import_sets() for file in case.files}
    assert named.isdisjoint(NO_TABLE)
    assert there == named | NO_TABLE.keys()
    # Each set is worked on by one of the tests above.
    worked_on = {case.name for case in (*IDR, *BARE, CPJUMP1, JUMP_PRODUCTION, jump_datasets())}
    worked_on |= {"map alone", "MIHCSME empty", "MIHCSME filled"}
    assert worked_on == {case.name for case in import_sets()}
