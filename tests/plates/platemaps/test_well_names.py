import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.addresses import STANDARD_SHAPES, PlateShape, WellAddress, row_letters
from plates.platemaps.well_names import address_at, address_numbered, address_of

shapes = st.sampled_from(STANDARD_SHAPES) | st.builds(
    PlateShape, rows=st.integers(1, 702), columns=st.integers(1, 999)
)


@st.composite
def wells(draw: st.DrawFn) -> tuple[PlateShape, WellAddress]:
    shape = draw(shapes)
    return shape, shape.address(draw(st.integers(0, shape.size - 1)))


def spellings(address: WellAddress) -> list[str]:
    """Every way of writing a well in one text."""
    letters, row, column = row_letters(address.row), address.row + 1, address.column + 1
    return [
        f"{name}{between}{digits}"
        for name in (letters, letters.lower(), letters.capitalize())
        for between in ("", "/", "-", "_", " ", " / ")
        for digits in (f"{column}", f"{column:02d}", f"{column:03d}")
    ] + [
        template.format(row=row, column=column)
        for template in (
            "r{row:02d}c{column:02d}",
            "R{row}C{column}",
            "r{row:03d}c{column:03d}",
            "R{row}_C{column}",
            "Row {row}, Column {column}",
            "row{row}col{column}",
        )
    ]


@given(wells())
def test_every_spelling_of_a_well_of_every_shape_names_it(
    well: tuple[PlateShape, WellAddress],
) -> None:
    _, address = well
    for text in spellings(address):
        assert address_of(text) == address, text
        assert address_of(f" {text} ") == address, text


@given(wells())
def test_row_and_column_name_a_well_in_letters_and_in_numbers(
    well: tuple[PlateShape, WellAddress],
) -> None:
    _, address = well
    letters, row, column = row_letters(address.row), address.row + 1, address.column + 1
    for row_name in (letters, letters.lower(), f"{row}", f"{row:02d}", f"{row}.0", f" {row} "):
        for column_name in (f"{column}", f"{column:02d}", f"{column}.0"):
            assert address_at(row_name, column_name) == address, (row_name, column_name)


@given(wells())
def test_a_number_counts_the_wells_of_its_shape_row_by_row(
    well: tuple[PlateShape, WellAddress],
) -> None:
    shape, address = well
    number = shape.position(address) + 1
    for text in (f"{number}", f"{number:05d}", f"{number}.0", f" {number}"):
        assert address_numbered(text, shape) == address, text


def test_numbers_need_the_shape() -> None:
    assert address_numbered("14", PlateShape.standard(96)) == WellAddress.parse("B2")
    assert address_numbered("48", PlateShape.standard(48)) == WellAddress.parse("F8")
    assert address_numbered("48", PlateShape.standard(384)) == WellAddress.parse("B24")


@pytest.mark.parametrize("text", ["0", "97", "-1", "1.5", "", "B2", "1e1", "\u0661", "9" * 50])
def test_what_counts_no_well_of_the_plate_names_none(text: str) -> None:
    assert address_numbered(text, PlateShape.standard(96)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "B",
        "3",
        "3B",
        "B0",
        "BBB3",
        "r0c1",
        "r1c0",
        "r1c",
        "R1C1000",
        "B3x",
        "B" * 10_000,
    ],
)
def test_what_is_no_well_names_none(text: str) -> None:
    assert address_of(text) is None


@pytest.mark.parametrize(
    ("row", "column"), [("", "1"), ("A", ""), ("A", "B"), ("0", "1"), ("A", "0")]
)
def test_half_an_address_names_no_well(row: str, column: str) -> None:
    assert address_at(row, column) is None


def test_a_letter_before_a_number_is_a_row_even_if_it_is_r() -> None:
    assert address_of("R1") == WellAddress(row=17, column=0)
    assert address_of("R1C1") == WellAddress(row=0, column=0)


@given(st.text(max_size=60))
def test_any_text_names_a_well_or_none(text: str) -> None:
    address = address_of(text)
    assert address is None or address_of(address.label) == address
