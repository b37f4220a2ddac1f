import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.ontologies import contradiction, curie_of, described, prefix_of


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("NCBITaxon_9606", "NCBITaxon:9606"),
        ("NCBITaxon:9606", "NCBITaxon:9606"),
        ("NCBI:txid9606", "NCBITaxon:9606"),
        ("txid9606", "NCBITaxon:9606"),
        ("taxon:9606", "NCBITaxon:9606"),
        ("EFO_0001203", "EFO:0001203"),
        ("FBbi_00000246", "FBbi:00000246"),
        ("Fbbi_00000246", "FBbi:00000246"),
        ("obo:FBbi_00000246", "FBbi:00000246"),
        ("obo:FBbi:00000246", "FBbi:00000246"),
        ("FBbi:00000243", "FBbi:00000243"),
        ("NCIT_C182027", "NCIT:C182027"),
        ("obo:MI_1024", "MI:1024"),
        ("CMPO_0000427", "CMPO:0000427"),
        ("CVCL_0023", "cellosaurus:CVCL_0023"),
        ("http://purl.obolibrary.org/obo/EFO_0001203", "EFO:0001203"),
        ("http://www.ebi.ac.uk/efo/EFO_0001203", "EFO:0001203"),
        ("http://www.ebi.ac.uk/cmpo/CMPO_0000077/", "CMPO:0000077"),
        ("https://identifiers.org/taxonomy:9606", "NCBITaxon:9606"),
        (" EFO_0001203 ", "EFO:0001203"),
    ],
)
def test_an_id_is_one_curie_however_it_is_written(text: str, curie: str) -> None:
    assert curie_of(text) == curie
    assert curie_of(curie) == curie or curie.startswith("cellosaurus:")


@pytest.mark.parametrize(
    "text",
    ["", "9606", "Homo sapiens", "EFO_123", "NCBITaxon_", "FBbi_246", "foo_bar", "x" * 1000, "_1"],
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert curie_of(text) == ""


def test_a_bare_number_takes_the_ontology_that_the_table_names() -> None:
    assert curie_of("9606", ontology="NCBITaxon") == "NCBITaxon:9606"
    assert curie_of("9606", ontology="NCBI Taxonomy") == "NCBITaxon:9606"
    assert curie_of("00000246", ontology="Fbbi") == "FBbi:00000246"
    assert curie_of("246", ontology="FBbi") == ""
    assert curie_of("EFO_0001203", ontology="NCBITaxon") == "EFO:0001203"


def test_an_ontology_that_is_no_name_makes_no_id() -> None:
    assert curie_of("9606", ontology="the usual, v2") == ""
    assert curie_of("9606", ontology="a:b") == ""


def test_an_ontology_that_nobody_knows_keeps_its_name() -> None:
    assert prefix_of("XYZ") == "XYZ"
    assert curie_of("XYZ:0001") == "XYZ:0001"


@pytest.mark.parametrize(
    ("key", "text", "curie"),
    [
        ("gene_id", "ENSG00000143384", "ensembl:ENSG00000143384"),
        ("gene_id", "ENSMUSG00000000001.4", "ensembl:ENSMUSG00000000001"),
        ("gene_id", "YAL068C", "SGD:YAL068C"),
        ("gene_id", "YAL068W-A", "SGD:YAL068W-A"),
        ("gene_id", "SPAC27E2.03c", "PomBase:SPAC27E2.03c"),
        ("gene_id", "SPAPB1A10.09", "PomBase:SPAPB1A10.09"),
        ("gene_id", "FBgn0000001", "FlyBase:FBgn0000001"),
        ("gene_id", "HGNC:5", "HGNC:5"),
        ("gene_id", "GeneID:9", "NCBIGene:9"),
        ("pubchem_cid", "9883933", "pubchem.compound:9883933"),
        ("chembl", "CHEMBL25", "chembl.compound:CHEMBL25"),
        ("drugbank", "DB00945", "drugbank:DB00945"),
        ("chebi", "15377", "CHEBI:15377"),
        ("inchikey", "LOUPRKONTZGTKE-UHFFFAOYSA-N", "inchikey:LOUPRKONTZGTKE-UHFFFAOYSA-N"),
        ("reagent", "BRD-A86665761-001-01-1", "brd:BRD-A86665761"),
        ("compound_id", "CHEMBL25", "chembl.compound:CHEMBL25"),
        ("transcript", "NM_006845.4", "refseq:NM_006845"),
        ("taxon_id", "9606", "NCBITaxon:9606"),
        ("protein_id", "P04637", "uniprot:P04637"),
    ],
)
def test_an_id_that_says_what_it_is_has_a_curie(key: str, text: str, curie: str) -> None:
    assert described(key, text) == curie


@pytest.mark.parametrize(
    ("key", "text"),
    [("gene_id", "9"), ("gene_id", "TP53"), ("taxon_id", "CONTROL"), ("gene", "ENSG00000143384")],
)
def test_an_id_that_does_not_has_none(key: str, text: str) -> None:
    assert described(key, text) == ""


def test_a_bare_gene_number_needs_the_column_to_say_whose_it_is() -> None:
    assert described("gene_id", "9", ontology="NCBIGene") == "NCBIGene:9"


def test_a_species_that_is_not_its_id_is_said() -> None:
    sentence = contradiction("organism", "Homo sapiens", "NCBITaxon:9601")
    assert "Homo sapiens is NCBITaxon:9606, but the table gives NCBITaxon:9601" in sentence
    assert contradiction("organism", "Homo sapiens", "NCBITaxon:9606") == ""
    assert contradiction("organism", "Unheard of", "NCBITaxon:9601") == ""


@given(st.text(max_size=100), st.text(max_size=20))
def test_any_text_is_a_curie_or_none(text: str, ontology: str) -> None:
    curie = curie_of(text, ontology=ontology)
    assert curie == "" or re.fullmatch(r"[^:]+:[A-Za-z0-9_]+", curie)


def test_hostile_ids_cost_nothing() -> None:
    started = time.process_time()
    for text in ("http://" + "a/" * 5000, "obo:" * 2500, "A" * 10_000, "http://" + "a" * 290):
        curie_of(text)
    assert time.process_time() - started < 0.2
