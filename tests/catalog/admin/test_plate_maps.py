"""Plate maps at the desk: uploaded, looked at, edited, applied and undone by clicking."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job
from plates.models import AnnotationRow, KeyAlias, Plate, PlateAlias, PlateMap
from tests import factories, stores
from tests.catalog.services.mapped import LAYOUT, applied, checked, sent, uploaded, worked

pytestmark = pytest.mark.django_db

MESSY = LAYOUT + "small,Z99,<b>x</b>,1,\nsmal,A1,x,1,\nsmall,A1,x,abc,\n"


@pytest.fixture(autouse=True)
def plate(plate_folder: Path, open_dataset: Dataset) -> Plate:
    """The plate that the layout is about."""
    store = factories.harvested(str(plate_folder), into=open_dataset)
    assert store.plate is not None
    return store.plate


@pytest.fixture
def person(db: None) -> User:
    return factories.user(superuser=True)


@pytest.fixture
def desk(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(name: str, *arguments: object) -> str:
    return reverse(f"admin:plates_platemap_{name}", args=arguments)


def shown(desk: Client, plate_map: PlateMap) -> str:
    return desk.get(page("change", plate_map.pk)).content.decode()


def typed(desk: Client, plate_map: PlateMap) -> dict[str, str]:
    """What the mapping's form sends back if nothing is changed."""
    tables = desk.get(page("change", plate_map.pk)).context["tables"]
    told = {"format": plate_map.mapping["format"]}
    for table in tables:
        for column in table.columns:
            told |= {
                f"{column.prefix}-{name}": str(getattr(column, name) or "")
                for name in ("kind", "becomes", "group", "unit", "of", "split", "nulls", "decimal")
            }
    return told


def test_files_are_uploaded_and_their_page_says_that_the_dry_run_goes_on(
    desk: Client, person: User, open_dataset: Dataset
) -> None:
    files = [SimpleUploadedFile(f"{number}.csv", LAYOUT.encode()) for number in range(2)]
    answer = desk.post(page("import"), {"dataset": open_dataset.pk, "sent": files}, follow=True)
    plate_map = PlateMap.objects.get()
    assert [file.name for file in plate_map.files.order_by("number")] == ["0.csv", "1.csv"]
    assert plate_map.imported_by == person.username
    text = answer.content.decode()
    assert 'http-equiv="refresh"' in text
    assert "0.csv, 1.csv" in text


def test_the_same_files_lead_to_their_first_import(desk: Client, open_dataset: Dataset) -> None:
    plate_map = applied(open_dataset)
    file = SimpleUploadedFile("layout.csv", LAYOUT.encode())
    answer = desk.post(page("import"), {"dataset": open_dataset.pk, "sent": file}, follow=True)
    assert answer.redirect_chain[-1][0] == page("change", plate_map.pk)
    assert "imported before" in answer.content.decode()


def test_a_form_without_files_or_dataset_says_what_is_missing(desk: Client) -> None:
    answer = desk.post(page("import"), {})
    assert set(answer.context["form"].errors) == {"dataset", "sent"}


def test_the_dry_run_is_told_with_counts_plates_problems_and_the_mapping(
    desk: Client, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset, MESSY)
    text = shown(desk, plate_map)
    for told in ("no_such_well", "Did you mean &#x27;small&#x27;", "Nutlin-3a", "concentration"):
        assert told in text, told
    assert "<b>x</b>" not in text
    rows = desk.get(page("rows", plate_map.pk)).content.decode()
    assert "The plate has no well Z99" in rows
    assert "row-verdict" in rows
    only = desk.get(page("rows", plate_map.pk) + "?verdict=no_such_plate&p=99").context
    assert [row["row"] for row in only["page"].object_list] == [6]


def test_what_is_said_of_the_whole_import_stands_below_the_verdicts(
    desk: Client, open_dataset: Dataset
) -> None:
    text = shown(desk, checked(open_dataset, sent("Well,Drug\nA1,x\n", "small.csv")))
    assert "it is taken from the file&#x27;s name, &quot;small&quot;" in text


def test_what_is_said_otherwise_already_is_shown(desk: Client, open_dataset: Dataset) -> None:
    applied(open_dataset)
    text = shown(desk, checked(open_dataset, "Plate,Well,Compound\nsmall,A2,Aspirin\n"))
    assert "What is said otherwise already" in text
    assert "Aspirin" in text


def test_a_mapping_that_comes_back_unchanged_is_the_same(
    desk: Client, open_dataset: Dataset
) -> None:
    ontology = "Plate,Well,Organism,Term Source 1 REF,Term Source 1 Accession,Dose,DoseUnit,a,a\n"
    rows = 'small,A1,Homo sapiens,NCBITaxon,NCBITaxon_9606,"1,5",uM,1,x\n'
    plate_map = checked(open_dataset, ontology + rows)
    before = plate_map.mapping
    desk.post(page("mapping", plate_map.pk), typed(desk, plate_map))
    job = Job.objects.filter(kind=Kind.CHECK_PLATE_MAP.value).latest("id")
    assert worked(job).state == "done", job.error
    plate_map.refresh_from_db()
    assert plate_map.edited
    assert plate_map.mapping == before


def test_the_mapping_of_a_wide_table_can_be_edited(desk: Client, open_dataset: Dataset) -> None:
    names = [f"Feature {number}" for number in range(200)]
    text = ",".join(["Plate", "Well", *names]) + "\nsmall,A1" + ",x" * len(names) + "\n"
    plate_map = checked(open_dataset, text)
    answer = desk.post(page("mapping", plate_map.pk), typed(desk, plate_map), follow=True)
    assert "The mapping is kept" in answer.content.decode()


def test_a_column_is_given_another_key_and_tried_again(desk: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    told = typed(desk, plate_map) | {"c0-2-becomes": "substance", "c0-4-kind": "ignored"}
    answer = desk.post(page("mapping", plate_map.pk), told, follow=True)
    assert "The mapping is kept" in answer.content.decode()
    worked(Job.objects.filter(kind=Kind.CHECK_PLATE_MAP.value).latest("id"))
    columns = PlateMap.objects.get().report["columns"]
    assert [column["becomes"] for column in columns[:4]] == ["", "", "substance", "concentration"]
    assert columns[4]["kind"] == "ignored"


def test_a_mapping_that_does_not_fit_is_refused_in_a_sentence(
    desk: Client, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset)
    told = typed(desk, plate_map) | {"c0-3-unit": "parsec"}
    answer = desk.post(page("mapping", plate_map.pk), told, follow=True)
    assert "parsec" in answer.content.decode()
    assert PlateMap.objects.get().state == "checked"


def test_a_plate_that_was_not_found_is_named(desk: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset, MESSY)
    asked = {"spelling-0": "smal"}
    answer = desk.post(page("plates", plate_map.pk), asked | {"plate-0": "nobody"}, follow=True)
    assert "No plate of this dataset is called" in answer.content.decode()
    desk.post(page("plates", plate_map.pk), asked | {"plate-0": "small"})
    worked(Job.objects.filter(kind=Kind.CHECK_PLATE_MAP.value).latest("id"))
    assert "no_such_plate" not in PlateMap.objects.get().report["verdicts"]


def test_an_answer_is_about_the_spelling_that_stood_beside_it(
    desk: Client, open_dataset: Dataset, plate: Plate
) -> None:
    plate_map = checked(open_dataset, LAYOUT + "lost one,A1,x,1,\nlost two,A1,x,1,\n")
    assert 'name="spelling-1" value="lost two"' in shown(desk, plate_map)
    # Another person answers for the first one meanwhile: the second is the first of the list now.
    desk.post(page("plates", plate_map.pk), {"spelling-0": "lost one", "plate-0": "small"})
    worked(Job.objects.filter(kind=Kind.CHECK_PLATE_MAP.value).latest("id"))
    late = {"spelling-0": "lost one", "plate-0": "", "spelling-1": "lost two", "plate-1": "small"}
    desk.post(page("plates", plate_map.pk), late | {"spelling-2": "no such", "plate-2": "small"})
    meant = PlateMap.objects.get().mapping["plates"]
    assert meant == {"lost one": [str(plate.id)], "lost two": [str(plate.id)]}


@pytest.mark.parametrize("verb", ["apply", "check"])
def test_a_verb_asks_first_and_then_asks_for_a_job(
    desk: Client, open_dataset: Dataset, verb: str
) -> None:
    plate_map = checked(open_dataset)
    before = Job.objects.count()
    asked = desk.get(page("verb", plate_map.pk, verb))
    assert asked.status_code == 200
    assert Job.objects.count() == before
    desk.post(page("verb", plate_map.pk, verb))
    assert worked(Job.objects.latest("id")).state == "done"


def test_from_apply_to_undo_with_the_history_below(
    desk: Client, person: User, open_dataset: Dataset
) -> None:
    plate_map = checked(open_dataset)
    desk.post(page("verb", plate_map.pk, "apply"))
    worked(Job.objects.latest("id"))
    assert AnnotationRow.objects.count() == 3
    text = shown(desk, plate_map)
    assert page("verb", plate_map.pk, "undo") in text
    assert page("verb", plate_map.pk, "apply") not in text
    asked = desk.get(page("verb", plate_map.pk, "undo")).content.decode()
    assert "import them again" in asked
    desk.post(page("verb", plate_map.pk, "undo"))
    worked(Job.objects.latest("id"))
    assert not AnnotationRow.objects.exists()
    text = shown(desk, plate_map)
    assert "What it did until it was undone" in text
    assert page("verb", plate_map.pk, "apply") not in text
    by = History.objects.filter(noun="platemap", verb__in=["apply", "undo"]).values_list("by")
    assert set(by) == {(person.pk,)}


def test_what_cannot_be_done_now_is_told_as_a_message(desk: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset)
    answer = desk.post(page("verb", plate_map.pk, "undo"), follow=True)
    assert "cannot be undone" in answer.content.decode()
    assert desk.get(page("verb", plate_map.pk, "destroy")).status_code == 404
    assert desk.get(page("rows", 999_999)).status_code == 404


def test_a_refusal_stands_on_the_page(desk: Client, open_dataset: Dataset) -> None:
    plate_map = checked(open_dataset, "nothing,of,use\n1,2,3\n")
    text = shown(desk, plate_map)
    assert "Refused." in text
    assert "nothing" in text


def test_a_wide_table_with_many_problems_opens_in_a_few_statements(
    desk: Client, open_dataset: Dataset
) -> None:
    header = ",".join(["Plate", "Well", *(f"Feature {number}" for number in range(73))])
    rows = [f"other,A{row % 12 + 1}," + ",".join(["1.5"] * 73) for row in range(2000)]
    wide = checked(open_dataset, "\n".join([header, *rows]))
    narrow = checked(open_dataset)

    def statements(plate_map: PlateMap) -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.get(page("change", plate_map.pk)).status_code == 200
        return len(found)

    statements(narrow)
    assert statements(wide) <= statements(narrow)
    text = shown(desk, wide)
    assert len(text) < 1_500_000
    assert "Feature 72" in text


def test_an_alias_at_the_desk_lets_waiting_rows_be_applied(
    desk: Client, person: User, open_dataset: Dataset, plate: Plate
) -> None:
    applied(open_dataset, sent(LAYOUT.replace("small", "little one")))
    assert not AnnotationRow.objects.exists()
    desk.post(reverse("admin:plates_platealias_add"), {"spelling": "little one", "plate": plate.pk})
    alias = PlateAlias.objects.get()
    assert (alias.scope, alias.folded, alias.said_by) == (
        open_dataset.pk,
        "little one",
        person.username,
    )
    worked(Job.objects.filter(kind=Kind.MATCH_PLATE_MAP.value).get())
    assert AnnotationRow.objects.count() == 3


def test_a_new_name_at_the_desk_lets_waiting_rows_be_applied(
    desk: Client, open_dataset: Dataset, plate: Plate
) -> None:
    applied(open_dataset, sent(LAYOUT.replace("small", "renamed")))
    url = reverse("admin:plates_plate_change", args=[plate.pk])
    desk.post(url, {"name": "renamed", "barcode": "", "batch": ""})
    worked(Job.objects.filter(kind=Kind.MATCH_PLATE_MAP.value).get())
    assert AnnotationRow.objects.count() == 3


def test_a_key_alias_at_the_desk_is_used_for_the_next_files(
    desk: Client, open_dataset: Dataset
) -> None:
    desk.post(reverse("admin:plates_keyalias_add"), {"spelling": "Wirkstoff", "key": "compound"})
    assert KeyAlias.objects.get().folded == "wirkstoff"
    plate_map = checked(open_dataset, "Plate,Well,Wirkstoff\nsmall,A1,x\n")
    assert plate_map.report["columns"][2]["becomes"] == "compound"


def test_the_list_shows_states_and_is_narrowed_by_dataset(
    desk: Client, open_dataset: Dataset
) -> None:
    applied(open_dataset)
    uploaded(factories.dataset("other"), sent(LAYOUT, "second.csv"))
    listed: Any = desk.get(page("changelist")).content.decode()
    assert "map-state-applied" in listed
    assert "3 of 3" in listed
    only = desk.get(page("changelist") + f"?dataset={open_dataset.pk}").content.decode()
    assert "second.csv" not in only
    assert "layout.csv" in desk.get(page("changelist") + "?q=layout").content.decode()


@pytest.mark.parametrize("column", range(1, 8))
def test_however_the_list_is_sorted_each_plate_map_stands_in_it_once(
    desk: Client, open_dataset: Dataset, column: int
) -> None:
    applied(open_dataset)
    listed = desk.get(page("changelist") + f"?o={column}").content.decode()
    assert listed.count("3 of 3") == 1


def test_every_page_opens_with_annotation_at_hand(
    desk: Client, open_dataset: Dataset, tmp_path: Path
) -> None:
    factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    applied(
        open_dataset, sent("Plate,Well,Compound,Dose,Score\nsmall,A1,x,1 uM,2\nsmall,A2,y,2 uM,3\n")
    )
    for model in (
        "annotationrow",
        "carrierlayer",
        "carrierterm",
        "fieldmask",
        "key",
        "layer",
        "namedplate",
        "platemapcolumn",
        "platemapfile",
        "platemapfilepart",
        "savedmapping",
        "term",
        "termoverlap",
        "termscope",
    ):
        assert desk.get(reverse(f"admin:plates_{model}_changelist")).status_code == 200, model
