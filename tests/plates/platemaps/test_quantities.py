import math
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.errors import QuantityUnreadable
from plates.platemaps.known_keys import KEYS_BY_NAME
from plates.platemaps.quantities import read_quantity, render
from plates.platemaps.units import DIMENSIONS, scale_of, unit_of
from plates.platemaps.values import Value

DOSE = KEYS_BY_NAME["concentration"].dimensions
TIME = ("time",)
TEMPERATURE = ("temperature",)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("30 micromolar", 3e-05, "mol/L"),
        ("5.00 micromolar", 5e-06, "mol/L"),
        ("0.03 mM", 3e-05, "mol/L"),
        ("1 nmole", 1e-09, "mol"),
        ("12,5 uM", 1.25e-05, "mol/L"),
        ("1.5e-6 M", 1.5e-06, "mol/L"),
        ("1e-6M", 1e-06, "mol/L"),
        ("10\u00b5M", 1e-05, "mol/L"),
        ("10 \u03bcM", 1e-05, "mol/L"),
        ("30 UM", 3e-05, "mol/L"),
        ("0.1 % v/v", 0.001, "1"),
        ("1:1000", 0.001, "1"),
        ("1 : 1 000", 0.001, "1"),
        ("1/500", 0.002, "1"),
        ("MOI 5", 5.0, "1"),
        ("5 MOI", 5.0, "1"),
        ("1 000 nM", 1e-06, "mol/L"),
        ("1,234,567 nM", 0.001234567, "mol/L"),
        ("5 mg/ml", 5.0, "g/L"),
        ("100 U/mL", 100_000.0, "U/L"),
        ("2 Gy", 2.0, "Gy"),
        ("0", 0.0, "mol/L"),
        ("0 uM", 0.0, "mol/L"),
    ],
)
def test_a_dose_is_a_number_in_the_base_unit_of_its_dimension(
    text: str, number: float, unit: str
) -> None:
    assert read_quantity(text, dimensions=DOSE) == Value(text=text, number=number, unit=unit)


@pytest.mark.parametrize(
    ("text", "number"),
    [("24h", 86_400.0), ("48 hrs", 172_800.0), ("1.5 d", 129_600.0), ("90 min", 5400.0)],
)
def test_a_duration_is_in_seconds(text: str, number: float) -> None:
    assert read_quantity(text, dimensions=TIME).number == number


@pytest.mark.parametrize("text", ["37 C", "37\u00b0C", "37 \u2103", "310.15 K", "37 deg C"])
def test_a_temperature_is_in_kelvin(text: str) -> None:
    assert read_quantity(text, dimensions=TEMPERATURE).number == 310.15


def test_the_unit_of_the_header_or_a_neighbour_stands_behind_the_number() -> None:
    value = read_quantity("5.00", unit="microMolar", dimensions=DOSE)
    assert value == Value(text="5.00 microMolar", number=5e-06, unit="mol/L")


def test_a_unit_in_the_cell_says_more_than_the_header() -> None:
    assert read_quantity("30 nM", unit="uM", dimensions=DOSE).number == 3e-08


def test_a_bare_number_is_a_ratio_only_where_nothing_else_can_be() -> None:
    assert read_quantity("5", dimensions=("ratio",)) == Value(text="5", number=5.0, unit="1")
    assert read_quantity("100") == Value(text="100", number=100.0)
    with pytest.raises(QuantityUnreadable, match="'10' has no unit"):
        read_quantity("10", dimensions=DOSE)


@pytest.mark.parametrize(
    ("text", "dimensions", "sentence"),
    [
        ("< 1 uM", DOSE, "is a bound or an estimate: it is kept as text"),
        ("~30 uM", DOSE, "is a bound or an estimate"),
        ("1-3 uM", DOSE, "is a range: it is kept as text"),
        ("1 uM - 3 uM", DOSE, "is a range"),
        ("3 +/- 1 uM", DOSE, "is a range"),
        ("1,000 nM", DOSE, "say in the mapping which mark stands before the decimals"),
        ("24 h", DOSE, "h measures time; what belongs here is molar concentration"),
        ("30 um", DOSE, "um measures length; .*Was uM meant?"),
        ("30 mm", DOSE, "Was mM meant?"),
        ("30 uM", TIME, "uM measures molar concentration; what belongs here is time"),
        ("1:1000", TIME, "is a ratio; what belongs here is time"),
        ("1:0", DOSE, "divides by zero"),
        ("-3 uM", DOSE, "is below zero"),
        ("-300 C", TEMPERATURE, "is below zero"),
        ("1e999 uM", DOSE, "is too large or too small"),
        ("1e-999 uM", DOSE, "is too large or too small"),
        ("30 foo", DOSE, "'foo' is no unit that is known"),
        ("high", DOSE, "is no number with a unit"),
        ("", DOSE, "is no number with a unit"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    text: str, dimensions: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(QuantityUnreadable, match=sentence):
        read_quantity(text, dimensions=dimensions)


def test_a_comma_is_read_by_the_mark_of_the_column() -> None:
    assert read_quantity("1,000", unit="uM", decimal=",").number == 1e-06
    assert read_quantity("1,000", unit="uM", decimal=".").number == 1e-03


@pytest.mark.parametrize(
    "text",
    [
        "10**10**10",
        "9**9**9**9 uM",
        "__import__('os').system('true') uM",
        "1" * 10_000,
        "1" + "e9" * 5000,
        "1 " * 5000 + "uM",
        "1," * 5000,
        "1 u" + "M" * 10_000,
        "(" * 10_000,
        "1 {x!r}",
    ],
)
def test_hostile_texts_are_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(QuantityUnreadable) as refusal:
        read_quantity(text, dimensions=DOSE)
    assert time.process_time() - started < 0.1
    assert len(str(refusal.value)) < 300


@given(st.text(max_size=120), st.sampled_from(["", ".", ","]))
def test_any_text_is_a_quantity_or_a_sentence(text: str, decimal: str) -> None:
    try:
        value = read_quantity(text, dimensions=DOSE, decimal=decimal)
    except QuantityUnreadable:
        return
    assert value.number is not None
    assert math.isfinite(value.number)


SYMBOLS = [
    "M", "uM", "nM", "pM", "mol/L", "mg/mL", "ng/uL", "nmol", "g", "ug", "s",
    "min", "h", "d", "K", "C", "uL", "mm", "%", "x", "MOI", "cells",
    "cells/mL", "cells/cm2", "U/mL", "IU/mL", "Gy", "U", "IU",
]  # fmt: skip


@given(
    st.decimals(0, 10**6, places=4).map(str) | st.floats(0, 1e12, allow_subnormal=False).map(repr),
    st.sampled_from(SYMBOLS),
)
def test_a_rendered_quantity_reads_back_as_the_same(number: str, symbol: str) -> None:
    try:
        value = read_quantity(f"{number} {symbol}")
    except QuantityUnreadable:
        return
    again = read_quantity(render(value))
    assert (again.number, again.unit) == (value.number, value.unit)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.03 mM", "30 uM"),
        ("1:1000", "0.1 %"),
        ("0,5 uM", "500 nM"),
        ("72 hrs", "72 h"),
        ("310.15 K", "37 C"),
        ("5000 ng/mL", "5 ug/mL"),
        ("0.5 s", "0.5 s"),
    ],
)
def test_a_quantity_is_shown_in_a_unit_that_people_read(text: str, shown: str) -> None:
    assert render(read_quantity(text)) == shown


def test_a_value_without_number_is_shown_as_written() -> None:
    assert render(Value(text="high")) == "high"


def test_equal_doses_are_equal_however_they_are_written() -> None:
    for thousandths, (large, small) in product(range(1, 1000, 7), (("mM", "uM"), ("uM", "nM"))):
        in_large = read_quantity(f"{thousandths / 1000:.3f} {large}").number
        assert in_large == read_quantity(f"{thousandths} {small}").number


def test_every_dimension_of_a_key_is_one_and_every_base_unit_can_be_written() -> None:
    for key in KEYS_BY_NAME.values():
        assert set(key.dimensions) <= DIMENSIONS.keys(), key.name
    for dimension in DIMENSIONS.values():
        unit = unit_of("x" if dimension.base == "1" else dimension.base)
        assert unit is not None, dimension
        assert unit.dimension == dimension
        assert scale_of(unit).factor == 1
