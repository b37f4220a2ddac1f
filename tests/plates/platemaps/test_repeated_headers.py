import pytest

from plates.platemaps.proposing import understand
from tests.plates.platemaps.listed import of_rows


def groups(*headers: str) -> list[int]:
    row = ("P", "A1", *["1 uM" if "Dose" in header else "x" for header in headers[2:]])
    columns = understand([of_rows("t.csv", headers, [row])]).mapping.columns
    return [column.group for column in columns]


@pytest.mark.parametrize("second", ["", ".1"])
def test_the_second_compound_keeps_its_own_dose(second: str) -> None:
    headers = ("Plate", "Well", "Compound", "Dose", f"Compound{second}", f"Dose{second}")
    assert groups(*headers) == [0, 0, 1, 1, 2, 2]


def test_what_stands_once_belongs_to_all_of_them() -> None:
    assert groups("Plate", "Well", "Compound", "Compound", "Dose") == [0, 0, 1, 2, 0]


def test_a_unit_stays_with_the_dose_before_it() -> None:
    headers = ("Plate", "Well", "Drug", "Dose", "Unit", "Drug", "Dose", "Unit")
    rows = [("P", "A1", "x", "1", "uM", "y", "2", "nM")]
    columns = understand([of_rows("t.csv", headers, rows)]).mapping.columns
    assert [column.of.column for column in columns if column.of is not None] == [3, 6]


def test_numbers_that_a_person_wrote_stay() -> None:
    headers = ("Plate", "Well", "Compound 1", "Compound 2", "Compound 2")
    assert groups(*headers) == [0, 0, 1, 2, 2]
    assert groups("Plate", "Well", "Compound.1", "Compound.2") == [0, 0, 1, 2]


def test_other_headers_that_repeat_are_left_alone() -> None:
    assert groups("Plate", "Well", "Cell Line", "Cell Line", "Note", "Note") == [0] * 6
