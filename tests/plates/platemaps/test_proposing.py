import pytest

from plates.platemaps.detecting import detect
from plates.platemaps.joining import long_rows
from plates.platemaps.mappings import ColumnKind, ColumnMapping, Mapping
from plates.platemaps.proposing import headers_digest, propose, understand
from tests.plates.platemaps.listed import ListedTable, headed, listed, of_rows


def proposed(*tables: ListedTable) -> dict[str, ColumnMapping]:
    """The proposal for each column, by its header."""
    return {column.name: column for column in reversed(understand(tables).mapping.columns)}


def test_a_well_counts_before_its_number_and_what_repeats_both() -> None:
    columns = proposed(
        listed(
            "t.csv",
            "Plate,Well Number,Well,Plate_Well,Gene\nP1,1,A1,P1_A1,TP53\nP1,2,A2,P1_A2,KRAS",
        )
    )
    assert {name: column.kind.value for name, column in columns.items()} == {
        "Plate": "plate",
        "Well Number": "ignored",
        "Well": "well",
        "Plate_Well": "ignored",
        "Gene": "term",
    }


def test_a_number_counts_where_no_well_is_named() -> None:
    columns = proposed(listed("t.csv", "Plate,Well Number,Gene\nP1,1,TP53"))
    assert columns["Well Number"].kind is ColumnKind.WELL_NUMBER


def test_a_row_and_a_column_name_a_well() -> None:
    columns = proposed(listed("t.csv", "Row,Col,Gene\nA,1,TP53"))
    assert [columns[name].kind.value for name in ("Row", "Col")] == ["row", "column"]


def test_a_row_without_a_column_is_kept_as_what_it_says() -> None:
    columns = proposed(listed("t.csv", "Well,Row,Gene\nA01,x,TP53"))
    assert columns["Row"].kind is ColumnKind.IGNORED
    images = proposed(listed("t.csv", "Image,Row,Gene\na.tif,x,TP53"))
    assert (images["Row"].kind, images["Row"].becomes) == (ColumnKind.TERM, "Row")


def test_an_image_beside_a_well_is_text() -> None:
    columns = proposed(listed("t.csv", "Plate,Well,Image Name\nP1,A1,a.tif\nP1,A2,b.tif"))
    assert (columns["Image Name"].kind, columns["Image Name"].becomes) == (
        ColumnKind.TEXT,
        "Image Name",
    )


def test_wells_are_found_by_their_cells_under_any_header() -> None:
    columns = proposed(listed("t.csv", "Pos,Sort\nA1,x\nA2,x\nA3,y\nB1,z\nB2,z\nB3,z"))
    assert columns["Pos"].kind is ColumnKind.WELL
    assert columns["Sort"].kind is ColumnKind.TERM


def test_numbered_columns_keep_together() -> None:
    columns = proposed(
        listed(
            "t.csv",
            "Plate,Well,Compound 1,Compound 1 Concentration (uM),Compound 2,Compound 2 Concentration (uM)\n"
            "P1,A1,taxol,1,AZ,3",
        )
    )
    assert [(c.becomes, c.group, c.unit) for n, c in columns.items() if "Compound" in n] == [
        ("concentration", 2, "uM"),
        ("compound", 2, ""),
        ("concentration", 1, "uM"),
        ("compound", 1, ""),
    ]


def test_ontology_columns_belong_to_the_column_before_them() -> None:
    columns = proposed(
        listed(
            "t.csv",
            "Plate,Well,Characteristics [Organism],Term Source 1 REF,Term Source 1 Accession,"
            "Phenotype 1,Phenotype 2,Phenotype 1 Term Accession a,Phenotype 2 Term Accession\n"
            "P1,A1,Homo sapiens,NCBITaxon,NCBITaxon_9606,round,flat,CMPO_1,CMPO_2",
        )
    )
    of = {name: column.of for name, column in columns.items() if column.of}
    assert of == {
        "Term Source 1 REF": columns["Characteristics [Organism]"].place,
        "Term Source 1 Accession": columns["Characteristics [Organism]"].place,
        "Phenotype 1 Term Accession a": columns["Phenotype 1"].place,
        "Phenotype 2 Term Accession": columns["Phenotype 2"].place,
    }


def test_an_ontology_column_that_speaks_of_nothing_is_a_term() -> None:
    columns = proposed(listed("t.csv", "Plate,Well,Term Source 1 REF\nP1,A1,NCBITaxon"))
    assert columns["Term Source 1 REF"].kind is ColumnKind.TERM


@pytest.mark.parametrize(
    ("header", "cells", "kind", "unit"),
    [
        ("Dose", "0.3 micromolar;1 micromolar", ColumnKind.QUANTITY, ""),
        ("mg_per_ml", "0.3;1", ColumnKind.QUANTITY, "mg_per_ml"),
        ("Doxycycline (ng/mL)", "100;200", ColumnKind.QUANTITY, "ng/mL"),
        ("Serum", "10 uM;3 uM;1 nM", ColumnKind.QUANTITY, ""),
        ("Time point", "early;late", ColumnKind.TERM, ""),
        ("Pass", "1;2;3", ColumnKind.TERM, ""),
        ("Catalogue id", "100200;100300", ColumnKind.TERM, ""),
        ("Lot", "0.5;0.75", ColumnKind.TERM, ""),
        ("Stiffness", "0.5;0.75;12.25", ColumnKind.QUANTITY, ""),
        ("Nuclear area", "12.1;13.7;9.2;14.4", ColumnKind.READOUT, ""),
        ("f17", ";".join(str(n / 7) for n in range(40)), ColumnKind.READOUT, ""),
        ("f17", ";".join(f"{n},5" for n in range(40)), ColumnKind.READOUT, ""),
        ("Gene symbol", "9;SEPT9;MARCH1", ColumnKind.TERM, ""),
        ("Story", ";".join(f"{n} {'word ' * 60}" for n in range(3)), ColumnKind.TEXT, ""),
    ],
)
def test_cells_say_what_a_column_holds(
    header: str, cells: str, kind: ColumnKind, unit: str
) -> None:
    rows = [("P1", f"A{n}", cell.strip()) for n, cell in enumerate(cells.split(";"), 1)]
    column = proposed(of_rows("t.csv", ["Plate", "Well", header], rows))[header]
    assert (column.kind, column.unit) == (kind, unit)
    assert column.decimal == ("," if "," in cells else "")


def test_a_unit_beside_a_dose_speaks_of_it() -> None:
    columns = proposed(
        listed("t.csv", "Plate,Well,Unit,Dose,Time,TimeUnit\nP1,A1,uM,3,4,h\nP1,A2,uM,1,4,h")
    )
    assert columns["Unit"].kind is ColumnKind.UNIT
    assert columns["Unit"].of == columns["Dose"].place
    assert columns["TimeUnit"].of == columns["Time"].place


def test_a_word_for_nothing_may_be_the_name_of_a_gene() -> None:
    named = proposed(listed("t.csv", "Plate,Well,Gene,Dose\nP1,A1,NA,NA\nP1,A2,TP53,1 uM"))
    assert (named["Gene"].nulls, named["Dose"].nulls) == ((), ("NA",))
    everywhere = proposed(
        listed("t.csv", "Plate,Well,Gene,Dose,Batch\nP1,A1,NA,NA,NA\nP1,A2,TP53,1 uM,b")
    )
    assert everywhere["Gene"].nulls == ("NA",)
    assert proposed(listed("t.csv", "Plate,Well,Gene\nP1,A1,N/A"))["Gene"].nulls == ("N/A",)


def test_cells_with_bars_hold_several_values() -> None:
    columns = proposed(
        listed("t.csv", "Plate,Well,target_list,Comment\nP1,A1,A|B,a; b\nP1,A2,C,c; d")
    )
    assert (columns["target_list"].split, columns["Comment"].split) == ("|", "")


def test_a_file_names_the_plate_where_nothing_else_does() -> None:
    table = listed("plates/BR00117012.csv", "Well,Gene\nA1,TP53")
    assert propose((table,), detect((table,))).plate == "BR00117012"
    other = listed("BR2.csv", "Well,Gene\nA1,TP53")
    mapping = propose((table, other), detect((table, other)))
    assert (mapping.plate, mapping.file_plates) == ("", {0: "BR00117012", 1: "BR2"})
    images = listed("x.csv", "Image,Gene\na.tif,TP53")
    assert propose((images,), detect((images,))).plate == ""


def test_an_institute_has_its_own_headers() -> None:
    table = listed("t.csv", "Plate,Well,Wirkstoff\nP1,A1,taxol")
    mapping = propose((table,), detect((table,)), aliases={"wirkstoff": "compound"})
    assert mapping.columns[2].becomes == "compound"


def test_a_saved_mapping_is_proposed_again_for_files_of_other_names() -> None:
    first = listed("a.csv", "Plate,Well,Sort\nP1,A1,x")
    second = headed("z.csv", "Plate", "Well", "Other")
    mapping = understand((first, second)).mapping
    saved = Mapping(
        mapping.format,
        tuple(
            column
            if column.name != "Sort"
            else ColumnMapping(column.place, "Sort", ColumnKind.TEXT, "note")
            for column in mapping.columns
        ),
    )
    again = propose((second, headed("b.csv", "Plate", "Well", "Sort")), mapping.format, saved=saved)
    found = next(column for column in again.columns if column.name == "Sort")
    assert (found.kind, found.becomes, found.place.table) == (ColumnKind.TEXT, "note", 1)


def test_tables_with_the_same_headers_share_a_digest() -> None:
    one, two = headed("a.csv", "Plate", "Well"), headed("b.csv", "Plate", "Gene")
    assert headers_digest((one, two)) == headers_digest(
        (two, one, headed("c.csv", "Plate", "Well"))
    )
    assert headers_digest((one,)) != headers_digest((headed("a.csv", "Well", "Plate"),))
    assert headers_digest((one,)) != headers_digest((headed("a.csv", "Plate,Well"),))


def test_nothing_is_dropped() -> None:
    table = headed("t.csv", "Plate", "Well", "", "x", "x", "Wells", "Barcode")
    mapping = understand((table,)).mapping
    assert [column.place.column for column in mapping.columns] == list(range(7))
    kept = [column for column in mapping.columns if column.kind is not ColumnKind.IGNORED]
    assert len(kept) == 7
    assert all(column.becomes for column in kept[2:])


def test_a_barcode_file_says_more_of_the_plates_that_wells_name_themselves() -> None:
    barcodes = listed("barcodes.csv", "Barcode,Plate_Map_Name,Batch\nP1,m,b1\nP2,m,b2")
    wells = listed("wells.csv", "Plate,Well,Gene\nP1,A1,TP53")
    mapping = understand((barcodes, wells)).mapping
    assert [(join.left.table, join.table) for join in mapping.joins] == [(1, 0)]


def test_many_maps_are_understood_and_joined_soon() -> None:
    maps = [listed(f"map {n}.txt", "Well,broad_sample\nA01,s1\nA02,s2") for n in range(98)]
    named = "\n".join(f"P{n},map {n % 98}" for n in range(2_000))
    barcodes = listed("barcodes.csv", f"Barcode,Plate_Map_Name\n{named}")
    facts = listed("facts.tsv", "broad_sample,gene\ns1,TP53\ns2,KRAS")
    tables = (*maps, barcodes, facts)
    mapping = understand(tables).mapping
    assert len(mapping.joins) == 2 * 98
    assert sum(1 for row in long_rows(tables, mapping) if len(row.values) == 3) == 4_000
