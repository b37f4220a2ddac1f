from itertools import permutations
from pathlib import Path

import pytest

from plates.platemaps.detecting import detect, left_aside
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.formats import Format
from tests.plates.platemaps.listed import ListedTable, headed, listed
from tests.plates.platemaps.written_files import tables

BARCODES = listed("barcode_platemap.csv", "Assay_Plate_Barcode,Plate_Map_Name\nP1,map\nP2,control")
MAP = listed("map.txt", "well_position,broad_sample,solvent\nA01,BRD-1,DMSO\nA02,,DMSO")
REAGENTS = listed("facts.tsv", "broad_sample,pert_iname\nBRD-1,taxol\nBRD-2,AZ-1")
INSTRUMENTS = listed("config.csv", "Metadata_Source,Metadata_Microscope_Name\nsource_1,Opera")
PLATES = listed("plates.tsv", "1,2\nP1,/data/P1\nP2,/data/P2")
ANNOTATION = listed(
    "annotation.csv",
    "Plate,Well,Characteristics [Organism],Phenotype 1\nP1,A1,Homo sapiens,round\nP1,A2,Homo sapiens,",
)
LIBRARY = listed(
    "library.txt", "Plate,Well,Characteristics [Organism]\nP1,A1,Homo sapiens\nP1,A2,Homo sapiens"
)
STUDY = listed("idr-study.txt", "Comment[IDR Study Accession],x\nStudy Title,A study")


@pytest.mark.parametrize(
    ("table", "form"),
    [
        (BARCODES, Format.JUMP_PLATEMAP),
        (MAP, Format.JUMP_PLATEMAP),
        (ANNOTATION, Format.IDR_ANNOTATION),
        (LIBRARY, Format.IDR_LIBRARY),
        (PLATES, Format.BARCODES),
        (listed("p.csv", "Barcode,Batch\nP1,1"), Format.BARCODES),
        (
            listed("w.csv", "Metadata_Plate,Metadata_Well,Metadata_JCP2022\nP1,A01,JCP_1"),
            Format.JUMP_TABLE,
        ),
        (listed("c.csv", "row,column,Drug\nA,1,taxol"), Format.CONDITION_TABLE),
        (listed("c.csv", "Row,Col,acquisition,Drug\n1,1,0,taxol"), Format.CONDITION_TABLE),
        (listed("M.xlsx:AssayConditions", "Plate,Well,Treatment\nP1,A1,x"), Format.MIHCSME),
        (listed("t.csv", "Plate,Well,Drug\nP1,A1,x"), Format.TABLE),
        (listed("t.csv", "Image Name,Drug\na.tif,x"), Format.TABLE),
        (listed("t.csv", "platecat,plate,well,image,compound\n1,P1,A1,,x"), Format.PLATECAT),
        (
            listed("t.csv", "Position,Drug\nA1,x\nA2,x\nA3,y\nB1,z\nB2,z\nB3,z"),
            Format.TABLE,
        ),
    ],
)
def test_a_table_is_recognised_by_what_stands_in_it(table: ListedTable, form: Format) -> None:
    assert detect((table,)) is form


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_files_does_not_matter(order: tuple[int, ...]) -> None:
    files = (BARCODES, MAP, REAGENTS)
    assert detect([files[place] for place in order]) is Format.JUMP_PLATEMAP
    assert left_aside([files[place] for place in order]) == ()


@pytest.mark.parametrize("files", [(BARCODES, MAP), (MAP, REAGENTS), (BARCODES,), (MAP,)])
def test_any_part_of_a_set_is_recognised(files: tuple[ListedTable, ...]) -> None:
    assert detect(files) is Format.JUMP_PLATEMAP


def test_what_is_something_else_is_left_aside_with_a_reason() -> None:
    aside = left_aside((STUDY, LIBRARY, INSTRUMENTS, ANNOTATION, PLATES))
    assert [(left.name, left.reason.split(",")[0].split(" (")[0]) for left in aside] == [
        ("idr-study.txt", "It names neither plates nor wells"),
        ("library.txt", "annotation.csv has the same plates"),
        ("config.csv", "It is about instruments or programs"),
        ("plates.tsv", "It lists plates and the paths from which they came"),
    ]
    assert detect((STUDY, LIBRARY, INSTRUMENTS, ANNOTATION, PLATES)) is Format.IDR_ANNOTATION


def test_a_library_of_other_plates_is_not_left_aside() -> None:
    other = listed("library.txt", "Plate,Well,Characteristics [Organism]\nP9,A1,Mus musculus")
    assert left_aside((other, ANNOTATION)) == ()


def test_plates_of_another_set_do_not_join_by_accident() -> None:
    others = listed("plate.csv", "Metadata_Plate,Metadata_Batch\nX1,b\nX2,b")
    assert [left.reason for left in left_aside((BARCODES, MAP, others))] == [
        "None of its plates is named in the other tables."
    ]


@pytest.mark.parametrize("files", [(REAGENTS,), (STUDY, INSTRUMENTS), (headed("empty.csv"),)])
def test_files_without_wells_and_plates_are_refused(files: tuple[ListedTable, ...]) -> None:
    with pytest.raises(PlateMapRefused) as refusal:
        detect(files)
    sentence = str(refusal.value)
    assert "No column names wells" in sentence
    assert files[0].name in sentence
    for header in files[0].columns:
        assert header in sentence


def test_no_files_at_all_are_refused() -> None:
    with pytest.raises(PlateMapRefused, match="There is no table"):
        detect(())


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("# header well,plate,s,d\nWell,Plate,Drug,Dose\nA1,P1,taxol,3\n", Format.OMERO_POPULATE),
        ("Drug,1,2,3\nA,x,y,z\nB,x,y,z\n", Format.MATRIX),
        ("Row;Column;Drug\n1;1;x\n", Format.CONDITION_TABLE),
        ("P1\t/data/P1\nP2\t/data/P2\n", Format.BARCODES),
    ],
)
def test_a_file_is_recognised_by_what_its_reader_found(
    tmp_path: Path, content: str, form: Format
) -> None:
    assert detect(tables(tmp_path, content)) is form
