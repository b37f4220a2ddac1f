"""The joins that the corpus is known for: real stores and catalogues with the tables about them.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog.models import Dataset
from plates.models import AnnotationRow, Plate, Store, Well
from plates.services.load import load_snapshot
from plates.services.stores import store_at
from tests import factories
from tests.catalog.services.corpus_plates import files_of, label, said_of
from tests.catalog.services.mapped import applied, checked
from tests.plates.platemaps.corpus_sets import (
    ABSENT,
    COMPOUND_FACTS,
    COMPOUND_MAP,
    CORPUS,
    CPJUMP1,
    REASON,
    import_sets,
    plain_rows,
)
from tests.plates.services.annotating import plate_snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.skipif(ABSENT, reason=REASON)]

BARCODE = "BR00117012"
WELLS = {"A01", "A02", "B01", "B02"}


def generated(start: str) -> list[Path]:
    return sorted((CORPUS / "generated").glob(f"{start}*.zarr"))


@pytest.mark.parametrize(
    "folder", [*generated("ome-zarr-py"), *generated("ngio")], ids=lambda path: path.name
)
def test_a_plate_of_a_barcode_has_in_its_four_wells_what_three_files_say(
    folder: Path, open_dataset: Dataset
) -> None:
    factories.harvested(str(folder), into=open_dataset)
    plate = Plate.objects.get()
    assert plate.name == BARCODE
    assert set(plate.wells.values_list("label", flat=True)) == WELLS
    plate_map = applied(open_dataset, *files_of(CPJUMP1))
    # Four wells are of a plate of six: two more are annotated, and not imaged.
    assert plate_map.report["verdicts"] == {
        "matched": 6,
        "no_such_well": 378,
        "no_such_plate": 50 * 384,
    }
    (told,) = [one for one in plate_map.report["plates"] if one["plates"]]
    assert (told["wells_without_row"], told["annotated_not_imaged"]) == (0, 2)
    said = said_of(plate)
    assert said.keys() == WELLS
    facts = {row["broad_sample"]: row for row in plain_rows(COMPOUND_FACTS)}
    for row in plain_rows(COMPOUND_MAP):
        if (well := label(row["well_position"])) in WELLS:
            name = row["broad_sample"]
            assert said[well].get("reagent", [""]) == [name]
            assert said[well].get("compound", [""]) == [facts[name]["pert_iname"] if name else ""]
    assert said["A01"]["compound"] == ["gabapentin-enacarbil"]
    assert said["A02"] == {"plate_map": ["JUMP-Target-1_compound_platemap"], "solvent": ["DMSO"]}
    assert said["B01"]["compound"] == ["H2L-5765834"]
    assert said["B02"]["compound"] == ["thiostrepton"]


@pytest.mark.parametrize("folder", generated("iohub"), ids=lambda path: path.name)
def test_a_plate_without_its_barcode_joins_nothing_until_a_person_says_so(
    folder: Path, open_dataset: Dataset
) -> None:
    factories.harvested(str(folder), into=open_dataset)
    plate_map = checked(open_dataset, *files_of(CPJUMP1))
    assert plate_map.report["verdicts"] == {"no_such_plate": 51 * 384}
    assert plate_map.report["plates_found"] == 0


def catalogue(study: str) -> dict[str, dict[str, str]]:
    """The stores that a catalogue lists, by their names without the ending."""
    path = CORPUS / f"catalogues/ome2024-ngff-challenge/{study}_samples.csv"
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = {row["url"].rpartition("/")[2].removesuffix(".ome.zarr"): row for row in rows}
    assert len(found) == len(rows)
    return found


def list_store(dataset: Dataset, row: dict[str, str], *wells: str) -> None:
    """A store where a catalogue says, whose plate has no name but that of the store."""
    store, _ = store_at(row["url"], scope=dataset.serial)
    paths = [f"{well[0]}/{int(well[1:])}" for well in wells]
    seen = replace(plate_snapshot("", *paths), name=store.name)
    load_snapshot(store, seen, layouts={})


def test_55_stores_of_a_catalogue_have_60_annotated_wells_each(open_dataset: Dataset) -> None:
    stores = catalogue("idr0035")
    case = next(case for case in import_sets() if case.name == "idr0035")
    (table,) = [file for file in case.files if file.endswith("-annotation.csv")]
    rows = plain_rows(table)
    assert {row["Plate"] for row in rows} == stores.keys()
    for name, listed in stores.items():
        wells = [label(row["Well"]) for row in rows if row["Plate"] == name]
        assert len(wells) == int(listed["wells"]) == int(listed["images"]) / 4 == 60
        list_store(open_dataset, listed, *wells)
    plate_map = applied(open_dataset, *files_of(case))
    assert plate_map.report["plates_found"] == plate_map.report["plates_named"] == 55
    assert plate_map.placed_count == len(rows) == 55 * 60
    for plate in plate_map.report["plates"]:
        assert (plate["rows_with_well"], plate["rows_without_well"]) == (60, 0)
        assert (plate["wells_without_row"], plate["annotated_not_imaged"]) == (0, 0)


def test_8_of_182_stores_are_annotated_and_the_others_stay_without_rows(
    open_dataset: Dataset,
) -> None:
    stores = catalogue("idr0011")
    case = next(case for case in import_sets() if case.name == "idr0011")
    (table,) = [file for file in case.files if file.endswith("-annotation.csv")]
    rows = plain_rows(table)
    named = {row["Plate"] for row in rows}
    assert len(named & stores.keys()) == len(named) == 8
    shown = [row for row in rows if not says_nothing_is_there(row)]
    counted = Counter(row["Plate"] for row in shown)
    for name in named:
        assert counted[name] == int(stores[name]["wells"]) == int(stores[name]["images"]) / 3
    for name, listed in stores.items():
        wells = [label(row["Well"]) for row in shown if row["Plate"] == name]
        list_store(open_dataset, listed, *(wells or ["A01"]))
    plate_map = applied(open_dataset, *files_of(case))
    assert plate_map.report["plates_found"] == 8
    told = wells_annotated()
    assert told == counted
    assert Store.objects.count() - len(told) == 174


def says_nothing_is_there(row: dict[str, str]) -> bool:
    """Whether a row says that its well was left empty, or that there is no image of it."""
    told = " ".join(row.values()).lower()
    return "no image" in told or "empty well" in told


def wells_annotated() -> Counter[str]:
    """How many wells that a store shows have rows, by the store's name without its ending."""
    told = set(AnnotationRow.objects.values_list("carrier", "position"))
    wells = Well.objects.values_list("plate__stores__name", "plate__carrier", "position")
    return Counter(name.removesuffix(".ome.zarr") for name, *spot in wells if tuple(spot) in told)
