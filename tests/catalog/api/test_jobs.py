"""Jobs over REST: how far they are, stopped and started anew."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Access, Dataset, Holding, Job, Source
from catalog.services.jobs import fail_job
from catalog.services.sources import request_scan
from catalog.words import Role
from tests import factories

pytestmark = pytest.mark.django_db

API = "/api/v1/jobs"


@pytest.fixture
def job(open_dataset: Dataset, plate_folder: Path, client: Client) -> Job:
    person = factories.user("asker")
    factories.access(person, Role.CURATOR, open_dataset)
    client.force_login(person)
    return factories.queued_harvest(str(plate_folder), into=open_dataset, by=person)


def test_a_job_tells_how_far_its_family_is(client: Client, job: Job) -> None:
    told = client.get(f"{API}/{job.pk}/").json()
    assert told["family"] == {
        "jobs": 1,
        "ended": 0,
        "failed": 0,
        "stores": 1,
        "stores_done": 0,
        "documents_done": 0,
        "documents_known": 0,
        "seconds_left": None,
    }


def test_who_asked_for_a_job_may_stop_it_and_start_it_anew(client: Client, job: Job) -> None:
    stopped = client.post(f"{API}/{job.pk}/cancel/")
    assert (stopped.status_code, stopped.json()["state"]) == (202, "cancelled")
    assert "Cancelled by" in stopped.json()["error"]
    again = client.post(f"{API}/{job.pk}/cancel/")
    assert again.status_code == 409
    assert "ended already" in again.json()["detail"]
    anew = client.post(f"{API}/{job.pk}/retry/")
    assert (anew.status_code, anew.json()["state"]) == (202, "queued")
    assert client.post(f"{API}/{job.pk}/retry/").status_code == 409


def test_who_may_not_curate_any_more_stops_what_they_asked_for_and_starts_nothing_anew(
    client: Client, job: Job
) -> None:
    Access.objects.all().delete()
    assert client.post(f"{API}/{job.pk}/cancel/").status_code == 202
    refused = client.post(f"{API}/{job.pk}/retry/")
    assert refused.status_code == 403
    assert "Only curators" in refused.json()["detail"]
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_whose_store_went_to_another_dataset_is_for_its_curators(
    client: Client, job: Job
) -> None:
    assert client.post(f"{API}/{job.pk}/cancel/").status_code == 202
    elsewhere = factories.dataset()
    Holding.objects.update(dataset=elsewhere)
    assert client.post(f"{API}/{job.pk}/retry/").status_code == 403
    factories.access(User.objects.get(username="asker"), Role.CURATOR, elsewhere)
    assert client.post(f"{API}/{job.pk}/retry/").status_code == 202


def test_a_failed_job_is_started_anew(client: Client, job: Job) -> None:
    fail_job(lease=factories.taken(job), error="That is no plate.", passing=False)
    assert client.post(f"{API}/{job.pk}/retry/").json()["error"] == ""


def test_a_scan_is_seen_and_steered_by_who_runs_the_catalog_alone(
    client: Client, open_dataset: Dataset, plate_folder: Path
) -> None:
    source = Source.objects.create(
        name="lab", url=str(plate_folder.parent), default_dataset=open_dataset
    )
    scan = request_scan(source=source, by=None)
    curator = factories.user("curator")
    factories.access(curator, Role.CURATOR, open_dataset)
    client.force_login(curator)
    assert client.get(f"{API}/").json()["results"] == []
    assert client.post(f"{API}/{scan.pk}/cancel/").status_code == 404
    client.force_login(factories.operator())
    assert [one["id"] for one in client.get(f"{API}/").json()["results"]] == [str(scan.pk)]
    assert client.post(f"{API}/{scan.pk}/cancel/").status_code == 202
