import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.units import DIMENSIONS, scale_of, unit_of


@pytest.mark.parametrize(
    ("text", "symbol", "dimension", "factor"),
    [
        ("uM", "uM", "molar concentration", "1e-6"),
        ("\u00b5M", "uM", "molar concentration", "1e-6"),
        ("\u03bcM", "uM", "molar concentration", "1e-6"),
        ("micromolar", "uM", "molar concentration", "1e-6"),
        ("microMolar", "uM", "molar concentration", "1e-6"),
        ("mmoles_per_liter", "mmol/L", "molar concentration", "1e-3"),
        ("umol l-1", "umol/L", "molar concentration", "1e-6"),
        ("mg_per_ml", "mg/mL", "mass concentration", "1"),
        ("ng\u00b7mL\u207b\u00b9", "ng/mL", "mass concentration", "1e-6"),
        ("nmole", "nmol", "amount", "1e-9"),
        ("hrs", "h", "time", "3600"),
        ("Hours", "h", "time", "3600"),
        ("days", "d", "time", "86400"),
        ("%", "%", "ratio", "0.01"),
        ("% v/v", "%", "ratio", "0.01"),
        ("mg/kg", "mg/kg", "ratio", "1e-6"),
        ("MOI", "MOI", "ratio", "1"),
        ("cells/mL", "cells/mL", "cells in a volume", "1000"),
        ("U/ml", "U/mL", "units of activity in a volume", "1000"),
        ("Gy", "Gy", "absorbed dose", "1"),
    ],
)
def test_a_unit_is_known_by_what_people_write(
    text: str, symbol: str, dimension: str, factor: str
) -> None:
    unit = unit_of(text)
    assert unit is not None
    assert (unit.symbol, unit.dimension.name) == (symbol, dimension)
    assert scale_of(unit).factor == Decimal(factor)
    assert scale_of(unit).offset == 0


@pytest.mark.parametrize("text", ["C", "\u00b0C", "\u2103", "deg C", "celsius"])
def test_degrees_celsius_have_another_zero(text: str) -> None:
    unit = unit_of(text)
    assert unit is not None
    assert scale_of(unit).offset == Decimal("273.15")


def test_case_tells_molar_from_metre() -> None:
    millimolar, millimetre = unit_of("mM"), unit_of("mm")
    assert millimolar is not None
    assert millimetre is not None
    assert millimolar.dimension.name == "molar concentration"
    assert millimetre.dimension.name == "length"


def test_a_spelling_of_no_unit_means_the_one_unit_of_its_dimension() -> None:
    assert unit_of("MM") is None
    meant = unit_of("MM", ("molar concentration",))
    assert meant is not None
    assert meant.symbol == "mM"


@pytest.mark.parametrize(
    "text",
    ["", " ", "foo", "10**10**10", "__import__('os')", "uM*uM", "m" * 10_000, "h/h", "%/mL", "/"],
)
def test_what_is_no_unit_is_none(text: str) -> None:
    assert unit_of(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_unit_of_a_known_dimension_or_none(text: str) -> None:
    unit = unit_of(text)
    assert unit is None or unit.dimension.name in DIMENSIONS


def test_hostile_texts_cost_nothing() -> None:
    started = time.process_time()
    for text in ("a/" * 5000, " per " * 2000, "-1" * 5000, "\u00b5" * 10_000):
        assert unit_of(text) is None
    assert time.process_time() - started < 0.5


def test_the_library_of_units_is_loaded_with_the_first_quantity() -> None:
    program = (
        "import sys; from plates.platemaps.quantities import read_quantity; "
        "assert 'numpy' not in sys.modules; "
        "print(read_quantity('30 uM').number); assert 'numpy' in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.stdout.strip() == "3e-05", done.stderr
