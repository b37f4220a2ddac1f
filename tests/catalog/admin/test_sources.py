"""Sources at the desk: made, scanned, and how their scans go."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.jobs import Job as Kind
from catalog.models import History, Holding, Job, Source
from tests.catalog.admin.at_the_desk import page

pytestmark = pytest.mark.django_db


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
