"""Studies are read into their places, and what has none is kept as it stands."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.errors import PlateMapRefused
from plates.platemaps.limits import MAX_STUDY_ROWS
from plates.platemaps.studies import (
    Study,
    StudyField,
    StudyPerson,
    StudyPublication,
    StudyScreen,
    StudyTerm,
)
from plates.platemaps.study_files import read_study
from plates.platemaps.tables import Table
from tests.plates.platemaps.written_files import sheet_rows, tables, workbook

CORPUS = Path(os.environ.get("PLATECAT_CORPUS", "/nonexistent"))
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is absent: set PLATECAT_CORPUS to its folder"
)
IDR = """"# Section about the study"\t\t
# Study
Comment[IDR Study Accession]\tidr9999
Study Title\tSpindles
Study Description\tA screen of "spindles"
Study Key Words\tmitosis\tRNAi\t
Study Organism\tHomo sapiens\tMus musculus
Study Organism Term Source REF\tNCBITaxon
Study Organism Term Accession\t9606\tNCBITaxon_10090
Study External URL\t

Study PubMed ID\t1\t\t3
Study Publication Title\tOne\tTwo\tThree
Study Author List\tA B\tC D
Study DOI\thttp://dx.doi.org/10.1000/one\t10.1000/two

Study Person Last Name\tDoe\tRoe
Study Person First Name\tJane
Study Person ORCID\thttps://orcid.org/0000-0001-2345-678x
Study Person Roles\tsubmitter; owner\tsubmitter
Study License\tCC BY 4.0
Study License URL\thttps://creativecommons.org/licenses/by/4.0/
Study Data DOI\thttps://doi.org/10.1000/data

Screen Number\t1
Comment[IDR Screen Name]\tidr9999/screenA
Screen Description\tFirst
Screen Imaging Method\tconfocal
Screen Imaging Method Term Source REF\tFbbi
Screen Imaging Method Term Accession\tobo:FBbi_00000253
Protocol Name\tgrowth\ttreatment
Protocol Type\t\tx

Screen Number\t2
Comment[IDR Screen Name]\tidr9999/screenB
Screen Imaging Method\tsomething
Screen Imaging Method Term Source REF\tOWN
Screen Imaging Method Term Accession\tnot an id
"""


def study_of(tables: tuple[Table, ...]) -> Study:
    study = read_study(tables)
    assert study is not None
    return study


def texts(study: Study) -> Iterator[str]:
    """Everything that a study says, in no order."""
    yield from (study.title, study.description, study.accession, study.licence_text, study.doi)
    yield from study.keywords
    for screen in study.screens:
        yield from (screen.name, screen.description)
    for term in (*study.organisms, *(term for one in study.screens for term in one.methods)):
        yield from (term.text, term.curie)
    for person in study.people:
        yield from (person.first_name, person.last_name, person.email, person.address)
        yield from (person.orcid, "; ".join(person.roles))
    for paper in study.publications:
        yield from (paper.title, paper.authors, paper.doi, paper.pubmed, paper.pmc)
    for field in (*study.fields, *(field for one in study.screens for field in one.fields)):
        yield from field.values


def test_the_study_file_of_idr_is_read_into_its_places(tmp_path: Path) -> None:
    study = study_of(tables(tmp_path, IDR, "idr9999-study.txt"))
    assert (study.title, study.accession, study.doi) == ("Spindles", "idr9999", "10.1000/data")
    assert study.description == 'A screen of "spindles"'
    assert (study.licence, study.licence_text) == ("CC-BY-4.0", "CC BY 4.0")
    assert study.keywords == ("mitosis", "RNAi")
    human, mouse = "NCBITaxon:9606", "NCBITaxon:10090"
    assert study.organisms == (StudyTerm("Homo sapiens", human), StudyTerm("Mus musculus", mouse))
    assert study.people == (
        StudyPerson("Jane", "Doe", orcid="0000-0001-2345-678X", roles=("submitter", "owner")),
        StudyPerson("", "Roe", roles=("submitter",)),
    )
    assert study.publications == (
        StudyPublication("One", "A B", "10.1000/one", "1"),
        StudyPublication("Two", "C D", "10.1000/two"),
        StudyPublication("Three", pubmed="3"),
    )
    assert [field.key for field in study.fields] == ["Study License URL"]


def test_each_screen_has_its_own_fields(tmp_path: Path) -> None:
    first, second = study_of(tables(tmp_path, IDR)).screens
    assert (first.name, first.description) == ("idr9999/screenA", "First")
    assert first.methods == (StudyTerm("confocal", "FBbi:00000253"),)
    assert first.fields == (
        StudyField("", "Screen Number", ("1",)),
        StudyField("", "Protocol Name", ("growth", "treatment")),
        StudyField("", "Protocol Type", ("", "x")),
    )
    # An id that is none stays as it stands, with what it claims to belong to.
    assert second.methods == (StudyTerm("something"),)
    assert [field.values for field in second.fields] == [("2",), ("OWN",), ("not an id",)]


def sheets(tmp_path: Path, *, filled: bool) -> tuple[Table, ...]:
    def rows(*said: tuple[str, str, str]) -> str:
        header = ["Annotation_groups", "Key", "Value", "Comments_User", "Description"]
        body = [[group, key, value if filled else " ", " ", "help"] for group, key, value in said]
        return sheet_rows([["# comments:"], ["#"], header, *body])

    path = workbook(
        tmp_path / "kept",
        rows(
            ("DataOwner", "First Name", "Jane"),
            ("DataOwner", "Last Name", "Doe"),
            ("DataCollaborator", "ORCID  Data Collaborator", "0000-0001-2345-6789"),
            (
                "DataCollaborator",
                "ORCID  Data Collaborator",
                "https://orcid.org/0000-0002-2345-6789",
            ),
            ("InvestigationInformation", "Investigation Title", "Above"),
        ),
        rows(
            ("Study", "Study Title", "Spindles"),
            ("Study", "Study Key Words", "[mitosis, RNAi]"),
            ("Biosample", "Biosample Taxon", "NCBITAXON:9606"),
            ("Biosample", "Biosample Organism", "Human"),
        ),
        rows(
            ("Assay", "Assay Title", "First"),
            ("Assay", "Assay Technology Type", "FBbi:00000246"),
            ("ImageData", "Image number of  z-stacks", "7"),
        ),
        sheet_rows([["Plate", "Well", "Drug"], ["P1", "A1", "DMSO"]]),
        titles=[
            "InvestigationInformation",
            "StudyInformation",
            "AssayInformation",
            "AssayConditions",
        ],
    )
    return open_tables([SourceFile("map.xlsx", path)])


def test_the_sheets_of_mihcsme_are_read_into_their_places(tmp_path: Path) -> None:
    study = study_of(sheets(tmp_path, filled=True))
    assert (study.title, study.keywords) == ("Spindles", ("mitosis", "RNAi"))
    assert study.organisms == (StudyTerm("Human", "NCBITaxon:9606"),)
    assert study.people == (
        StudyPerson("Jane", "Doe", roles=("data owner",)),
        StudyPerson(orcid="0000-0001-2345-6789", roles=("data collaborator",)),
        StudyPerson(orcid="0000-0002-2345-6789", roles=("data collaborator",)),
    )
    method = StudyTerm("FBbi:00000246", "FBbi:00000246")
    stacks = StudyField("ImageData", "Image number of z-stacks", ("7",))
    assert study.screens == (StudyScreen("First", methods=(method,), fields=(stacks,)),)
    assert study.methods == (method,)
    above = StudyField("InvestigationInformation", "Investigation Title", ("Above",))
    assert study.fields == (above,)


def test_a_template_that_nobody_filled_says_nothing(tmp_path: Path) -> None:
    assert study_of(sheets(tmp_path, filled=False)) == Study()


def test_a_table_of_wells_is_no_study(tmp_path: Path) -> None:
    assert read_study(tables(tmp_path, "Well,Drug\nA1,DMSO\n")) is None
    assert read_study(()) is None


def test_a_study_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlateMapRefused, match="more than 20,000 rows"):
        read_study(tables(tmp_path, IDR + "Note\tx\n" * MAX_STUDY_ROWS))


KEYS = st.sampled_from(
    [line.partition("\t")[0] for line in IDR.splitlines() if "\t" in line[1:] and "#" not in line]
)
LINES = st.tuples(KEYS, st.lists(st.sampled_from(["", "v1", "v 2", "9606", "x:1"]), max_size=4))


@given(st.lists(LINES, max_size=30))
def test_nothing_that_a_study_file_says_is_dropped(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, list[str]]]
) -> None:
    unique = [
        [key, *[v and f"{v} of {n}" for v in values]] for n, (key, values) in enumerate(lines)
    ]
    text = "Study Title\tT\n" + "\n".join("\t".join(line) for line in unique) + "\n"
    study = study_of(tables(tmp_path_factory.mktemp("s"), text))
    said = set(texts(study))
    for _, *values in unique:
        assert set(filter(None, values)) <= said


@needs_corpus
@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("annotations/*/*-study.txt")), ids=lambda p: p.name
)
def test_nothing_in_the_studies_of_the_corpus_is_dropped(path: Path) -> None:
    study = study_of(open_tables([SourceFile(path.name, path)]))
    assert study.title
    assert study.licence in {"CC-BY-4.0", "CC0-1.0"}
    assert all(term.curie.startswith("NCBITaxon:") for term in study.organisms)
    assert all(term.curie.startswith("FBbi:") for term in study.methods)
    said = set(texts(study))
    with path.open(newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter="\t")]
    lines = [row for row in rows if any(row) and not row[0].startswith("#")]
    numbers = [cells[1] for cells in lines if cells[0] == "Screen Number" and cells[1:]]
    assert len(study.screens) == len(numbers)
    # What became an id or lost the address of its site is there in another spelling.
    respelt = ("Term Source REF", "Term Accession", "DOI", "ORCID", "Roles")
    for key, *values in lines:
        if not key.endswith(respelt):
            assert set(filter(None, values)) <= said, key
