"""Cells of real tables, by what their headers say; counted once more with plain means.

The corpus is not part of the repository: PLATECAT_CORPUS names its folder.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from plates.platemaps.cells import CellReader, CellReading, with_control_words
from plates.platemaps.formats import Format
from plates.platemaps.headers import HeaderReading, HeaderRole, read_header
from plates.platemaps.keys import KeyKind
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping, Place

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)

IDR0035 = "annotations/idr0035/idr0035-screenA-annotation.csv"
IDR0028 = "annotations/idr0028/idr0028-screenA-annotation.csv"
IDR0080 = "annotations/idr0080/idr0080-screenA-annotation.csv"
IDR0001 = "annotations/idr0001/idr0001-screenA-library.txt"
REAGENTS = "platemaps/JUMP-Target/JUMP-Target-1_compound_metadata.tsv"


def table(path: str) -> list[list[str]]:
    delimiter = "," if path.endswith(".csv") else "\t"
    with (CORPUS / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter=delimiter))


def plain_mapping(headers: list[str]) -> Mapping:
    """Each column as its header alone says; ids belong to the last column of words before them."""
    columns: list[ColumnMapping] = []
    spoken_of: Place | None = None
    for number, header in enumerate(headers):
        reading = read_header(header)
        place = Place(0, number)
        kind = kind_of(reading)
        if kind in {ColumnKind.CURIE, ColumnKind.ONTOLOGY}:
            columns.append(ColumnMapping(place, header, kind, of=spoken_of))
            continue
        spoken_of = place if kind is ColumnKind.TERM else spoken_of
        columns.append(
            ColumnMapping(place, header, kind, reading.key.name, reading.group, reading.unit)
        )
    return with_control_words(Mapping(Format.IDR_ANNOTATION, tuple(columns)))


def kind_of(reading: HeaderReading) -> ColumnKind:
    if reading.role is not HeaderRole.KEY:
        return ColumnKind(reading.role.value)
    return ColumnKind.QUANTITY if reading.key.kind is KeyKind.QUANTITY else ColumnKind.TERM


def readings(path: str) -> Iterator[CellReading]:
    headers, *rows = table(path)
    reader = CellReader(plain_mapping(headers), 0)
    return (reader.read(row) for row in rows)


def count(path: str, key: str) -> Counter[str]:
    headers, *rows = table(path)
    mapping = plain_mapping(headers)
    reader = CellReader(mapping, 0)
    return Counter(
        value.text
        for row in rows
        for index, value in reader.read(row).values
        if mapping.columns[index].becomes == key
    )


@pytest.mark.parametrize("path", [IDR0035, IDR0028, IDR0080, IDR0001, REAGENTS])
def test_no_cell_of_a_real_table_is_a_problem(path: str) -> None:
    assert [reading.problems for reading in readings(path) if reading.problems] == []


def test_every_dose_has_a_number() -> None:
    headers, *rows = table(IDR0035)
    mapping = plain_mapping(headers)
    dose = headers.index("Dose")
    reader = CellReader(mapping, 0)
    read = 0
    for row in rows:
        numbers = [value.number for index, value in reader.read(row).values if index == dose]
        if row[dose]:
            amount, unit = row[dose].split(" ")
            assert unit == "micromolar"
            assert numbers == [pytest.approx(float(amount) * 1e-6)]
            read += 1
    assert read == 2970


def test_every_organism_and_cell_line_has_its_id() -> None:
    headers, *rows = table(IDR0080)
    mapping = plain_mapping(headers)
    reader = CellReader(mapping, 0)
    ids = Counter(
        (value.text, value.curie)
        for row in rows
        for index, value in reader.read(row).values
        if mapping.columns[index].becomes in {"organism", "cell_line"}
    )
    assert ids == {
        ("Homo sapiens", "NCBITaxon:9606"): 6912,
        ("A549", "EFO:0001086"): 2304,
        ("ES2", "EFO:0002177"): 2304,
        ("HCC44", "EFO:0003133"): 2304,
    }


def test_no_treatment_and_no_cells_stay_apart() -> None:
    assert count(IDR0080, "control_type") == {"negative control": 1152, "no treatment": 1008}
    assert count(IDR0080, "control_as_written") == {"negative": 1152, "no reagent": 1008}
    assert count(IDR0028, "control_type") == {
        "no cells": 576,
        "negative control": 379,
        "positive control": 8,
    }
    assert count(IDR0028, "control_as_written") == {"empty well": 576}
    assert count(IDR0001, "control_type") == {
        "negative control": 2473,
        "positive control": 1341,
        "no cells": 1170,
        "technical control": 187,
    }


def test_smiles_are_read_without_doubled_backslashes() -> None:
    texts = count(IDR0035, "smiles")
    headers, *rows = table(IDR0035)
    raw = Counter(row[headers.index("Compound SMILES")] for row in rows)
    del raw[""]
    assert any("\\\\" in smiles for smiles in raw)
    assert texts == {smiles.replace("\\\\", "\\"): number for smiles, number in raw.items()}
