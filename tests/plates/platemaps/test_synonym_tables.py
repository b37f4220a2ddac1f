"""Synonyms out of the tables that people have of them."""

from pathlib import Path

import pytest

from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.synonym_tables import Synonym, read_synonym_file, read_synonyms
from tests.plates.platemaps.written_files import packed, source, table

HGNC = """hgnc_id\tsymbol\tname\talias_symbol\tprev_symbol
HGNC:1097\tBRAF\tB-Raf\t"BRAF1|B-raf"\tRAFB1
HGNC:5\tA1BG\talpha\t\t
"""
GENE_INFO = """#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs
9606\t673\tBRAF\t-\tBRAF1|NS7\tHGNC:1097
9606\t1\tA1BG\t-\t-\t-
9606\t7157\tTP53\t-\tP53| BCC7 |P53\t-
"""
CHEBI = """ID\tCOMPOUND_ID\tTYPE\tSOURCE\tNAME\tADAPTED\tLANGUAGE
1\t15377\tSYNONYM\tKEGG\tH2O\tF\ten
2\t15377\tIUPAC NAME\tIUPAC\toxidane\tF\ten
"""
CHEBI_NEW = """id\tcompound_id\tname\ttype\tstatus_id
1\t15377\tH2O\tSYNONYM\t1
2\t15377\toxidane\tIUPAC NAME\t1
"""
CELLOSAURUS = """ ----------------------------------------------------------------
        Some group at some institute
 ----------------------------------------------------------------
ID         Identifier (cell line name)     Once; starts an entry
AC         Accession (CVCL_xxxx)           Once
SY         Synonyms                        Optional; once
//         Terminator                      Once; ends an entry
__________________________________________________________________
ID   HeLa
AC   CVCL_0030
AS   CVCL_9999
SY   HELA; Hela; He-La; HeLa
OX   NCBI_TaxID=9606; ! Homo sapiens (Human)
//
ID   MCF-7
AC   CVCL_0031
//
ID   broken
AC   nothing
SY   lost
//
"""


def found(folder: Path, content: str | bytes, name: str = "names.tsv") -> list[Synonym]:
    return list(read_synonym_file(source(folder, content, name)))


def test_hgnc_gives_aliases_and_former_symbols(tmp_path: Path) -> None:
    assert found(tmp_path, HGNC) == [
        Synonym(name, "BRAF", "HGNC:1097", "HGNC") for name in ("BRAF1", "B-raf", "RAFB1")
    ]


def test_ncbi_gives_synonyms_under_a_header_that_is_a_comment(tmp_path: Path) -> None:
    for content in (GENE_INFO, packed(GENE_INFO)):
        assert found(tmp_path, content, "Homo_sapiens.gene_info.gz") == [
            Synonym("BRAF1", "BRAF", "NCBIGene:673", "NCBI Gene"),
            Synonym("NS7", "BRAF", "NCBIGene:673", "NCBI Gene"),
            Synonym("P53", "TP53", "NCBIGene:7157", "NCBI Gene"),
            Synonym("BCC7", "TP53", "NCBIGene:7157", "NCBI Gene"),
        ]


@pytest.mark.parametrize("content", [CHEBI, CHEBI_NEW])
def test_chebi_gives_names_of_an_id(tmp_path: Path, content: str) -> None:
    assert found(tmp_path, content) == [
        Synonym(name, "CHEBI:15377", "CHEBI:15377", "ChEBI") for name in ("H2O", "oxidane")
    ]


def test_cellosaurus_is_read_as_it_is_published(tmp_path: Path) -> None:
    assert found(tmp_path, CELLOSAURUS, "cellosaurus.txt") == [
        Synonym(name, "HeLa", "cellosaurus:CVCL_0030", "Cellosaurus")
        for name in ("HELA", "Hela", "He-La")
    ]


@pytest.mark.parametrize(
    "text", ["HeLa\tCVCL_0030\n", "CVCL_0030\tHeLa\n", "name\tac\nHeLa\tCVCL_0030\n"]
)
def test_names_of_cell_lines_may_stand_beside_their_accession(tmp_path: Path, text: str) -> None:
    curie = "cellosaurus:CVCL_0030"
    assert found(tmp_path, text) == [Synonym("HeLa", "CVCL_0030", curie, "Cellosaurus")]


@pytest.mark.parametrize("text", ["synonym,means\np53,TP53\nx,\nq,q\n", "p53,TP53\n"])
def test_two_columns_are_a_name_and_what_it_means(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text, "ours.csv") == [Synonym("p53", "TP53", "", "ours.csv")]


def test_an_id_may_stand_beside(tmp_path: Path) -> None:
    text = "name,means,curie\nwater,H2O,CHEBI:15377\n"
    assert found(tmp_path, text, "ours.csv") == [Synonym("water", "H2O", "CHEBI:15377", "ours.csv")]


def test_any_other_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlateMapRefused, match="two columns, a name and what it means"):
        list(read_synonyms(table(tmp_path, "Plate,Well,Drug,Dose\nP1,A1,x,1\n")))
