"""The demo's plate maps say what its pixels show, and are read like any user's."""

import csv
from pathlib import Path

import pytest

from catalog.demo.design import Role, treatment_of
from catalog.demo.layouts import GENES, write_layouts
from catalog.demo.screens import DOSE_RESPONSE, FAULTY, SCREEN
from plates.addresses import WellAddress
from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.detecting import detect
from plates.platemaps.formats import Format


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def layouts(tmp_path: Path) -> list[Path]:
    return write_layouts(tmp_path)


def test_the_dose_response_is_told_well_by_well(layouts: list[Path]) -> None:
    rows = rows_of(layouts[0])
    assert {row["Barcode"] for row in rows} == {DOSE_RESPONSE.barcode, FAULTY.barcode}
    assert len(rows) == 2 * 96
    for row in rows:
        given = treatment_of(WellAddress.parse(row["Well"]))
        assert row["Compound"] == given.compound
        if given.role is Role.SAMPLE:
            number, unit = row["Concentration"].split()
            assert (float(number), unit) == (given.dose_um, "uM")


def test_every_well_of_the_screen_has_its_sirna(layouts: list[Path]) -> None:
    rows = rows_of(layouts[1])
    assert [int(row["Well Number"]) for row in rows] == list(range(1, 385))
    treated = [row for row in rows if not row["Control Type"]]
    assert len({row["siRNA Identifier"] for row in treated}) == len(treated) == 320
    assert {row["Gene Symbol"] for row in treated} == set(GENES)
    assert {row["Plate"] for row in rows} == {SCREEN.name}


def test_each_is_recognised_and_written_the_same_each_time(
    layouts: list[Path], tmp_path: Path
) -> None:
    formats = [detect(open_tables([SourceFile(file.name, file)])) for file in layouts]
    assert formats == [Format.TABLE, Format.IDR_ANNOTATION, Format.TABLE]
    before = [file.read_bytes() for file in layouts]
    assert [file.read_bytes() for file in write_layouts(tmp_path)] == before
