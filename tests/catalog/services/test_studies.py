"""Study files fill what is empty of a dataset, and never what a curator wrote."""

import pytest

from catalog.models import Dataset, Person, Publication
from catalog.services.studies import empty_again, fill_dataset, would_fill
from plates.models import PlateMap
from plates.platemaps.studies import Study, StudyPerson, StudyPublication, StudyTerm
from tests import factories
from tests.catalog.services.mapped import applied, checked, sent, undone

pytestmark = pytest.mark.django_db

FILE = """\
# FILL IN AS MUCH INFORMATION AS YOU CAN
Study Title\tA screen of everything
Study Description\tWhat we did.
Study Organism\tHomo sapiens
Study Organism Term Source REF\tNCBITaxon
Study Organism Term Accession\tNCBITaxon_9606
Study License\tCC BY 4.0
Study Person Last Name\tDoe
Study Person First Name\tJane
"""
STUDY = Study(
    title="A screen of everything",
    description="What we did.",
    licence="CC-BY-4.0",
    organisms=(StudyTerm("Homo sapiens", "NCBITaxon:9606"), StudyTerm("unknown")),
    methods=(StudyTerm("confocal", "FBbi:00000251"),),
    keywords=("p53",),
    doi="10.1/abc",
    people=(
        StudyPerson(
            "Jane", "Doe", email="no address", orcid="0000-0002-1825-0097", roles=("author",)
        ),
        StudyPerson(address="a lab without a name"),
    ),
    publications=(StudyPublication("The paper", "Doe J", "10.1/xyz", "123"),),
)


def test_all_that_is_empty_is_filled_and_emptied_again(open_dataset: Dataset) -> None:
    Dataset.objects.update(title="open")
    filled = fill_dataset(dataset=open_dataset, study=STUDY)
    open_dataset.refresh_from_db()
    assert (open_dataset.title, open_dataset.summary) == (STUDY.title, "What we did.")
    assert (open_dataset.licence, open_dataset.doi) == ("CC-BY-4.0", "10.1/abc")
    assert (open_dataset.organisms, open_dataset.methods) == (["NCBITaxon:9606"], ["FBbi:00000251"])
    person = Person.objects.get()
    assert (person.name, person.role, person.email, person.orcid) == (
        "Jane Doe",
        "author",
        "",
        "0000-0002-1825-0097",
    )
    assert Publication.objects.get().pubmed == "123"
    empty_again(dataset=open_dataset, filled=filled)
    open_dataset.refresh_from_db()
    assert (open_dataset.title, open_dataset.summary, open_dataset.organisms) == ("open", "", [])
    assert not Person.objects.exists()
    assert not Publication.objects.exists()


def test_what_a_curator_wrote_is_never_overwritten(open_dataset: Dataset) -> None:
    Dataset.objects.update(title="Ours", summary="By us.", licence="CC0-1.0")
    Person.objects.create(dataset=open_dataset, name="Somebody Else")
    open_dataset.refresh_from_db()
    filled = fill_dataset(dataset=open_dataset, study=STUDY)
    assert set(filled) == {"organisms", "methods", "keywords", "doi", "publications"}
    open_dataset.refresh_from_db()
    assert (open_dataset.title, open_dataset.summary, open_dataset.licence) == (
        "Ours",
        "By us.",
        "CC0-1.0",
    )
    assert Person.objects.get().name == "Somebody Else"


def test_what_was_changed_since_stays_when_it_is_undone(open_dataset: Dataset) -> None:
    filled = fill_dataset(dataset=open_dataset, study=STUDY)
    Dataset.objects.update(summary="Better words.")
    Person.objects.update(affiliation="The institute")
    empty_again(dataset=open_dataset, filled=filled)
    open_dataset.refresh_from_db()
    assert (open_dataset.summary, open_dataset.doi) == ("Better words.", "")
    assert Person.objects.get().affiliation == "The institute"


def test_what_a_column_refuses_is_left_out(open_dataset: Dataset) -> None:
    study = Study(licence="whatever you like!", doi="10.1/" + "x" * 500, description="a\0b")
    filled = would_fill(dataset=open_dataset, study=study)
    assert "licence" not in filled
    assert filled["summary"] == "ab"
    assert len(filled["doi"]) == 128


def test_a_study_file_alone_is_an_import_that_says_what_it_would_fill(
    open_dataset: Dataset,
) -> None:
    plate_map = checked(open_dataset, sent(FILE, "idr0000-study.txt"))
    assert (plate_map.state, plate_map.format, plate_map.refusal) == ("checked", "study", "")
    assert plate_map.report["study"]["summary"] == "What we did."
    open_dataset.refresh_from_db()
    assert open_dataset.summary == ""
    plate_map = applied(open_dataset, sent(FILE, "idr0000-study.txt"))
    open_dataset.refresh_from_db()
    assert open_dataset.summary == "What we did."
    assert Person.objects.get().name == "Jane Doe"
    undone(plate_map)
    open_dataset.refresh_from_db()
    assert open_dataset.summary == ""


def test_a_study_file_goes_with_a_layout(plate_folder: object, open_dataset: Dataset) -> None:
    factories.harvested(str(plate_folder), into=open_dataset)
    plate_map = applied(
        open_dataset, sent("Plate,Well,Drug\nsmall,A1,x\n"), sent(FILE, "idr0000-study.txt")
    )
    assert (plate_map.state, plate_map.placed_count) == ("applied", 1)
    assert PlateMap.objects.get().filled["summary"] == "What we did."
