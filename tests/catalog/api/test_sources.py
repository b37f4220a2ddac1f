"""Sources over REST: made, changed and scanned by operators, nothing to others."""

from typing import Any

import pytest
from django.test import Client

from catalog.api.shapes.sources import SourceShape, SourceWish
from catalog.models import Dataset, Job, Source
from catalog.services.sources import create_source
from tests import factories

pytestmark = pytest.mark.django_db

API = "/api/v1/sources"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(factories.operator())
    return client


@pytest.fixture
def source(open_dataset: Dataset) -> Source:
    return create_source(by=None, name="lab", url="s3://lab", default_dataset=open_dataset)


def test_an_operator_makes_a_source_with_little_said(
    operator: Client, open_dataset: Dataset
) -> None:
    body = {"name": "lab", "url": "s3://lab/screens/", "dataset": "open"}
    answer = operator.post(f"{API}/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["url"], told["schedule"], told["strength"]) == (
        "s3://lab/screens",
        "4m",
        "consolidated",
    )
    assert told["dataset"] == "open"
    assert told["next_scan_at"] is not None
    assert operator.get(told["links"]["self"]).json() == told
    assert operator.get(f"{API}/").json()["results"] == [told]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"name": "lab"}, 400, "url"),
        ({"name": "lab", "url": "s3://x", "secret": "k"}, 400, "There is no 'secret' here"),
        ({"name": "lab", "url": "s3://x", "options": {"key": "k"}}, 400, "is a secret"),
        ({"name": "lab", "url": "s3://x", "strength": "strong"}, 400, "is one of root"),
        ({"name": "lab", "url": "s3://x", "dataset": "none"}, 400, "no dataset of that slug"),
        ({"name": "lab", "url": "s3://x", "schedule": "soon"}, 400, "is no schedule"),
        ({"name": "lab", "url": "s3://x", "count_days": 0}, 400, "count_days"),
        ({"name": "lab", "url": "https://example.org/x", "count_days": 7}, 400, "folders and S3"),
        ({"name": "lab", "url": "s3://x", "strength": "inventory"}, 400, "discovery be inventory"),
        (
            {"name": "lab", "url": "https://example.org/x", "strength": "listing"},
            400,
            "folders and S3",
        ),
        ({"name": "a b", "url": "s3://x"}, 400, "'name' cannot be taken"),
        ({"name": "taken", "url": "s3://x"}, 409, "a source 'taken' already"),
        ([], 400, "JSON object"),
    ],
)
def test_what_is_no_source_is_refused(operator: Client, body: Any, status: int, words: str) -> None:
    create_source(by=None, name="taken", url="s3://y")
    answer = operator.post(f"{API}/", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert words in answer.json()["detail"]
    assert Source.objects.count() == 1


def test_all_that_can_be_said_of_a_source_is_told_of_it() -> None:
    assert set(SourceWish().fields) - set(SourceShape().fields) == set()


def test_a_source_is_changed_where_something_is_said(operator: Client, source: Source) -> None:
    path = f"{API}/{source.id}/"
    answer = operator.patch(path, {"schedule": ""}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["schedule"], told["next_scan_at"], told["dataset"]) == ("", None, "open")


def test_a_scan_is_asked_for(operator: Client, source: Source) -> None:
    answer = operator.generic("POST", f"{API}/{source.id}/scan/")
    assert answer.status_code == 202, answer.content
    job = answer.json()
    assert (job["kind"], job["options"]) == ("discover", {"scan": True})
    assert operator.get(f"/api/v1/jobs/?source={source.id}").json()["count"] == 1
    wish = {"accept_losses": True}
    accepted = operator.post(f"{API}/{source.id}/scan/", wish, content_type="application/json")
    assert accepted.json()["options"] == {"scan": True, "accept_losses": True}


@pytest.mark.parametrize("signed_in", [True, False])
def test_others_see_no_source_and_make_none(
    client: Client, source: Source, *, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(factories.user())
    assert client.get(f"{API}/").json()["results"] == []
    assert client.get(f"{API}/{source.id}/").status_code == 404
    assert client.generic("POST", f"{API}/{source.id}/scan/").status_code == 404
    body = {"name": "mine", "url": "s3://mine"}
    assert client.post(f"{API}/", body, content_type="application/json").status_code == 403
    assert not Job.objects.exists()
