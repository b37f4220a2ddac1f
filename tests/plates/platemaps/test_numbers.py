from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.numbers import decimal_mark, number_of


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("5.00", "", "5"),
        ("12,5", "", "12.5"),
        ("0,125", "", "0.125"),
        (",5", "", "0.5"),
        ("1.5e-6", "", "0.0000015"),
        ("1,5E3", "", "1500"),
        ("1 000", "", "1000"),
        ("1\u00a0000", "", "1000"),
        ("1'000", "", "1000"),
        ("1\u202f000,5", "", "1000.5"),
        ("1,234,567", "", "1234567"),
        ("1,234.5", "", "1234.5"),
        ("1.234,5", "", "1234.5"),
        ("1.234.567", "", "1234567"),
        ("1.000", "", "1"),
        ("1,000", ".", "1000"),
        ("1,000", ",", "1"),
        ("1.000", ",", "1000"),
        ("1.5", ",", "1.5"),
        ("\u22125", "", "-5"),
        ("+5", "", "5"),
    ],
)
def test_a_number_is_read_by_the_mark_of_its_column(text: str, decimal: str, number: str) -> None:
    assert number_of(text, decimal) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1,000", ""),
        ("12,5", "."),
        ("1,23,4", ""),
        ("1.2.3", ""),
        ("", ""),
        (".", ""),
        (",", ""),
        ("nan", ""),
        ("inf", ""),
        ("1_000", ""),
        ("1e9999", ""),
        ("\u0661", ""),
        ("1" * 41, ""),
    ],
)
def test_what_could_be_two_numbers_or_none_is_none(text: str, decimal: str) -> None:
    assert number_of(text, decimal) is None


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,000", "12,5 uM"], ","),
        (["1,000 nM", "2.5 nM"], "."),
        (["1,000 nM", "1,000,000 nM"], "."),
        (["1.234,5"], ","),
        (["1,000", "2,000"], ""),
        (["12,5", "12.5"], ""),
        (["DMSO", "", "30 uM"], ""),
    ],
)
def test_a_column_shows_what_stands_before_its_decimals(cells: list[str], mark: str) -> None:
    assert decimal_mark(cells) == mark


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from([".", ","]))
def test_a_number_written_with_the_mark_of_its_column_is_that_number(
    number: Decimal, decimal: str
) -> None:
    assert number_of(f"{number:f}".replace(".", decimal), decimal) == number


@given(st.text(max_size=60), st.sampled_from(["", ".", ","]))
def test_any_text_is_a_number_or_none(text: str, decimal: str) -> None:
    number = number_of(text, decimal)
    assert number is None or number.is_finite()
