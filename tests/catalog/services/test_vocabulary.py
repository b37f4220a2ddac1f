"""Values that become one: told so everywhere, exactly undone, and never at the cost of the rows."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from catalog.errors import NotAllowed, VocabularyRefused
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job
from catalog.queries.visible import Viewer
from catalog.services.search_index import check_search_index
from catalog.services.vocabulary import request_merge, request_separation, work_on_vocabulary
from catalog.words import Role
from plates.models import AnnotationRow, Carrier, Synonym, Term, TermMerge
from plates.queries.kept_index import kept_index
from tests import factories, stores
from tests.catalog.services.mapped import applied, undone
from workers.tasks import work_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plates(tmp_path: Path, open_dataset: Dataset) -> Dataset:
    """Two datasets in which one compound is written in three ways."""
    other = factories.dataset("other")
    for name, into in (("p", open_dataset), ("q", other)):
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=["A/1", "A/2", "A/3"], name=name)
        factories.harvested(str(folder), into=into)
    applied(open_dataset, "Plate,Well,Compound\np,A1,Nutlin-3a\np,A2,Nutlin 3a\np,A3,DMSO\n")
    applied(other, "Plate,Well,Compound\nq,A1,Nutlin3\nq,A2,Nutlin3\nq,A3,Nutlin3\n")
    return open_dataset


def term(text: str) -> Term:
    return Term.objects.get(text=text)


def worked(job: Job) -> Job:
    work_on(Kind.MERGE_TERMS, work_on_vocabulary)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def merged(into: str, *texts: str) -> Job:
    return worked(request_merge(into=term(into), terms=[term(text) for text in texts], by=None))


def count(query: str) -> int:
    return int(Client().get("/api/v1/wells/", {"q": query}).json()["count"])


def index() -> list[object]:
    return [kept_index(pk) for pk in Carrier.objects.order_by("pk").values_list("pk", flat=True)]


def is_sound() -> bool:
    return not check_search_index().off


def rows() -> list[object]:
    return list(AnnotationRow.objects.order_by("pk").values())


def test_search_facets_tables_grids_and_wells_tell_the_value_that_is_kept(plates: Dataset) -> None:
    before = rows()
    merged("Nutlin-3a", "Nutlin 3a", "Nutlin3")
    assert count('compound:"Nutlin-3a"') == 5
    assert rows() == before
    client = Client()
    (facet,) = client.get("/api/v1/facets/?keys=compound").json()["results"]
    assert {one["value"]: one["count"] for one in facet["values"]} == {"Nutlin-3a": 5, "DMSO": 1}
    table = client.get("/api/v1/export/wells.csv").getvalue().decode()
    assert table.count("Nutlin-3a") == 5
    assert not re.search("Nutlin 3a|Nutlin3", table)
    plate = client.get("/api/v1/plates/?name=q").json()["results"][0]["id"]
    grid = client.get(f"/api/v1/plates/{plate}/grid/").json()
    assert {one["text"] for one in grid["terms"]} == {"Nutlin-3a"}
    well = client.get(f"/api/v1/plates/{plate}/wells/A01/").json()
    assert [one["value"] for one in well["annotation"]["compound"]] == ["Nutlin-3a"]
    said = client.get(f"/api/v1/plates/{plate}/platemap.csv").getvalue().decode()
    assert said.count("Nutlin-3a") == 3


def test_the_old_words_still_find_it(plates: Dataset) -> None:
    merged("Nutlin-3a", "Nutlin3")
    assert count("compound:Nutlin3") >= 4


def test_the_kept_index_equals_the_rebuilt_one_and_undoing_gives_all_back(plates: Dataset) -> None:
    before = (index(), list(Synonym.objects.values()), rows())
    merged("Nutlin-3a", "Nutlin 3a", "Nutlin3")
    assert is_sound()
    assert index() != before[0]
    gone = [one.term for one in TermMerge.objects.select_related("term")]
    worked(request_separation(terms=gone, by=None))
    assert is_sound()
    # Facets count spellings of one value together.
    assert counts_told() == {"DMSO": 1, "Nutlin-3a": 2, "Nutlin3": 3}
    assert index() == before[0]
    assert list(Synonym.objects.values()) == before[1]
    assert rows() == before[2]


def counts_told() -> dict[str, int]:
    (facet,) = Client().get("/api/v1/facets/?keys=compound").json()["results"]
    return {one["value"]: one["count"] for one in facet["values"]}


def test_imports_after_a_merge_are_told_so_and_undone_as_before(
    plates: Dataset, tmp_path: Path
) -> None:
    merged("Nutlin-3a", "Nutlin3")
    folder = stores.plate(tmp_path / "r.zarr", wells=["A/1"], name="r")
    factories.harvested(str(folder), into=plates)
    before = index()
    plate_map = applied(plates, "Plate,Well,Compound\nr,A1,Nutlin3\n")
    assert counts_told() == {"DMSO": 1, "Nutlin-3a": 6}
    undone(plate_map)
    assert index() == before
    assert is_sound()


def test_what_cannot_be_one_is_refused_in_a_sentence(plates: Dataset) -> None:
    merged("Nutlin-3a", "Nutlin3")
    with pytest.raises(VocabularyRefused, match="told as another value itself"):
        request_merge(into=term("Nutlin3"), terms=[term("DMSO")], by=None)
    with pytest.raises(VocabularyRefused, match="told as another value already"):
        request_merge(into=term("DMSO"), terms=[term("Nutlin3")], by=None)
    with pytest.raises(VocabularyRefused, match="Other values are told as"):
        request_merge(into=term("DMSO"), terms=[term("Nutlin-3a")], by=None)
    with pytest.raises(VocabularyRefused, match="one value to keep"):
        request_merge(into=term("DMSO"), terms=[term("DMSO")], by=None)
    with pytest.raises(VocabularyRefused, match="None of these"):
        request_separation(terms=[term("DMSO")], by=None)


def test_only_operators_merge_and_see_the_job(plates: Dataset) -> None:
    curator = factories.user()
    factories.access(curator, Role.CURATOR, plates)
    for dataset in Dataset.objects.exclude(pk=plates.pk):
        factories.access(curator, Role.CURATOR, dataset)
    with pytest.raises(NotAllowed):
        request_merge(into=term("Nutlin-3a"), terms=[term("Nutlin3")], by=curator)
    operator = factories.operator()
    job = request_merge(into=term("Nutlin-3a"), terms=[term("Nutlin3")], by=operator)
    assert job in Viewer(operator).jobs
    assert job not in Viewer(curator).jobs


def test_a_merge_is_recorded_with_its_job_and_run_twice_changes_nothing(plates: Dataset) -> None:
    job = merged("Nutlin-3a", "Nutlin3")
    entry = History.objects.get(verb="merge")
    assert (entry.job, entry.changes) == (job, {"compound": ["Nutlin3", "Nutlin-3a"]})
    before = index()
    merged("Nutlin-3a", "Nutlin3")
    assert index() == before
    assert History.objects.filter(verb="merge").count() == 1


def test_the_desk_shows_what_is_alike_what_would_change_and_undoes_it(plates: Dataset) -> None:
    desk = Client()
    desk.force_login(factories.user("steward", superuser=True))
    key = term("DMSO").key
    alike = desk.get(reverse("admin:plates_key_alike", args=[key.pk])).content.decode()
    assert "Nutlin 3a" in alike
    chosen = [str(term(text).pk) for text in ("Nutlin-3a", "Nutlin 3a", "Nutlin3")]
    asked = {"action": "merge", "_selected_action": chosen}
    terms = reverse("admin:plates_term_changelist")
    kept = {"kept": str(term("Nutlin-3a").pk)}
    shown = desk.post(terms, asked | kept).content.decode()
    assert "4 wells and images would be told another value" in shown
    assert "other (3)" in shown
    assert not TermMerge.objects.exists()
    desk.post(terms, asked | kept | {"merge": "1"})
    worked(Job.objects.get(kind=Kind.MERGE_TERMS.value))
    assert counts_told() == {"Nutlin-3a": 5, "DMSO": 1}
    merges = reverse("admin:plates_termmerge_changelist")
    again = [str(pk) for pk in TermMerge.objects.values_list("pk", flat=True)]
    desk.post(merges, {"action": "separate", "_selected_action": again})
    worked(Job.objects.filter(kind=Kind.MERGE_TERMS.value).latest("id"))
    assert counts_told()["Nutlin3"] == 3
