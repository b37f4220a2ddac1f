"""History at the desk: every page that can be typed into writes it, and tells it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from catalog.models import (
    Access,
    Dataset,
    ExternalId,
    Funding,
    History,
    Person,
    Publication,
    Source,
)
from catalog.queries.history import noun_of
from plates.models import KeyAlias, Plate, PlateAlias
from tests import factories, stores

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(factories.user("steward", superuser=True))
    return client


@pytest.fixture
def plate(tmp_path: Path, open_dataset: Dataset) -> Plate:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1"])
    factories.harvested(str(folder), into=open_dataset)
    return Plate.objects.get()


def curated(plate: Plate, dataset: Dataset) -> Mapping[type[Model], tuple[Model, str, str]]:
    """One row of every kind that is typed into, a field of it, and what it is to become."""
    of = {"dataset": dataset}
    told: list[tuple[Model, str, str]] = [
        (dataset, "title", "Other"),
        (plate, "batch", "B7"),
        (Access.objects.create(user=factories.user(), role="viewer", **of), "role", "curator"),
        (Person.objects.create(name="A", **of), "name", "B"),
        (Publication.objects.create(title="A", **of), "title", "B"),
        (Funding.objects.create(funder="A", **of), "award", "7"),
        (ExternalId.objects.create(kind="IDR", value="1", **of), "value", "2"),
        (Source.objects.create(name="lab", url="s3://lab"), "schedule", "2h"),
        (KeyAlias.objects.create(spelling="Drug", folded="drug", key="compound"), "key", "gene"),
        (
            PlateAlias.objects.create(scope=1, spelling="P", folded="p", plate=plate),
            "spelling",
            "Q",
        ),
        (factories.user("anna"), "first_name", "Anna"),
        (Group.objects.create(name="lab"), "name", "labs"),
    ]
    return {type(row): (row, field, value) for row, field, value in told}


def change_page(row: Model) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def typed(desk: Client, row: Model) -> dict[str, Any]:
    """What the form of a row sends if nobody types anything."""
    context = desk.get(change_page(row)).context
    forms = [context["adminform"].form]
    told: dict[str, Any] = {}
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.initial_forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, datetime):
                told |= {f"{bound.html_name}_0": value.date(), f"{bound.html_name}_1": value.time()}
            elif value is not None and value is not False and value != []:
                told[bound.html_name] = (
                    ",".join(map(str, value)) if isinstance(value, list) else value
                )
    return told


def editable() -> set[type[Model]]:
    """The kinds of rows that somebody can type into at the desk."""
    request = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    return {
        model
        for model, page in admin.site._registry.items()
        if page.has_change_permission(request)
        and set(page.get_fields(request)) - set(page.get_readonly_fields(request))
    }


def test_every_page_that_can_be_typed_into_records_from_what_to_what(
    desk: Client, plate: Plate, open_dataset: Dataset
) -> None:
    rows = curated(plate, open_dataset)
    assert set(rows) == editable()
    for model, (row, field, value) in rows.items():
        before = getattr(row, field)
        answer = desk.post(change_page(row), typed(desk, row) | {field: value})
        assert answer.status_code == 302, (model, answer.context["adminform"].form.errors)
        entry = History.objects.filter(noun=noun_of(model)).latest("id")
        assert (entry.verb, str(entry.by)) == ("change", "steward"), model
        assert entry.changes[field] == [before, value], model


def test_an_owner_is_recorded_by_name_before_and_after(desk: Client, open_dataset: Dataset) -> None:
    for name in ("anna", "ben"):
        person = factories.user(name)
        desk.post(change_page(open_dataset), typed(desk, open_dataset) | {"owner": person.pk})
    assert History.objects.latest("id").changes == {"owner": ["anna", "ben"]}


def test_people_of_a_dataset_are_recorded_new_changed_and_gone(
    desk: Client, open_dataset: Dataset
) -> None:
    sent = typed(desk, open_dataset) | {"people-TOTAL_FORMS": "1", "people-0-name": "Ann"}
    desk.post(change_page(open_dataset), sent | {"people-0-order": "0"})
    sent = typed(desk, open_dataset)
    desk.post(change_page(open_dataset), sent | {"people-0-name": "Anna"})
    number = str(Person.objects.get().pk)
    desk.post(change_page(open_dataset), typed(desk, open_dataset) | {"people-0-DELETE": "on"})
    told = History.objects.filter(noun="person").order_by("id")
    assert [entry.verb for entry in told] == ["create", "change", "delete"]
    assert {entry.subject for entry in told} == {number}
    assert [entry.changes["name"] for entry in told] == [
        [None, "Ann"],
        ["Ann", "Anna"],
        ["Anna", None],
    ]


def test_a_page_of_history_tells_it_and_undoes_it(desk: Client, open_dataset: Dataset) -> None:
    desk.post(change_page(open_dataset), typed(desk, open_dataset) | {"title": "Other"})
    page = change_page(open_dataset).replace("change/", "history/")
    shown = desk.get(page).content.decode()
    assert "<del>Open</del>" in shown
    assert "steward" in shown
    entry = History.objects.latest("id")
    asked = {"action": "undo", "_selected_action": [str(entry.pk)]}
    list_of = reverse("admin:catalog_history_changelist")
    assert "1 change is undone" in desk.post(list_of, asked, follow=True).content.decode()
    open_dataset.refresh_from_db()
    assert open_dataset.title == "Open"
    told = desk.post(list_of, asked, follow=True).content.decode()
    assert "Title was changed since" in told


def test_a_history_is_taken_away_as_csv_and_json(desk: Client, plate: Plate) -> None:
    desk.post(change_page(plate), typed(desk, plate) | {"batch": "B7"})
    page = change_page(plate).replace("change/", "history/")
    text = b"".join(desk.get(f"{page}?as=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ",batch,,B7" in text
    told = json.loads(desk.get(f"{page}?as=json").content)
    assert told["results"][0]["changes"] == [{"field": "batch", "before": "", "after": "B7"}]


def test_what_a_job_did_names_the_job(desk: Client, plate: Plate) -> None:
    store = plate.stores.get()
    shown = desk.get(change_page(store).replace("change/", "history/")).content.decode()
    assert "job harvest" in shown
    assert "/admin/catalog/job/" in shown


@pytest.mark.parametrize("asked", ["whom=me", "whom=people", "whom=jobs", "noun=store", "noun=x"])
def test_the_list_is_narrowed(desk: Client, plate: Plate, asked: str) -> None:
    list_of = reverse("admin:catalog_history_changelist")
    assert desk.get(f"{list_of}?{asked}").status_code == 200


def test_a_history_of_nothing_is_not_there(desk: Client) -> None:
    answer: Callable[[str], Any] = desk.get
    assert answer(reverse("admin:catalog_dataset_history", args=[999999])).status_code == 404
