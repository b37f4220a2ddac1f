"""Headers as they stand in real files; those of the corpus are read where it is at hand."""

import csv
import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.headers import ROLE_SPELLINGS, HeaderRole, read_header
from plates.platemaps.keys import KeyKind
from plates.platemaps.known_keys import KNOWN_KEYS

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Plate", HeaderRole.PLATE),
        ("plate_name", HeaderRole.PLATE),
        ("Assay_Plate_Barcode", HeaderRole.PLATE),
        ("Metadata_Plate", HeaderRole.PLATE),
        ("Image_Metadata_Plate", HeaderRole.PLATE),
        ("BARCODE", HeaderRole.PLATE),
        ("well_position", HeaderRole.WELL),
        ("Well Name", HeaderRole.WELL),
        ("row", HeaderRole.ROW),
        ("Col", HeaderRole.COLUMN),
        ("Well Number", HeaderRole.WELL_NUMBER),
        ("Image Name", HeaderRole.IMAGE),
        ("Destination Plate Barcode", HeaderRole.PLATE),
        ("Dest Plate Name", HeaderRole.PLATE),
        ("Destination Well", HeaderRole.WELL),
        ("Platte", HeaderRole.PLATE),
        ("Zeile", HeaderRole.ROW),
        ("Spalte", HeaderRole.COLUMN),
    ],
)
def test_some_headers_name_the_subject(header: str, role: HeaderRole) -> None:
    assert read_header(header).role is role


@pytest.mark.parametrize(
    ("header", "key", "group", "part", "unit"),
    [
        ("Gene Symbol", "gene", 0, "", ""),
        ("Characteristics [Cell Line]", "cell_line", 0, "", ""),
        ("Factor Value [Compound]", "compound", 0, "", ""),
        ("Experimental Condition [Dose]", "concentration", 0, "", ""),
        ("Experimental Condition [Temperature (C)]", "temperature", 0, "", "C"),
        ("Comment [Image]", "comment", 0, "", ""),
        ("Comment [Whatever]", "comment", 0, "", ""),
        ("Comment [Compound Comment]", "compound_comment", 0, "", ""),
        ("Metadata_broad_sample", "reagent", 0, "", ""),
        ("5'_flank_seq", "flank_5", 0, "", ""),
        ("Metadata_JCP2022", "jcp2022", 0, "", ""),
        ("Compound MOA (from Ljosa et al, 2013)", "moa", 0, "", ""),
        ("Compound 1", "compound", 1, "", ""),
        ("Compound 1 PubChem CID", "pubchem_cid", 1, "", ""),
        ("Compound 2 Concentration (microMolar)", "concentration", 2, "", "microMolar"),
        ("Drug2", "compound", 2, "", ""),
        ("Dose1_uM", "concentration", 1, "", "uM"),
        ("Organism 1", "organism", 1, "", ""),
        ("Phenotype 12", "phenotype", 12, "", ""),
        ("Phenotype 1 Term Name a", "phenotype_term", 1, "a", ""),
        ("Concentration (microMolar)", "concentration", 0, "", "microMolar"),
        ("Dose [uM]", "concentration", 0, "", "uM"),
        ("Dose in uM", "concentration", 0, "", "uM"),
        ("Dose, uM", "concentration", 0, "", "uM"),
        ("conc_um", "concentration", 0, "", "uM"),
        ("conc_mg_per_ml", "concentration", 0, "", "mg per ml"),
        ("mmoles_per_liter", "concentration", 0, "", "mmoles_per_liter"),
        ("mg_per_ml", "concentration", 0, "", "mg_per_ml"),
        ("Time_h", "duration", 0, "", "h"),
        ("hours", "duration", 0, "", "hours"),
        ("TimeTreatment", "duration", 0, "", ""),
        ("Concentration (log10 M)", "concentration", 0, "", ""),
    ],
)
def test_a_header_means_a_known_key(
    header: str, key: str, group: int, part: str, unit: str
) -> None:
    reading = read_header(header)
    assert reading.role is HeaderRole.KEY
    assert reading.known
    assert (reading.key.name, reading.group, reading.part) == (key, group, part)
    assert reading.unit == unit


@pytest.mark.parametrize(
    ("header", "role", "key", "group", "part"),
    [
        ("Term Source 2 REF", HeaderRole.ONTOLOGY, "", 2, ""),
        ("Term Source 2 Accession", HeaderRole.CURIE, "", 2, ""),
        ("Phenotype 1 Term Accession", HeaderRole.CURIE, "phenotype", 1, ""),
        ("Phenotype 1 Term Accession b", HeaderRole.CURIE, "phenotype", 1, "b"),
        ("Cell Line Ontology ID", HeaderRole.CURIE, "cell_line", 0, ""),
        ("Organism Term Source REF", HeaderRole.ONTOLOGY, "organism", 0, ""),
        ("Unit", HeaderRole.UNIT, "", 0, ""),
        ("DoseUnit", HeaderRole.UNIT, "concentration", 0, ""),
        ("Concentration Units", HeaderRole.UNIT, "concentration", 0, ""),
        ("Compound 2 Concentration Unit", HeaderRole.UNIT, "concentration", 2, ""),
    ],
)
def test_a_header_says_of_whom_its_column_speaks(
    header: str, role: HeaderRole, key: str, group: int, part: str
) -> None:
    reading = read_header(header)
    assert (reading.role, reading.key.name, reading.group, reading.part) == (role, key, group, part)


@pytest.mark.parametrize(
    "header", ["Z-score (Spindly)", "PM", "community", "Metadata_Name", "Forming Units", ""]
)
def test_a_header_that_nobody_knows_is_a_key_of_its_own(header: str) -> None:
    reading = read_header(header)
    assert reading.role is HeaderRole.KEY
    assert not reading.known
    assert reading.key.name == header.removeprefix("Metadata_")


def test_an_unknown_header_with_a_unit_is_a_quantity() -> None:
    reading = read_header("Doxycycline (ng/mL)")
    assert (reading.key.kind, reading.unit) == (KeyKind.QUANTITY, "ng/mL")
    assert reading.key.dimensions == ("mass concentration",)


def test_an_alias_comes_first() -> None:
    aliases = {"well": "batch", "stamm": "strain"}
    assert read_header("Well", aliases).key.name == "batch"
    assert read_header("Stamm 2", aliases).group == 2
    assert read_header("Stamm 2", aliases).key.name == "strain"


def test_every_spelling_of_the_tables_is_read_as_it_says() -> None:
    for key in KNOWN_KEYS:
        for spelling in (key.name, key.title, *key.spellings):
            assert read_header(spelling).key == key, spelling
    for role, spellings in ROLE_SPELLINGS.items():
        for spelling in spellings:
            assert read_header(spelling).role is role, spelling


@given(st.text(max_size=300), st.sampled_from(["", "Metadata_", "Comment [", "Term Source "]))
def test_any_header_is_read(text: str, before: str) -> None:
    reading = read_header(before + text)
    assert len(reading.key.name) <= 255


def test_hostile_headers_cost_nothing() -> None:
    started = time.process_time()
    for text in ("(" * 10_000, "a " * 10_000, "1 " * 10_000, "[x](" * 3000, "term source " * 999):
        read_header(text)
    assert time.process_time() - started < 0.5


def corpus_headers() -> Iterator[tuple[str, str]]:
    for folder in ("annotations", "platemaps"):
        for path in sorted((CORPUS / folder).rglob("*")):
            is_table = path.name.endswith((".csv", ".tsv", ".txt", ".csv.gz"))
            if not is_table or any(w in path.name for w in ("study", "SOURCE", "plates.tsv")):
                continue
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8", newline="") as lines:
                head = lines.readline()
            for header in next(csv.reader([head], delimiter="\t" if "\t" in head else ",")):
                yield path.name, header.strip()


UNKNOWN = {
    "Well_Experimental Condition [RNA interference]",
    "ch-TOG Multipolar Spindle Phenotype Hit",
    "Metadata_Name",
    "Type",
}
"""What the registry leaves to the file: none of these means the same elsewhere."""


@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)
def test_every_header_of_the_corpus_is_known_but_for_readouts_and_microscopes() -> None:
    headers = list(corpus_headers())
    assert len(headers) > 300
    unknown = {
        header
        for name, header in headers
        if not read_header(header).known
        and not name.startswith(("microscope", "cellprofiler"))
        and "z-score" not in header.casefold()
    }
    assert unknown == UNKNOWN
