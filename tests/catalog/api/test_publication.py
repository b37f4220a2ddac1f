"""The life of a dataset over REST: its steps, its versions and their files, and its tombstone."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pa_parquet
import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Dataset, Job
from catalog.words import Role, Visibility
from tests import factories
from tests.catalog.secret import signed_in
from tests.catalog.services.mapped import applied
from tests.catalog.services.published import TOMORROW, fit, published, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("versions")]
API = "/api/v1/datasets/open/"


@pytest.fixture
def closed(plate_folder: Path) -> Dataset:
    """A dataset with a plate that its curators alone see."""
    dataset = factories.dataset("open", visibility=Visibility.GROUPS)
    factories.harvested(str(plate_folder), into=dataset)
    return dataset


def with_role(role: Role, dataset: Dataset) -> User:
    person = factories.user()
    factories.access(person, role, dataset)
    return person


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    answer = client.post(API + path, body or {}, content_type="application/json")
    return answer.status_code, answer.json()


def status_at(client: Client, path: str) -> int:
    """The status of an answer that is read to its end."""
    answer = client.get(API + path)
    answer.getvalue()
    return answer.status_code


def test_a_dataset_is_reviewed_published_and_withdrawn(closed: Dataset, client: Client) -> None:
    curator, publisher = (
        signed_in(with_role(role, closed)) for role in (Role.CURATOR, Role.PUBLISHER)
    )
    told = curator.get(f"{API}checklist/").json()
    assert told["blocked"]
    assert {one["id"] for one in told["lines"] if not one["passed"]} >= {"title", "licence"}
    assert all(one["link"].startswith("http://testserver/") for one in told["lines"])
    fit(closed)
    assert not curator.get(f"{API}checklist/").json()["blocked"]
    assert post(curator, "review/")[1]["state"] == "in_review"
    status, told = post(publisher, "send-back/", {"note": "Doses."})
    assert (status, told["state"]) == (200, "draft")
    assert curator.get(f"{API}checklist/").json()["review_note"] == "Doses."
    post(curator, "review/")
    assert post(curator, "publish/")[0] == 403
    status, job = post(publisher, "publish/")
    assert (status, job["kind"]) == (202, "publish")
    assert client.get(API).status_code == 404
    worked(Job.objects.get(pk=job["id"]))
    told = client.get(API).json()
    assert (told["state"], told["is_open"], told["latest_version"]) == ("published", True, 1)
    assert post(publisher, "withdraw/")[0] == 400
    status, told = post(publisher, "withdraw/", {"reason": "Another cell line."})
    assert (status, told["withdrawn"]["reason"]) == (200, "Another cell line.")
    stone = client.get(API).json()
    assert stone["tombstone"]["reason"] == "Another cell line."
    assert (stone["title"], stone["state"]) == ("All about open", "withdrawn")
    assert "summary" not in stone
    assert client.get("/api/v1/plates/?dataset=open").json()["count"] == 0


def test_a_publication_under_embargo_opens_by_itself(closed: Dataset, client: Client) -> None:
    publisher = signed_in(with_role(Role.PUBLISHER, closed))
    fit(closed)
    post(publisher, "review/")
    status, told = post(publisher, "publish/", {"embargo_until": "soon"})
    assert (status, told["parameter"]) == (400, "embargo_until")
    _, job = post(publisher, "publish/", {"embargo_until": TOMORROW.isoformat()})
    worked(Job.objects.get(pk=job["id"]))
    assert client.get(f"{API}versions/1/").status_code == 404
    told = publisher.get(API).json()
    assert (told["is_open"], told["embargo_until"]) == (False, TOMORROW.isoformat())
    assert post(publisher, "embargo/", {"until": None})[1]["is_open"]
    assert client.get(f"{API}versions/1/").status_code == 200
    assert post(publisher, "embargo/", {"until": TOMORROW.isoformat()})[0] == 400


def test_files_are_given_away_as_they_were_written(closed: Dataset, client: Client) -> None:
    published(closed)
    version = client.get(f"{API}versions/1/").json()
    assert version["metadata"]["licence"] == "CC-BY-4.0"
    assert client.get(f"{API}versions/").json()["results"][0]["digest"] == version["digest"]
    for file in version["files"]:
        answer = client.get(file["url"])
        content = answer.getvalue()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'
        again = client.get(file["url"], headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    wells = client.get(f"{API}versions/1/files/wells.parquet").getvalue()
    assert pa_parquet.read_table(io.BytesIO(wells)).num_rows == 3
    manifest = json.loads(client.get(version["links"]["manifest"]).getvalue())
    assert manifest["counts"] == version["counts"]
    assert client.head(f"{API}versions/1/files/wells.parquet").headers["Content-Length"] == str(
        len(wells)
    )


@pytest.mark.parametrize("name", ["nothing", "..", "../manifest.json", "%2e%2e%2fmanifest.json"])
def test_what_is_no_file_of_a_version_is_not_there(
    closed: Dataset, client: Client, name: str
) -> None:
    published(closed)
    assert client.get(f"{API}versions/1/files/{name}").status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "1.0", "9" * 40])
def test_what_is_no_version_is_not_there(closed: Dataset, client: Client, number: str) -> None:
    published(closed)
    assert client.get(f"{API}versions/{number}/").status_code == 404


def test_a_file_that_was_lost_is_told_so(closed: Dataset, client: Client, versions: Path) -> None:
    published(closed)
    for path in versions.rglob("wells.parquet"):
        path.unlink()
    answer = client.get(f"{API}versions/1/files/wells.parquet")
    assert answer.status_code == 503
    assert "versions --verify" in answer.json()["detail"]


def test_of_two_versions_one_can_be_withdrawn_and_the_other_stays(
    closed: Dataset, client: Client
) -> None:
    publisher = signed_in(with_role(Role.PUBLISHER, closed))
    published(closed)
    assert post(publisher, "versions/1/withdraw/", {"reason": "x"})[0] == 409
    applied(closed)
    published(closed)
    diff = client.get(f"{API}versions/2/diff/").json()
    assert (diff["from"], diff["to"], diff["wells"]["changed"]["total"]) == (1, 2, 3)
    lines = client.get(diff["csv"]).getvalue().decode().splitlines()
    assert lines[0] == "noun,became,id,name,well,key,before,after"
    assert any(line.endswith("A01,compound,,DMSO") for line in lines)
    assert client.get(f"{API}versions/1/diff/").status_code == 400
    assert client.get(f"{API}versions/2/diff/?from=7").status_code == 400
    status, told = post(publisher, "versions/1/withdraw/", {"reason": "Doses."})
    assert (status, told["withdrawn"]["reason"]) == (200, "Doses.")
    stone = client.get(f"{API}versions/1/").json()
    assert (stone["files"], stone["metadata"], stone["counts"]) == ([], {}, {})
    assert (stone["title"], stone["withdrawn"]["reason"]) == ("All about open", "Doses.")
    assert status_at(client, "versions/1/files/wells.parquet") == 410
    assert status_at(client, "versions/2/diff/?from=1") == 410
    assert status_at(publisher, "versions/1/files/wells.parquet") == 200
    assert status_at(client, "versions/2/files/wells.parquet") == 200
    assert client.get(API).json()["latest_version"] == 2


def test_the_feed_tells_what_was_published_and_withdrawn(closed: Dataset, client: Client) -> None:
    published(closed)
    (told,) = client.get("/api/v1/changes/?verb=published").json()["results"]
    assert (told["store"], told["differences"]["version"]["number"]) == (None, 1)
    assert told["links"]["dataset"].endswith(f"/datasets/{closed.id}/")
    post(signed_in(with_role(Role.PUBLISHER, closed)), "withdraw/", {"reason": "Doses."})
    told = client.get("/api/v1/changes/").json()["results"]
    assert [(one["verb"], one["differences"]) for one in told] == [
        ("withdrawn", {"reason": "Doses."})
    ]
