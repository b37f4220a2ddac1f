"""The joins that the corpus holds, well by well, and rows counted without our reader."""

import re
from collections import Counter, defaultdict

import pytest

from plates.platemaps.joining import Joined
from plates.platemaps.long_rows import LongRow
from plates.platemaps.mappings import Mapping
from plates.platemaps.proposing import understand
from tests.plates.platemaps.corpus_sets import (
    ABSENT,
    BARCODES,
    COMPOUND_MAP,
    CPJUMP1,
    JUMP_CONTROLS,
    JUMP_ORF,
    JUMP_PLATES,
    JUMP_PRODUCTION,
    ORF_MAP,
    PRODUCTION,
    REASON,
    ImportSet,
    import_sets,
    jump_datasets,
    plain_rows,
)

pytestmark = pytest.mark.skipif(ABSENT, reason=REASON)


def said(row: LongRow, mapping: Mapping) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for index, value in row.values:
        values[mapping.columns[index].becomes].append(value.text)
    return dict(values)


def joined(case: ImportSet) -> tuple[Joined, Mapping]:
    tables = case.open()
    mapping = understand(tables).mapping
    return Joined(tables, mapping), mapping


@pytest.fixture(scope="module")
def cpjump1() -> dict[tuple[str, str], dict[str, list[str]]]:
    tables, mapping = joined(CPJUMP1)
    return {(row.plate, row.subject[0]): said(row, mapping) for row in tables.rows()}


def test_four_wells_of_a_plate_have_the_compounds_that_its_map_says(
    cpjump1: dict[tuple[str, str], dict[str, list[str]]],
) -> None:
    wells = {well: cpjump1["BR00117012", well] for well in ("A01", "A02", "B01", "B02")}
    assert wells["A01"]["compound"] == ["gabapentin-enacarbil"]
    assert wells["B01"]["compound"] == ["H2L-5765834"]
    assert wells["B02"]["compound"] == ["thiostrepton"]
    assert len(wells["A01"]["target"]) == 26
    assert wells["A01"]["control_type"] == ["treated"]
    assert {well: said["solvent"] for well, said in wells.items()} == {
        well: ["DMSO"] for well in wells
    }


def test_a_well_of_solvent_alone_has_no_compound_and_no_invented_control(
    cpjump1: dict[tuple[str, str], dict[str, list[str]]],
) -> None:
    assert cpjump1["BR00117012", "A02"] == {
        "plate_map": ["JUMP-Target-1_compound_platemap"],
        "solvent": ["DMSO"],
    }
    alone = [well for well, said in cpjump1.items() if well[0] == "BR00117012" and len(said) == 2]
    assert len(alone) == 64


def test_every_well_of_every_plate_agrees_with_a_join_by_hand(
    cpjump1: dict[tuple[str, str], dict[str, list[str]]],
) -> None:
    folder = COMPOUND_MAP.rpartition("/")[0]
    left = dict(cpjump1)
    for plate in plain_rows(BARCODES):
        name = plate["Plate_Map_Name"]
        kind = name.removesuffix("_platemap")
        facts = {row["broad_sample"]: row for row in plain_rows(f"{folder}/{kind}_metadata.tsv")}
        for well in plain_rows(f"{folder}/{name}.tsv"):
            fact = facts.get(well["broad_sample"], {}) if well["broad_sample"] else {}
            found = left.pop((plate["Assay_Plate_Barcode"], well["well_position"]))
            assert found.get("reagent", [""]) == [well["broad_sample"]]
            assert found.get("compound", [""]) == [fact.get("pert_iname", "")]
            assert found.get("gene", [""]) == [fact.get("gene") or ""]
    assert left == {}


def test_only_the_row_of_the_solvent_is_left_over() -> None:
    tables, _ = joined(CPJUMP1)
    verdicts = Counter(row.verdict.value for row in tables.rows())
    assert verdicts == {"matched": 51 * 384}
    report = tables.report()
    assert report.without_map.count == report.without_reagent.count == 0
    assert report.unused_maps == ()
    assert report.forgiven == ()
    assert {left.text for left in report.unused_reagents.examples} == {"NA"}


def test_barcodes_of_production_find_their_plates_and_the_maps_that_are_here() -> None:
    tables, mapping = joined(JUMP_PRODUCTION)
    rows = list(tables.rows())
    plates = {row["Assay_Plate_Barcode"] for row in plain_rows(PRODUCTION)}
    types = {row["Metadata_Plate"]: row["Metadata_PlateType"] for row in plain_rows(JUMP_PLATES)}
    assert len(plates & types.keys()) == 277
    for row in rows:
        assert types[row.plate] in said(row, mapping)["plate_type"]
    mapped = {row.plate for row in rows if row.subject}
    assert len(mapped) == 26
    assert len({row.plate for row in rows}) == 277
    report = tables.report()
    assert report.no_map.count == 14
    assert report.without_map.count == 277 - 26 - 14
    assert report.repeated.count == 8
    assert report.contradictions.count == 0


def test_barcodes_of_another_data_set_join_no_plate() -> None:
    case = ImportSet("", (BARCODES, JUMP_PLATES, COMPOUND_MAP), CPJUMP1.format, {})
    tables = case.open()
    understood = understand(tables)
    assert [left.name for left in understood.aside] == ["plate.csv.gz"]


def test_most_reagents_of_a_map_are_among_those_of_production() -> None:
    case = ImportSet("", (ORF_MAP, JUMP_ORF), CPJUMP1.format, {})
    tables, mapping = joined(case)
    rows = list(tables.rows())
    known = {row["Metadata_broad_sample"] for row in plain_rows(JUMP_ORF)}
    named = {row["broad_sample"] for row in plain_rows(ORF_MAP)} - {""}
    assert len(named) == 175
    assert len(named & known) == 165
    assert tables.report().without_reagent.count == 10
    for row in rows:
        reagents = said(row, mapping).get("reagent", [])
        lost = any(reagent not in known for reagent in reagents)
        assert row.verdict.value == (
            "no_such_reagent" if lost else "matched" if reagents else "empty"
        )


def test_controls_of_production_are_known_but_for_the_empty_one() -> None:
    case = jump_datasets()
    tables, mapping = joined(case)
    ids = {row["Metadata_JCP2022"] for row in plain_rows(JUMP_CONTROLS)}
    controls = {
        said(row, mapping)["jcp2022"][0]: row
        for row in tables.rows()
        if said(row, mapping)["jcp2022"][0] in ids
    }
    assert controls.keys() == ids
    names = [table.name for table in case.open()]
    places = {
        name: {names[place] for place, number in enumerate(row.rows) if number}
        for name, row in controls.items()
    }
    facts = {"orf.csv.gz", "crispr.csv.gz", "compound_source.csv.gz"}
    assert {name for name, found in places.items() if not found & facts} == {"JCP2022_999999"}
    assert said(controls["JCP2022_915128"], mapping)["Name"][-1] == "BFP"


def counted_plainly(case: ImportSet) -> int:
    return sum(len(plain_rows(file)) for file in case.files if case.meaning(file))


@pytest.mark.parametrize(
    "case",
    [case for case in import_sets() if re.fullmatch(r"idr\d+( library)?|map alone", case.name)],
    ids=lambda case: case.name,
)
def test_rows_are_as_many_as_an_independent_count_says(case: ImportSet) -> None:
    tables, _ = joined(case)
    counted = Counter(row.verdict.value for row in tables.rows())
    assert counted.total() == counted_plainly(case)
    assert counted.keys() <= {"matched", "empty"}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("idr0001", 18_720),
        ("idr0011", 384),
        ("idr0020", 1_536),
        ("idr0028", 1_536),
        ("idr0035", 3_300),
        ("idr0080", 6_912),
        ("idr0001 plates", 192),
        ("idr0035 plates", 55),
        ("MIHCSME filled", 72),
        ("MIHCSME empty", 0),
        ("JUMP production", 26 * 384 + 251),
    ],
)
def test_rows_are_as_many_as_the_corpus_is_said_to_have(name: str, count: int) -> None:
    case = next(case for case in import_sets() if case.name == name)
    tables, _ = joined(case)
    assert sum(1 for _ in tables.rows()) == count
