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
from catalog.models import Change, Dataset, History, Holding, Job, Proposal, Source
from plates.models import Field, Finding, Location, Plate, Store, Well
from tests import factories, stores
from tests.catalog.services.counted import counted
from tests.catalog.services.validated import validated
from tests.plates.omezarr.counting import drop

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model._meta.app_label in {"catalog", "plates"}]


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.user(superuser=True))
    return client


@pytest.fixture
def rows(tmp_path: Path, open_dataset: Dataset) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], fields=2)
    counted(validated(factories.harvested(str(folder), into=open_dataset)))
    factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)


def page(model: type, kind: str = "changelist", *arguments: object) -> str:
    meta = model._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{kind}", args=arguments)


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


def test_the_list_of_sources_takes_as_many_statements_for_many_as_for_one(
    rows: None, desk: Client
) -> None:
    lab = Source.objects.create(name="lab", url="s3://lab")
    Holding.objects.update(source=lab)
    desk.get(page(Source))
    with CaptureQueriesContext(connection) as few:
        answer = desk.get(page(Source))
    assert "2 stores" in answer.content.decode()
    for number in range(5):
        Source.objects.create(name=f"lab {number}", url=f"s3://lab{number}")
    with CaptureQueriesContext(connection) as many:
        answer = desk.get(page(Source))
    assert answer.content.decode().count(">0 stores<") == 5
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


def test_a_store_is_harvested_again_from_the_desk(rows: None, desk: Client) -> None:
    holding = Dataset.objects.get().holdings.first()
    assert holding is not None
    before = Job.objects.count()
    url = page(type(holding))
    desk.post(url, {"action": "harvest_again", "_selected_action": [str(holding.pk)]})
    assert Job.objects.count() == before + 1


@pytest.mark.parametrize(
    ("action", "depth"), [("validate", "labels"), ("validate_with_pixels", "sample")]
)
def test_stores_are_validated_from_the_desk(
    rows: None, desk: Client, action: str, depth: str
) -> None:
    stores_of_all = [str(pk) for pk in Store.objects.values_list("pk", flat=True)]
    answer = desk.post(
        page(Store), {"action": action, "_selected_action": stores_of_all}, follow=True
    )
    assert "validations are queued" in answer.content.decode()
    asked = Job.objects.filter(kind=Kind.VALIDATE.value, options__depth=depth, state="queued")
    assert asked.count() == 2


def test_stores_are_counted_from_the_desk_and_their_pages_say_what_is_there(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], chunks=True)
    store = factories.harvested(str(folder), into=open_dataset)
    url = page(Store, "change", store.pk)
    assert "not counted yet" in desk.get(url).content.decode()
    chosen = {"action": "count", "_selected_action": [str(store.pk)]}
    answer = desk.post(page(Store), chosen, follow=True)
    assert "1 count is queued" in answer.content.decode()
    assert Job.objects.get(kind=Kind.COUNT.value).store == store
    drop(folder, "A/02")
    counted(store)
    shown = desk.get(url).content.decode()
    assert "4 of 8 chunk objects (50 %)" in shown
    assert "still arriving" in shown
    assert "arriving, 50 %" in desk.get(page(Store) + "?completeness=arriving").content.decode()
    for word, number in {"arriving": 1, "whole": 0, "uncounted": 0, "odd": 1}.items():
        found = desk.get(f"{page(Store)}?completeness={word}").context["cl"].queryset
        assert found.count() == number, word


def test_the_page_of_a_store_says_what_is_wrong_with_it(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    name = "<script>alert(1)</script>"
    folder = stores.plate(
        tmp_path / "p.zarr", wells=["A/1", "A/2"], missing=["A/2"], plate_keys={"field_count": name}
    )
    store = factories.harvested(str(folder), into=open_dataset)
    before = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "not validated yet" in before
    validated(store)
    after = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "HCS-WELL-EXISTS" in after
    assert "A/02" in after
    assert f"/api/v1/stores/{store.id}/report.csv" in after
    assert name not in after


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


def source_form(**told: str) -> dict[str, str]:
    """What the desk sends for a source."""
    return {
        "name": "lab",
        "url": "s3://lab",
        "discovery": "listing",
        "schedule": "5m",
        "strength": "root",
        "full_read_days": "30",
        "moves": "ask",
    } | told


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"schedule": "soon"}, "schedule"),
        ({"url": ""}, "url"),
        ({"dataset_rule": "x"}, "dataset_rule"),
    ],
)
def test_a_source_that_cannot_be_scanned_is_not_saved(
    desk: Client, told: dict[str, str], field: str
) -> None:
    answer = desk.post(page(Source, "add"), source_form(**told))
    assert answer.context["adminform"].form.errors[field]
    assert not Source.objects.exists()


def test_a_source_made_at_the_desk_is_scanned_soon_and_when_asked(desk: Client) -> None:
    desk.post(page(Source, "add"), source_form(url="s3://lab/screens/"))
    source = Source.objects.get()
    assert source.url == "s3://lab/screens"
    assert source.next_scan_at is not None
    desk.post(page(Source), {"action": "scan", "_selected_action": [str(source.pk)]})
    assert Job.objects.get().options == {"scan": True}
    shown = desk.get(page(Source, "change", source.pk)).content.decode()
    assert "its jobs" in shown


@pytest.mark.parametrize(
    "options", ['{"key": "AKIA"}', '["a"]', '{"endpont": "x"}', '{"anonymous": "maybe"}']
)
def test_a_source_is_not_saved_with_options_that_open_nothing(desk: Client, options: str) -> None:
    form = source_form(options=options)
    answer = desk.post(page(Source, "add"), form)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["options"]
    assert not Source.objects.exists()
    assert "AKIA" not in str(History.objects.values())


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


def test_moves_and_copies_are_decided_at_the_desk(
    tmp_path: Path, open_dataset: Dataset, desk: Client
) -> None:
    for name in ("one", "two", "three"):
        factories.harvested(str(stores.image(tmp_path / name, name="twin")), into=open_dataset)
    board = desk.get(reverse("admin:index")).context["board"]
    assert {card.name: card.number for card in board.cards}["Proposed moves"] == 2
    first, second = Proposal.objects.order_by("id")
    shown = desk.get(page(Proposal, "change", first.pk)).content.decode()
    assert str(tmp_path / "one") in shown
    assert str(tmp_path / "two") in shown
    assert "no sampled chunk" in shown.lower()
    desk.post(page(Proposal), {"action": "accept", "_selected_action": [str(first.pk)]})
    first.refresh_from_db()
    assert first.state == "accepted"
    desk.post(page(Proposal), {"action": "refuse", "_selected_action": [str(second.pk)]})
    again = {"action": "accept", "_selected_action": [str(first.pk)]}
    told = desk.post(page(Proposal), again, follow=True).content.decode()
    assert "accepted already" in told
    assert desk.get(page(Proposal, "change", first.pk)).status_code == 200
    board = desk.get(reverse("admin:index")).context["board"]
    assert {card.name: card.number for card in board.cards}["Proposed moves"] == 0
    mirror = Location.objects.get(url=str(tmp_path / "two"))
    for sentence in ("is a store of its own", "only place"):
        asked = {"action": "separate", "_selected_action": [str(mirror.pk)]}
        assert sentence in desk.post(page(Location), asked, follow=True).content.decode()


def test_what_happened_to_a_store_is_told_on_its_page_and_in_the_list(
    rows: None, desk: Client
) -> None:
    store = Store.objects.get(kind="plate")
    shown = desk.get(page(Store, "change", store.pk)).content.decode()
    assert "What happened" in shown
    assert "2 wells, 4 fields" in shown
    assert f"{page(Change)}?q={store.id}" in shown
    listed = desk.get(page(Change), {"q": str(store.id), "verb__exact": "appeared"})
    assert [change.store for change in listed.context["cl"].queryset] == [store]
    text = listed.content.decode()
    assert page(Store, "change", store.pk) in text
    assert page(Job, "change", Job.objects.get(store=store, kind=Kind.HARVEST.value).pk) in text


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


def test_a_source_tells_how_its_scans_go(rows: None, desk: Client) -> None:
    lab = Source.objects.create(name="lab", url="s3://lab", next_scan_at="2020-01-01T00:00Z")
    assert "not scanned yet" in desk.get(page(Source)).content.decode()
    job = Job.objects.filter(kind=Kind.HARVEST.value).latest("id")
    Job.objects.filter(pk=job.pk).update(
        source=lab, kind=Kind.DISCOVER.value, options={"scan": True}, state="failed", error="no"
    )
    shown = desk.get(page(Source)).content.decode()
    assert "overdue" in shown
    assert "scan-failed" in shown
    assert "source__id" in shown
    for health, number in {"overdue": 1, "failed": 1, "never": 1, "odd": 1}.items():
        assert desk.get(page(Source), {"health": health}).context["cl"].queryset.count() == number
