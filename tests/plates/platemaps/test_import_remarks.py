from collections.abc import Sequence

from plates.platemaps.detecting import detect
from plates.platemaps.import_remarks import import_remarks, remarks_on_counts
from plates.platemaps.joining import join_report
from plates.platemaps.proposing import propose
from plates.platemaps.remarks import Remark, RemarkKind
from plates.platemaps.tables import Table
from tests.plates.platemaps.listed import ListedTable, listed

BARCODES = listed("barcode_platemap.csv", "Assay_Plate_Barcode,Plate_Map_Name\nP1,one.txt\nP2,one")
REAGENTS = listed("compounds.tsv", "broad_sample,pert_iname\nBRD-1,taxol\nBRD-9,unused\n")


def mapped(name: str, *wells: str) -> ListedTable:
    return listed(name, "\n".join(["well_position,broad_sample", *wells]))


def remarks(*tables: Table, plate: str = "") -> Sequence[str]:
    mapping = propose(tables, detect(tables))
    return import_remarks(tables, mapping, join_report(tables, mapping), plate=plate)


def test_nothing_is_said_of_files_that_are_used_whole() -> None:
    assert remarks(listed("any.csv", "Plate,Well,Drug\nP1,A1,x")) == ()


def test_what_joins_leave_over_is_named_with_its_file_column_and_row() -> None:
    told = remarks(
        BARCODES,
        mapped("one.txt", "A01,BRD-1", "A02,BRD-7"),
        mapped("two.txt", "A01,BRD-1"),
        REAGENTS,
    )
    assert told == (
        'No plate of the files has the plate map "two": what is in it is left out.',
        'The plate map "one.txt" is taken to be "one".',
        'In no table that they are joined to: "BRD-7" (row 3), named in the column "broad_sample" of one.txt.',
        'Of no well: "BRD-9" (row 3), in the column "broad_sample" of compounds.tsv.',
    )


def test_of_many_that_are_left_over_five_are_named_and_the_rest_counted() -> None:
    wells = [f"A{number:02},BRD-{number + 20}" for number in range(1, 10)]
    told = remarks(BARCODES, mapped("one.txt", "B01,BRD-1", *wells), REAGENTS)
    assert any('"BRD-25" (row 7) and 4 more, named in' in sentence for sentence in told)


def test_what_several_tables_leave_over_is_counted_for_each() -> None:
    wells = listed(
        "well.csv", "Metadata_Plate,Metadata_Well,Metadata_JCP2022\nP1,A01,J1\nP1,A02,J2"
    )
    plates = listed("plate.csv", "Metadata_Plate,Metadata_Batch\nP1,b\nP2,b")
    orfs = listed("orf.csv", "Metadata_JCP2022,Metadata_Symbol\nJ1,TP53\nJ8,MDM2\nJ9,EGFR")
    compounds = listed("compound.csv", "Metadata_JCP2022,Metadata_InChIKey\nJ2,key\nJ8,other")
    assert remarks(wells, plates, orfs, compounds) == (
        'Of no well: "P2" (row 3), in the column "Metadata_Plate" of plate.csv.',
        'Of no well: "J8" (row 3), "J9" (row 4), in the column "Metadata_JCP2022" of orf.csv.',
        'Of no well: "J8" (row 3), in the column "Metadata_JCP2022" of compound.csv.',
    )


def test_a_table_of_which_nothing_is_used_is_named_with_the_reason() -> None:
    told = remarks(
        listed("any.csv", "Plate,Well,Drug\nP1,A1,x"),
        listed("orders.csv", "Order,Price\n1,20\n2,30"),
    )
    assert len(told) == 1
    assert told[0].startswith("Nothing of orders.csv is used. It names neither plates nor wells")


def test_sheets_about_the_study_are_not_called_unused() -> None:
    study = listed("book.xlsx:StudyInformation", "Annotation_groups,Key,Value\nStudy,Study Title,x")
    assert remarks(listed("book.xlsx:AssayConditions", "Plate,Well,Drug\nP1,A1,x"), study) == ()


def test_a_plate_that_a_file_name_says_is_told() -> None:
    layout = listed("layout 7.csv", "Well,Drug\nA1,x")
    (told,) = remarks(layout)
    assert "No column names the plate" in told
    assert '"layout 7"' in told


def test_a_plate_is_told_once_where_the_table_tells_it_already() -> None:
    said = Remark("No plate is named; the file's name proposes P.", RemarkKind.PLATE_NAME, "P")
    assert remarks(ListedTable("P.csv", ("Well", "Drug"), (("A1", "x"),), (said,))) == ()


def test_a_plate_that_was_named_though_a_column_names_plates_is_told() -> None:
    (told,) = remarks(listed("any.csv", "Plate,Well,Drug\nP1,A1,x"), plate="P7")
    assert 'The plate "P7"' in told
    assert 'the column "Plate"' in told


LAYOUT = listed("layout.csv", "Plate,Well,Drug\nP1,A1,x")


def counted(rows: int, named: int, found: int) -> list[str]:
    mapping = propose((LAYOUT,), detect((LAYOUT,)))
    return list(remarks_on_counts((LAYOUT,), mapping, rows=rows, named=named, found=found))


def test_several_plates_of_which_none_is_here_raise_the_question_of_the_dataset() -> None:
    (told,) = counted(rows=9, named=3, found=0)
    assert "another one?" in told
    assert counted(rows=9, named=3, found=1) == []


def test_a_header_without_rows_is_told() -> None:
    assert counted(rows=0, named=0, found=0) == [
        "There are no rows below the header of layout.csv. Fill them in, and upload it again."
    ]
