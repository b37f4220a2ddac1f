"""Findings and reports over REST, and asking for a validation."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Job
from catalog.words import JobState
from plates.models import Store
from tests import factories, stores
from tests.catalog.services.validated import validated

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def store(tmp_path: Path, open_dataset: Dataset) -> Store:
    wells = [f"A/{number}" for number in range(1, 13)]
    folder = stores.plate(tmp_path / "p.zarr", wells=wells, missing=wells, name="P")
    return validated(factories.harvested(str(folder), into=open_dataset))


def get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_findings_of_a_store_are_grouped_by_rule(client: Client, store: Store) -> None:
    (found,) = [
        finding
        for finding in get(client, f"{API}/stores/{store.id}/findings/")["results"]
        if finding["rule"] == "HCS-WELL-EXISTS"
    ]
    assert (found["level"], found["total"]) == ("error", 12)
    assert len(found["examples"]) == 10
    assert found["examples"][0]["node"] == "A/01"
    assert found["examples"][0]["pointer"] == "/attributes/ome/plate/wells/0/path"
    assert found["sentence"].endswith(".")
    assert found["spec"].startswith("https://ngff.openmicroscopy.org/0.5/")
    assert found["dataset"]["slug"] == "open"
    assert get(client, found["links"]["store"])["id"] == found["store"]["id"]


def test_all_findings_are_filtered_by_rule_level_dataset_and_verdict(
    client: Client, store: Store, tmp_path: Path
) -> None:
    other = factories.dataset("other")
    clean = stores.image(tmp_path / "i.zarr", size=(1024, 1024))
    validated(factories.harvested(str(clean), into=other))
    every = get(client, f"{API}/findings/?rule=HCS-WELL-EXISTS")
    assert every["count"] == 1
    assert get(client, f"{API}/findings/?level=error&dataset=open")["count"] == 1
    assert get(client, f"{API}/findings/?level=error&dataset=other")["count"] == 0
    assert get(client, f"{API}/findings/?verdict=valid&level=error")["count"] == 0
    assert get(client, f"{API}/findings/?store={store.id}&level=error")["count"] == 1
    answer = client.get(f"{API}/findings/?level=bad")
    assert answer.status_code == 400
    assert "error, warning" in answer.json()["detail"]


def test_the_whole_report_is_json_as_the_command_prints_it(client: Client, store: Store) -> None:
    answer = client.get(f"{API}/stores/{store.id}/report.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    report = json.loads(content_of(answer))
    assert report["verdict"] == "incomplete"
    assert report["summary"]["error"] == 12
    assert len([one for one in report["findings"] if one["level"] == "error"]) == 12
    assert report["coverage"]["listed"] is True


def test_the_whole_report_is_csv(client: Client, store: Store) -> None:
    answer = client.get(f"{API}/stores/{store.id}/report.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(content_of(answer).decode())))
    assert sum(row["rule"] == "HCS-WELL-EXISTS" for row in rows) == 12


def test_a_store_tells_of_its_validation(client: Client, store: Store) -> None:
    told = get(client, f"{API}/stores/{store.id}/")
    assert told["verdict"] == "incomplete"
    assert told["validation"]["errors"] == 12
    assert told["validation"]["depth"] == "labels"
    assert told["validation"]["coverage"]["remarks"]


def test_a_store_that_was_not_validated_has_no_report(
    client: Client, tmp_path: Path, open_dataset: Dataset
) -> None:
    fresh = factories.harvested(str(stores.image(tmp_path / "i.zarr")), into=open_dataset)
    told = get(client, f"{API}/stores/{fresh.id}/")
    assert (told["validation"], told["links"]["report"]) == (None, None)
    answer = client.get(f"{API}/stores/{fresh.id}/report.json")
    assert answer.status_code == 404
    assert "not validated yet" in answer.json()["detail"]


def test_a_report_is_there_in_two_forms_alone(client: Client, store: Store) -> None:
    answer = client.get(f"{API}/stores/{store.id}/report.xml")
    assert answer.status_code == 404
    assert "report.csv" in answer.json()["detail"]


def test_a_curator_asks_for_a_validation_and_gets_its_job(client: Client, store: Store) -> None:
    client.force_login(factories.user(superuser=True))
    answer = client.post(
        f"{API}/stores/{store.id}/validate/",
        {"depth": "sample", "policy": "strict"},
        content_type="application/json",
    )
    assert answer.status_code == 202, answer.content
    job = answer.json()
    assert (job["kind"], job["state"]) == ("validate", "queued")
    assert job["options"] == {"depth": "sample", "policy": "strict"}
    assert Job.objects.filter(pk=job["id"], state=JobState.QUEUED.value).exists()


def test_a_validation_needs_no_body(client: Client, store: Store) -> None:
    client.force_login(factories.user(superuser=True))
    answer = client.generic("POST", f"{API}/stores/{store.id}/validate/")
    assert answer.status_code == 202
    assert answer.json()["options"] == {"depth": "labels", "policy": "spec"}


@pytest.mark.parametrize(
    ("body", "parameter", "sentence"),
    [
        ({"depth": "fields"}, "depth", "'depth' is one of labels, sample."),
        ({"policy": "kind"}, "policy", "'policy' is one of lenient, spec, strict."),
        ({"polcy": "spec"}, "polcy", "There is no 'polcy' here. Known are depth, policy."),
        ([1], "body", "is a JSON object"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_a_sentence(
    client: Client, store: Store, body: Any, parameter: str, sentence: str
) -> None:
    client.force_login(factories.user(superuser=True))
    path = f"{API}/stores/{store.id}/validate/"
    answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b"{", b"\xff", b'"\\ud800"', b'{"\\ud800": 1}']
)
def test_a_body_that_means_harm_is_refused(client: Client, store: Store, body: bytes) -> None:
    path = f"{API}/stores/{store.id}/validate/"
    for superuser in (False, True):
        if superuser:
            client.force_login(factories.user(superuser=True))
        answer = client.generic("POST", path, body, content_type="application/json")
        assert answer.status_code == (400 if superuser else 403)


def test_who_may_only_look_is_told_so_and_a_stranger_nothing(client: Client, store: Store) -> None:
    path = f"{API}/stores/{store.id}/validate/"
    answer = client.post(path, {}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    nothing = client.post(
        f"{API}/stores/01900000-0000-7000-8000-000000000000/validate/",
        {},
        content_type="application/json",
    )
    assert nothing.status_code == 404
