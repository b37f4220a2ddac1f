"""The desk: every page opens, takes the same few statements however many rows, and records."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.admin.desk import BoundedPaginator
from catalog.jobs import Job as Kind
from catalog.models import Dataset, History, Job, Source
from plates.models import Field, Finding, Plate, Well
from tests import factories, stores
from tests.catalog.admin.at_the_desk import page
from tests.catalog.services.counted import counted

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model._meta.app_label in {"catalog", "plates"}]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_every_page_opens(rows: None, desk: Client, model: type) -> None:
    assert desk.get(page(model)).status_code == 200
    assert desk.get(page(model) + "?q=a").status_code == 200
    found = model.objects.first()  # type: ignore[attr-defined]
    if found is not None:
        assert desk.get(page(model, "change", found.pk)).status_code == 200


@pytest.mark.parametrize("asked", ["rule=%00", "level=%00", "store__serial=%00", "q=%00"])
def test_a_list_asked_for_what_postgres_cannot_hold_still_opens(
    rows: None, desk: Client, asked: str
) -> None:
    assert desk.get(f"{page(Finding)}?{asked}", follow=True).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(
    rows: None, tmp_path: Path, open_dataset: Dataset, desk: Client, model: type
) -> None:
    desk.get(page(model))
    with CaptureQueriesContext(connection) as few:
        desk.get(page(model))
    more = stores.plate(tmp_path / "more.zarr", wells=["A/1", "A/2", "A/3", "B/1"], fields=3)
    counted(factories.harvested(str(more), into=open_dataset))
    with CaptureQueriesContext(connection) as many:
        desk.get(page(model))
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries]


@pytest.mark.parametrize("model", [Well, Field], ids=lambda model: model.__name__)
def test_no_list_counts_a_whole_table(rows: None, desk: Client, model: type) -> None:
    with CaptureQueriesContext(connection) as statements:
        desk.get(page(model))
    counts = [q["sql"] for q in statements.captured_queries if "COUNT(" in q["sql"].upper()]
    assert counts
    assert all("LIMIT" in count for count in counts)


def test_no_page_lies_deeper_than_the_paginator_counts(
    rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.admin.desk.COUNTED_UP_TO", 2)
    assert BoundedPaginator(Field.objects.order_by("id"), 1).num_pages == 2


def test_a_change_at_the_desk_is_recorded_from_what_to_what(rows: None, desk: Client) -> None:
    plate = Plate.objects.get()
    answer = desk.post(
        page(Plate, "change", plate.pk), {"name": "renamed", "barcode": "", "batch": "B7"}
    )
    assert answer.status_code == 302
    plate.refresh_from_db()
    assert (plate.name, plate.batch) == ("renamed", "B7")
    entry = History.objects.filter(noun="plate").latest("id")
    assert entry.changes == {"name": ["plate", "renamed"], "batch": ["", "B7"]}
    assert entry.by is not None
    assert entry.dataset is not None


def test_harvested_rows_cannot_be_typed_into_or_deleted(rows: None, desk: Client) -> None:
    for model in (Well, Field):
        found = model.objects.first()
        assert found is not None
        assert desk.get(page(model, "add")).status_code == 403
        assert desk.get(page(model, "delete", found.pk)).status_code == 403


def test_a_failed_job_is_retried_at_the_desk(rows: None, desk: Client) -> None:
    job = Job.objects.filter(kind=Kind.HARVEST.value).latest("id")
    Job.objects.filter(pk=job.pk).update(state="failed", error="no")
    desk.post(page(Job), {"action": "retry", "_selected_action": [str(job.pk)]})
    job.refresh_from_db()
    assert job.state == "queued"


def test_somebody_who_makes_a_dataset_at_the_desk_owns_it(desk: Client) -> None:
    form = {"slug": "new", "title": "New", "visibility": "owner"}
    for inline in ("people", "publications", "funding", "external_ids", "access"):
        form |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
    answer = desk.post(page(Dataset, "add"), form)
    assert answer.status_code == 302, answer.content
    assert Dataset.objects.get(slug="new").owner is not None
    assert History.objects.get(noun="dataset").verb == "create"


@pytest.mark.parametrize("text", ["plate B03", "PLATE b3", "bc-7 B03"])
def test_a_well_is_found_by_its_plate_and_label(
    tmp_path: Path, open_dataset: Dataset, desk: Client, text: str
) -> None:
    for name, wells in (("p", ["B/3", "C/3"]), ("q", ["B/3"])):
        plate = "plate" if name == "p" else "other"
        barcode = "BC-7" if name == "p" else None
        folder = stores.plate(tmp_path / f"{name}.zarr", wells=wells, name=plate, barcode=barcode)
        factories.harvested(str(folder), into=open_dataset)
    found = desk.get(page(Well), {"q": text}).context["cl"].queryset
    assert [(well.label, well.plate.name) for well in found] == [("B03", "plate")]
    assert desk.get(page(Well), {"q": "plate"}).context["cl"].queryset.count() == 2


def test_the_desk_is_for_superusers_alone(rows: None) -> None:
    steward = factories.user()
    steward.is_staff = True
    steward.save()
    steward.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(steward)
    assert client.get(page(Dataset)).status_code == 302
    assert client.post(page(Job), {"action": "retry"}).status_code == 302


def test_access_given_at_the_datasets_page_is_recorded(open_dataset: Dataset, desk: Client) -> None:
    person = factories.user()
    form = {"slug": "open", "title": "Open", "visibility": "groups"}
    for inline in ("people", "publications", "funding", "external_ids", "access"):
        form |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
    form |= {"access-TOTAL_FORMS": "1", "access-0-role": "viewer", "access-0-user": str(person.pk)}
    assert desk.post(page(Dataset, "change", open_dataset.pk), form).status_code == 302
    entry = History.objects.get(noun="access")
    assert (entry.verb, entry.dataset) == ("create", open_dataset)
    assert person.username in str(entry.changes)


def test_a_job_is_cancelled_and_retried_from_its_page(rows: None, desk: Client) -> None:
    job = Job.objects.filter(kind=Kind.HARVEST.value).latest("id")
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    shown = desk.get(page(Job, "change", job.pk)).content.decode()
    assert "Cancel, with all that it led to" in shown
    assert "waits for its turn" in shown
    desk.post(page(Job), {"action": "cancel", "_selected_action": [str(job.pk)]})
    shown = desk.get(page(Job, "change", job.pk)).content.decode()
    assert "Retry" in shown
    assert "Cancel, with" not in shown


def test_the_page_of_a_new_row_has_only_what_can_be_typed(desk: Client) -> None:
    for model, hidden in ((Dataset, "field-state"), (Source, "field-scanned_at")):
        text = desk.get(page(model, "add")).content.decode()
        assert hidden not in text
        assert "field-id" not in text


def test_the_page_of_a_row_shows_the_rest(desk: Client, open_dataset: Dataset) -> None:
    text = desk.get(page(Dataset, "change", open_dataset.pk)).content.decode()
    for shown in ("field-state", "field-checklist", "Its life"):
        assert shown in text


def test_people_and_datasets_are_found_while_their_names_are_typed(
    desk: Client, open_dataset: Dataset
) -> None:
    asked = {
        "term": "ope",
        "app_label": "catalog",
        "model_name": "source",
        "field_name": "default_dataset",
    }
    answer = desk.get(reverse("admin:autocomplete"), asked).json()
    assert [one["text"] for one in answer["results"]] == [str(open_dataset)]
