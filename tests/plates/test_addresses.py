import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.addresses import (
    MAX_COLUMNS,
    MAX_ROWS,
    STANDARD_SHAPES,
    AddressError,
    PlateShape,
    WellAddress,
    row_letters,
    row_of_letters,
)

addresses = st.builds(
    WellAddress, row=st.integers(0, MAX_ROWS - 1), column=st.integers(0, MAX_COLUMNS - 1)
)
shapes = st.sampled_from(STANDARD_SHAPES) | st.builds(
    PlateShape, rows=st.integers(1, 60), columns=st.integers(1, 90)
)


@pytest.mark.parametrize(
    ("row", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (31, "AF"), (47, "AV"), (51, "AZ"), (52, "BA"), (701, "ZZ")],
)
def test_rows_have_letters(row: int, letters: str) -> None:
    assert row_letters(row) == letters
    assert row_of_letters(letters.lower()) == row


@pytest.mark.parametrize("row", [-1, MAX_ROWS, 10**9])
def test_there_are_no_rows_beyond_zz(row: int) -> None:
    with pytest.raises(AddressError):
        row_letters(row)


@pytest.mark.parametrize(
    "text", ["b3", "B03", "B/03", "b/3", " B 3 ", "B-03", "B_3", "b003", "B/3"]
)
def test_a_well_is_understood_however_it_is_spelt(text: str) -> None:
    assert WellAddress.parse(text) == WellAddress(row=1, column=2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "B",
        "3",
        "3B",
        "B0",
        "B/00",
        "BBB3",
        "B3C",
        "B//3",
        "B3.0",
        "Ä3",
        "B³",
        "B٣",
        "B-",
        "B9999",
    ],
)
def test_what_is_no_well_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        WellAddress.parse(text)


def test_a_refusal_of_an_absurd_text_is_short() -> None:
    with pytest.raises(AddressError) as refusal:
        WellAddress.parse("A" * 10_000)
    assert len(str(refusal.value)) < 200


@given(addresses, st.sampled_from(["{0}{1}", "{0}/{1}", "{0}{1:02d}", "{0}/{1:03d}", "{0}-{1}"]))
def test_every_spelling_of_every_well_is_read_back(address: WellAddress, spelling: str) -> None:
    text = spelling.format(row_letters(address.row), address.column + 1)
    assert WellAddress.parse(text) == address
    assert WellAddress.parse(text.lower()) == address
    assert WellAddress.parse(address.label) == address


@given(addresses)
def test_names_of_rows_may_be_letters_or_numbers(address: WellAddress) -> None:
    column = f"{address.column + 1:02d}"
    assert WellAddress.of_names(row_letters(address.row), column) == address
    assert WellAddress.of_names(str(address.row + 1), column) == address


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A" * 10_000, "1"),
        ("A", "1" * 10_000),
        ("Row", "1"),
        ("A", "B"),
        ("0", "1"),
        ("A", "0"),
        ("", "1"),
        ("A", ""),
        ("A", "-1"),
        ("A", "1.5"),
        ("A", "²"),
        ("703", "1"),
        ("A", "1000"),
        ("A\n", "1"),
    ],
)
def test_names_that_are_no_grid_have_no_address(row: str, column: str) -> None:
    assert WellAddress.of_names(row, column) is None


@given(st.text(max_size=8), st.text(max_size=8))
def test_no_names_break_anything(row: str, column: str) -> None:
    address = WellAddress.of_names(row, column)
    assert address is None or WellAddress.parse(address.label) == address


@pytest.mark.parametrize(
    ("wells", "rows", "columns"),
    [
        (6, 2, 3),
        (12, 3, 4),
        (24, 4, 6),
        (48, 6, 8),
        (96, 8, 12),
        (384, 16, 24),
        (1536, 32, 48),
        (3456, 48, 72),
    ],
)
def test_usual_plates_have_usual_shapes(wells: int, rows: int, columns: int) -> None:
    shape = PlateShape.standard(wells)
    assert (shape.rows, shape.columns, shape.size) == (rows, columns, wells)


def test_no_usual_plate_has_100_wells() -> None:
    with pytest.raises(AddressError, match="No usual plate has 100 wells"):
        PlateShape.standard(100)


@pytest.mark.parametrize(
    ("labels", "wells"),
    [([], 6), (["A01"], 6), (["H12"], 96), (["H12", "A13"], 384), (["I1"], 384)],
)
def test_a_plate_is_the_smallest_usual_one_that_holds_its_wells(
    labels: list[str], wells: int
) -> None:
    assert PlateShape.holding(map(WellAddress.parse, labels)).size == wells


def test_wells_that_no_usual_plate_holds_make_an_odd_one() -> None:
    odd = PlateShape.holding([WellAddress.parse("C80"), WellAddress.parse("F2")])
    assert odd == PlateShape(rows=6, columns=80)


@given(shapes, st.data())
def test_positions_and_addresses_are_each_others_inverse(
    shape: PlateShape, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, shape.size - 1))
    address = shape.address(position)
    assert shape.position(address) == position
    assert WellAddress.parse(address.label) == address


def test_positions_run_row_by_row() -> None:
    shape = PlateShape.standard(96)
    assert [shape.address(number).label for number in (0, 1, 12, 95)] == [
        "A01",
        "A02",
        "B01",
        "H12",
    ]
    wells = [shape.address(number) for number in range(shape.size)]
    assert wells == sorted(wells)


def test_a_well_outside_of_the_plate_has_no_position() -> None:
    with pytest.raises(AddressError, match="I01 lies outside"):
        PlateShape.standard(96).position(WellAddress.parse("I1"))


@pytest.mark.parametrize("position", [-1, 96])
def test_a_position_outside_of_the_plate_has_no_well(position: int) -> None:
    with pytest.raises(AddressError):
        PlateShape.standard(96).address(position)


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (1, 0), (703, 1), (1, 1000)])
def test_impossible_plates_are_refused(rows: int, columns: int) -> None:
    with pytest.raises(AddressError):
        PlateShape(rows, columns)


@pytest.mark.parametrize(("row", "column"), [(-1, 0), (0, -1), (702, 0), (0, 999)])
def test_impossible_wells_are_refused(row: int, column: int) -> None:
    with pytest.raises(AddressError):
        WellAddress(row, column)
