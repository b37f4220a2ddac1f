"""Tables drawn as the plate is, of any shape and in any arrangement."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plates.addresses import STANDARD_SHAPES, PlateShape, row_letters
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.matrices import plate_of_file
from plates.platemaps.remarks import Remark, RemarkKind
from tests.plates.platemaps.test_workbooks import opened
from tests.plates.platemaps.written_files import cells, numbers, sheet_rows, table, workbook

SHAPES = [*STANDARD_SHAPES, PlateShape(6, 11), PlateShape(12, 32)]


def block(shape: PlateShape, corner: str, word: str) -> list[list[str]]:
    header = [corner, *[str(column + 1) for column in range(shape.columns)]]
    rows = [
        [row_letters(row), *[f"{word} {row} {column}" for column in range(shape.columns)]]
        for row in range(shape.rows)
    ]
    return [header, *rows]


def as_csv(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def expected(shape: PlateShape, *words: str) -> list[list[str]]:
    return [
        [address.label, *[f"{word} {address.row} {address.column}" for word in words]]
        for address in map(shape.address, range(shape.size))
    ]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.rows}x{shape.columns}")
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_blocks_under_each_other_are_attributes(
    tmp_path: Path, shape: PlateShape, separator: str
) -> None:
    text = as_csv(
        [["Drug"], *block(shape, "", "d"), [], ["Dose:"], *block(shape, "", "3")], separator
    )
    read = table(tmp_path, text)
    assert read.columns == ("Well", "Drug", "Dose")
    assert cells(read) == expected(shape, "d", "3")
    assert numbers(read)[:: shape.columns] == list(range(3, 3 + shape.rows))


@given(
    shape=st.builds(PlateShape, st.integers(2, 40), st.integers(2, 60)),
    side=st.booleans(),
    corner=st.booleans(),
    gap=st.integers(1, 3),
)
@settings(max_examples=60)
def test_any_grid_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    shape: PlateShape,
    gap: int,
    *,
    side: bool,
    corner: bool,
) -> None:
    first = block(shape, "Gene" if corner else "", "g")
    second = block(shape, "Note" if corner else "", "n")
    titles = [] if corner else [["Gene", *[""] * (shape.columns + gap), "Note"]]
    if side:
        joined = [a + [""] * gap + b for a, b in zip(first, second, strict=True)]
        rows = [*titles, *joined]
    else:
        above, below = ([["Gene"]], [["Note"]]) if titles else ([], [])
        rows = [*above, *first, *[[]] * gap, *below, *second]
    read = table(tmp_path_factory.mktemp("t"), as_csv(rows))
    assert read.columns == ("Well", "Gene", "Note")
    assert cells(read) == expected(shape, "g", "n")


def test_a_file_of_one_plate_proposes_its_own_name(tmp_path: Path) -> None:
    read = table(tmp_path, as_csv(block(PlateShape(8, 12), "", "d")), "Plate 7.csv")
    assert read.columns == ("Well", "Value")
    (remark,) = read.remarks
    assert isinstance(remark, Remark)
    assert (remark.kind, remark.content) == (RemarkKind.PLATE_NAME, "Plate 7")


def test_plates_are_told_apart_by_their_titles(tmp_path: Path) -> None:
    shape = PlateShape(2, 3)
    rows = [
        ["Measured on Monday"],
        ["Plate: P1"],
        *block(shape, "Drug", "d"),
        ["Barcode", "P2"],
        *block(shape, "Drug", "e"),
    ]
    read = table(tmp_path, as_csv(rows))
    assert read.columns == ("Plate", "Well", "Drug")
    first, second = expected(shape, "d"), expected(shape, "e")
    assert cells(read) == [["P1", *row] for row in first] + [["P2", *row] for row in second]
    assert "row 1" in " ".join(read.remarks)


def test_a_title_that_is_a_plate_names_it(tmp_path: Path) -> None:
    shape = PlateShape(2, 3)
    rows = [["Plate 1"], *block(shape, "", "d"), [], ["Plate 2"], *block(shape, "", "e")]
    read = table(tmp_path, as_csv(rows))
    assert read.columns == ("Plate", "Well", "Value")
    assert [row[0] for row in cells(read)] == ["Plate 1"] * 6 + ["Plate 2"] * 6


def test_an_attribute_that_is_drawn_twice_is_two(tmp_path: Path) -> None:
    shape = PlateShape(2, 3)
    rows = [*block(shape, "Drug", "d"), *block(shape, "Drug", "e")]
    assert table(tmp_path, as_csv(rows)).columns == ("Well", "Drug", "Drug 2")


def test_parts_of_plates_and_wells_without_anything(tmp_path: Path) -> None:
    read = table(tmp_path, ",2,3,4\nB,x,,\nC,,,y\n")
    assert cells(read) == [["B02", "x"], ["C04", "y"]]


def test_a_sheet_is_drawn_as_well(tmp_path: Path) -> None:
    shape = PlateShape(8, 12)
    path = workbook(tmp_path / "kept", sheet_rows([["Drug"], *block(shape, "", "d")]))
    (read,) = opened(path)
    assert (read.columns, cells(read)) == (("Well", "Drug"), expected(shape, "d"))


def test_numbers_and_letters_in_an_ordinary_table_are_no_drawing(tmp_path: Path) -> None:
    read = table(tmp_path, "Row,Column,1,2\nA,1,x,y\nA,2,x,y\nB,1,x,y\n")
    assert read.columns == ("Row", "Column", "1", "2")


def test_a_drawing_without_end_is_refused(tmp_path: Path) -> None:
    text = as_csv(block(PlateShape(8, 12), "", "d")) + "x\n" * 10_000
    with pytest.raises(PlateMapRefused, match="drawn as plates are"):
        table(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "plate"),
    [
        ("P 1.csv", "P 1"),
        ("a/b.v2.tsv.gz", "b.v2"),
        ("c\\d.xlsx:Sheet 1", "d"),
        ("Plate.1", "Plate.1"),
        ("x.txt", "x"),
    ],
)
def test_a_plate_is_proposed_by_the_name_of_its_file(name: str, plate: str) -> None:
    assert plate_of_file(name) == plate
