"""Sources: who may make and scan them, what is refused, when the clock scans them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import NotAllowed, NotUnderstood
from catalog.models import Dataset, History, Job, Source
from catalog.services.dataset_rule import dataset_named_by
from catalog.services.schedules import next_time
from catalog.services.sources import (
    change_source,
    create_source,
    request_due_scans,
    request_scan,
)
from catalog.words import Role
from tests import factories

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def source(open_dataset: Dataset) -> Source:
    return create_source(by=None, name="lab", url="s3://lab/screens", default_dataset=open_dataset)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("5m", NOON + timedelta(minutes=5)),
        (" 2h ", NOON + timedelta(hours=2)),
        ("1d", NOON + timedelta(days=1)),
        ("0 3 * * *", NOON + timedelta(hours=15)),
        ("*/10 * * * *", NOON + timedelta(minutes=10)),
        ("30 12 25 11 *", NOON + timedelta(minutes=30)),
        ("", None),
    ],
)
def test_a_schedule_tells_the_next_time(schedule: str, expected: datetime | None) -> None:
    assert next_time(schedule, NOON) == expected


@pytest.mark.parametrize("schedule", ["soon", "0m", "5 m 3", "* * *", "61 * * * *", "* * * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(NotUnderstood, match="is no schedule"):
        next_time(schedule, NOON)


@given(st.text(max_size=30))
def test_no_text_for_a_schedule_does_harm(text: str) -> None:
    try:
        told = next_time(text, NOON)
    except NotUnderstood:
        return
    assert told is None or told > NOON


@pytest.mark.parametrize(
    ("rule", "path", "slug"),
    [
        ("{dataset}/*", "S1/a.zarr", "S1"),
        ("{dataset}", "plate 7.ome.zarr", "plate-7"),
        ("a/*/{dataset}", "a/b/c/d.zarr", "c"),
        ("a/*/{dataset}", "x/b/c/d.zarr", None),
        ("{dataset}/*", "a.zarr", None),
        ("{dataset}", "...", None),
    ],
)
def test_a_rule_takes_the_dataset_from_the_path(rule: str, path: str, slug: str | None) -> None:
    assert dataset_named_by(rule, path) == slug


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "parameter"),
    [
        ({"url": ""}, "url"),
        ({"url": "https://me:secret@h.org/x"}, "url"),
        ({"url": "/etc"}, "url"),
        ({"url": "http://169.254.169.254/"}, "url"),
        ({"url": "http://2130706433/"}, "url"),
        ({"discovery": "list", "list_url": "file:///etc/passwd"}, "list_url"),
        ({"options": {"secret": "x"}}, "options"),
        ({"schedule": "soon"}, "schedule"),
        ({"dataset_rule": "*/x"}, "dataset_rule"),
        ({"dataset_rule": "{dataset}/{dataset}"}, "dataset_rule"),
        ({"discovery": "list"}, "list_url"),
    ],
)
def test_a_source_that_cannot_be_scanned_is_refused(
    told: dict[str, object], parameter: str
) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        create_source(by=None, **{"name": "lab", "url": "s3://lab/x"} | told)
    assert refusal.value.parameter == parameter
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_making_and_changing_a_source_is_recorded(source: Source) -> None:
    person = factories.operator()
    change_source(source=source, by=person, schedule="1d", strength="root")
    made, changed = History.objects.filter(noun="source").order_by("id")
    assert (made.verb, changed.verb, changed.by) == ("create", "change", person)
    assert changed.changes["schedule"] == ["4m", "1d"]


def a_publisher(source: Source) -> User:
    """Somebody who may do all with the source's dataset."""
    person = factories.user()
    assert source.default_dataset is not None
    factories.access(person, Role.PUBLISHER, source.default_dataset)
    return person


@pytest.mark.django_db
def test_only_operators_have_sources_scanned(source: Source) -> None:
    for person in (factories.user(), a_publisher(source)):
        with pytest.raises(NotAllowed):
            request_scan(source=source, by=person)
    operator = factories.operator()
    job = request_scan(source=source, by=operator)
    assert (job.requested_by, job.guarded, job.url) == (operator, True, source.url)
    assert request_scan(source=source, by=None).pk == job.pk


@pytest.mark.django_db
def test_the_clock_asks_for_a_scan_when_its_time_has_come(source: Source) -> None:
    assert request_due_scans() == 1
    assert request_due_scans() == 0
    source.refresh_from_db()
    assert source.next_scan_at is not None
    assert timedelta(minutes=3) < source.next_scan_at - timezone.now() <= timedelta(minutes=4)
    Source.objects.update(next_scan_at=timezone.now())
    assert request_due_scans() == 1
    # The scan before has not ended yet.
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_source_without_schedule_is_scanned_when_somebody_asks(source: Source) -> None:
    change_source(source=source, by=None, schedule="")
    assert request_due_scans() == 0
    assert request_scan(source=source, by=None).state == "queued"
