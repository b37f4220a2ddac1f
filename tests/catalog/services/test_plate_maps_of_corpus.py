"""Every table of the corpus that speaks of wells, from upload to wells and back.

Plates of those names are built first. What has to come out is counted by plain csv and openpyxl.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest

from catalog.models import Dataset
from plates.addresses import WellAddress
from plates.models import AnnotationRow, PlateMap, Well
from plates.platemaps.verdicts import PLACED
from plates.services.load import load_snapshot
from plates.services.plate_map_files import SentFile
from plates.services.stores import store_at
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
    plain_rows,
)
from tests.plates.services.annotating import plate_snapshot

# Work that takes longer than a heartbeat has to be seen by the heartbeat.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.skipif(ABSENT, reason=REASON)]

Spots = set[tuple[str, str]]
"""Wells by the names of their plates and their labels."""
SPELLING = re.compile(r"([A-Z]+)0*([0-9]+)", re.ASCII)
IDR = [case for case in import_sets() if case.name.startswith("idr") and "plates" not in case.name]


def label(text: str) -> str:
    """A well in one spelling, without our parser."""
    match = SPELLING.fullmatch(text.strip().upper())
    assert match is not None, text
    return f"{match[1]}{int(match[2]):02}"


def files_of(case: ImportSet) -> list[SentFile]:
    return [sent((CORPUS / file).read_bytes(), Path(file).name) for file in case.files]


def build_plates(dataset: Dataset, spots: Iterable[tuple[str, str]]) -> None:
    """A store for each plate, which shows the wells that the table speaks of."""
    wells: dict[str, list[WellAddress]] = defaultdict(list)
    for plate, well in spots:
        wells[plate].append(WellAddress.parse(well))
    for plate, addresses in wells.items():
        paths = [f"{address.label[0]}/{address.column + 1}" for address in sorted(set(addresses))]
        store, _ = store_at(f"s3://corpus/{plate}.ome.zarr", scope=dataset.serial)
        load_snapshot(store, plate_snapshot(plate, *paths), layouts={})


def spots_annotated(plate_map: PlateMap) -> Spots:
    """Where an import says anything."""
    told = AnnotationRow.objects.filter(plate_map=plate_map).values_list("carrier", "position")
    known = {
        (carrier, position): (name, label)
        for carrier, position, name, label in Well.objects.values_list(
            "plate__carrier", "position", "plate__name", "label"
        )
    }
    return {known[spot] for spot in told}


def rows_by_spot(
    rows: Iterable[Mapping[str, str]], plate: str, well: str
) -> dict[tuple[str, str], int]:
    """How many different rows speak of each well."""
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        seen[row[plate], label(row[well])].add(tuple(row.values()))
    return {spot: len(different) for spot, different in seen.items()}


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
    undone(plate_map)
    assert not AnnotationRow.objects.exists()


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


def test_a_map_alone_is_about_the_plate_that_is_named_for_it(open_dataset: Dataset) -> None:
    wells = {("BR1", label(row["well_position"])) for row in plain_rows(ORF_MAP)}
    build_plates(open_dataset, wells)
    plate_map = applied(open_dataset, sent((CORPUS / ORF_MAP).read_bytes(), "map.tsv"), plate="BR1")
    empty = sum(not row["broad_sample"] for row in plain_rows(ORF_MAP))
    assert plate_map.report["verdicts"] == {"matched": 384 - empty, "empty": empty}
    assert len(spots_annotated(plate_map)) == 384 - empty


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


def test_rows_of_plates_that_are_not_there_say_so(open_dataset: Dataset) -> None:
    case = next(case for case in IDR if case.name == "idr0020")
    build_plates(open_dataset, [("some other plate", "A01")])
    plate_map = checked(open_dataset, *files_of(case))
    assert plate_map.report["verdicts"] == {"no_such_plate": 1536}
