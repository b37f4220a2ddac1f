"""The header is found among comments, titles, help and blank rows; nothing else is lost."""

from pathlib import Path

import pytest

from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.tables import Table
from tests.plates.platemaps.written_files import cells, numbers, table

ROWS = "A1,DMSO\nA2,taxol\n"


def remarks(table: Table) -> dict[RemarkKind, str]:
    return {one.kind: one.content for one in table.remarks if isinstance(one, Remark)}


def test_comments_stand_anywhere(tmp_path: Path) -> None:
    read = table(tmp_path, '# from "lab\n#\nWell,Drug\n\nA1,DMSO\n# odd " mark, here\n\nA2,taxol\n')
    assert (read.columns, cells(read)) == (("Well", "Drug"), [["A1", "DMSO"], ["A2", "taxol"]])
    assert numbers(read) == [5, 8]
    assert remarks(read)[RemarkKind.COMMENT].startswith("# ")


def test_comments_far_below_are_told_too(tmp_path: Path) -> None:
    read = table(tmp_path, "Well,Drug\n" + ROWS * 200 + "# the end\n")
    assert remarks(read) == {RemarkKind.COMMENT: "# the end"}
    assert "row 402" in read.remarks[0]


def test_rows_whose_plate_begins_with_a_hash_are_data(tmp_path: Path) -> None:
    read = table(tmp_path, "Plate,Well,Drug\n#12,A1,DMSO\n#N/A,A2,\n#,,\n")
    assert cells(read) == [["#12", "A1", "DMSO"], ["#N/A", "A2", ""]]


def test_the_types_of_an_omero_table_are_kept_for_whoever_detects_it(tmp_path: Path) -> None:
    read = table(tmp_path, f"# header well,s\nWell,Drug\n{ROWS}")
    assert (read.columns, remarks(read)) == (("Well", "Drug"), {RemarkKind.OMERO_HEADER: "well,s"})
    assert numbers(read) == [3, 4]


def test_a_header_may_be_a_comment(tmp_path: Path) -> None:
    read = table(tmp_path, "## made by us\n#tax_id\tGeneID\tSymbol\n9606\t1\tA1BG\n")
    assert (read.columns, cells(read)) == (("tax_id", "GeneID", "Symbol"), [["9606", "1", "A1BG"]])
    assert table(tmp_path, "#Well,Drug\n").columns == ("Well", "Drug")
    assert table(tmp_path, f"#Well,Drug\n{ROWS}").columns == ("Well", "Drug")
    assert table(tmp_path, f"#Well,Drug\nPosition,Compound\n{ROWS}").columns[0] == "Position"


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    read = table(tmp_path, f"Exported on Monday\n\nWell,Drug\n{ROWS}")
    assert (read.columns, numbers(read)) == (("Well", "Drug"), [4, 5])
    assert remarks(read) == {RemarkKind.TITLE: "Exported on Monday"}


@pytest.mark.parametrize("line", ["#the well,#the drug", ",#the drug;and,#more"])
def test_a_row_of_help_is_no_data(tmp_path: Path, line: str) -> None:
    read = table(tmp_path, f"Well,Drug,Note\n{line}\nA1,DMSO,x\n")
    assert (cells(read), numbers(read)) == ([["A1", "DMSO", "x"]], [3])
    assert read.remarks


def test_a_list_of_plates_has_no_header(tmp_path: Path) -> None:
    read = table(tmp_path, "P 1[2]\t/uod/idr/a b /x\nP2\t../screens/P2.screen\n", "plates.tsv")
    assert (read.columns, numbers(read)) == (("1", "2"), [1, 2])
    assert cells(read)[0] == ["P 1[2]", "/uod/idr/a b /x"]


def test_wells_in_the_first_row_are_data(tmp_path: Path) -> None:
    read = table(tmp_path, ROWS)
    assert (read.columns, cells(read)) == (("1", "2"), [["A1", "DMSO"], ["A2", "taxol"]])


def test_blanks_around_cells_and_empty_columns_at_the_end_are_taken_off(tmp_path: Path) -> None:
    read = table(tmp_path, " Well , Drug ,,\nA1 , DMSO,,\n ,, ,\n\n\u00a0A2,,,\n")
    assert (read.columns, cells(read)) == (("Well", "Drug"), [["A1", "DMSO"], ["A2", ""]])


def test_columns_without_a_name_are_kept_if_a_row_fills_them(tmp_path: Path) -> None:
    read = table(tmp_path, ",Well,,\nP1,A1,x,\n")
    assert (read.columns, cells(read)) == (("", "Well", ""), [["P1", "A1", "x"]])


def test_ragged_rows_keep_the_cells_that_they_have(tmp_path: Path) -> None:
    read = table(tmp_path, "Plate,Well,Drug\nP1,A1\nP1,A2,x,y\nP1,A3,z,\nP1,A4,w\n")
    assert [len(row) for row in cells(read)] == [2, 4, 3, 3]


def test_headers_may_repeat_and_hold_anything(tmp_path: Path) -> None:
    read = table(tmp_path, 'Well,"MOA (from Ljosa, ""2013"")",5\'_flank,Dose,Dose\nA1,a,b,c,d\n')
    assert read.columns == ("Well", 'MOA (from Ljosa, "2013")', "5'_flank", "Dose", "Dose")


def test_a_single_column_is_a_table_too(tmp_path: Path) -> None:
    read = table(tmp_path, "Barcode\n000123\nBR 1\n")
    assert (read.columns, cells(read)) == (("Barcode",), [["000123"], ["BR 1"]])
