"""The life of a dataset on pages: who sees what of it, and what the buttons do."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from catalog.models import Dataset, Job
from catalog.services.withdrawals import withdraw
from catalog.words import Role
from tests import factories
from tests.catalog.secret import signed_in
from tests.catalog.services.mapped import applied
from tests.catalog.services.published import TOMORROW, fit, published, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("versions")]
PAGE = "/datasets/open/"


@pytest.fixture
def dataset(plate_folder: Path, open_dataset: Dataset) -> Dataset:
    """A dataset with a plate."""
    factories.harvested(str(plate_folder), into=open_dataset)
    return open_dataset


def somebody(role: Role, dataset: Dataset) -> Client:
    person = factories.user()
    factories.access(person, role, dataset)
    return signed_in(person)


def page(client: Client, path: str = "") -> str:
    return client.get(PAGE + path).content.decode()


def test_the_checklist_and_the_steps_are_for_those_who_curate(dataset: Dataset) -> None:
    assert "Checklist" not in page(Client())
    assert "Checklist" not in page(somebody(Role.VIEWER, dataset))
    told = page(somebody(Role.CURATOR, dataset))
    assert "It has no licence" in told
    assert f"/admin/catalog/dataset/{dataset.pk}/change/" in told
    assert "steps/review/" in told
    assert "steps/publish/" not in told


def test_a_dataset_is_published_with_two_buttons(dataset: Dataset) -> None:
    fit(dataset)
    publisher = somebody(Role.PUBLISHER, dataset)
    assert "Checklist" in page(publisher, "steps/review/")
    assert publisher.post(f"{PAGE}steps/review/").headers["Location"] == PAGE
    told = page(publisher)
    assert "It waits for a publisher now." in told
    assert "steps/publish/" in told
    refused = publisher.post(f"{PAGE}steps/publish/", {"until": "never"})
    assert refused.status_code == 409
    assert b"Write the day as" in refused.content
    publisher.post(f"{PAGE}steps/publish/", {"until": TOMORROW.isoformat()})
    assert "A version is being made" in page(publisher)
    worked(Job.objects.get(kind="workers.publish"))
    told = page(publisher)
    assert f"Embargo until {TOMORROW:%-d %b %Y}" in told
    assert 'href="/datasets/open/versions/1/"' in told
    assert Client().get(PAGE).status_code == 404


def test_what_is_sent_back_tells_the_note(dataset: Dataset) -> None:
    curator = somebody(Role.CURATOR, dataset)
    curator.post(f"{PAGE}steps/review/")
    curator.post(f"{PAGE}steps/send-back/", {"note": "Doses <b>missing</b>."})
    assert "Doses &lt;b&gt;missing&lt;/b&gt;." in page(curator)
    assert "missing" not in page(Client())


@pytest.mark.parametrize("step", ["publish", "withdraw", "send-back", "nothing", "embargo"])
def test_a_step_that_nobody_may_take_now_is_not_there(dataset: Dataset, step: str) -> None:
    curator = somebody(Role.CURATOR, dataset)
    for client in (curator, Client()):
        assert client.get(f"{PAGE}steps/{step}/").status_code == 404
        assert client.post(f"{PAGE}steps/{step}/").status_code == 404


def test_a_failed_publication_says_why(dataset: Dataset) -> None:
    curator = somebody(Role.CURATOR, dataset)
    Job.objects.create(
        kind="workers.publish", dataset=dataset, state="failed", error="The disk is full.",
        finished_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    assert "The disk is full." in page(curator)


def test_a_version_has_a_page_with_its_files(dataset: Dataset) -> None:
    version = published(dataset)
    told = page(Client(), "versions/1/")
    assert f"/api/v1/datasets/{dataset.id}/versions/1/files/wells.parquet" in told
    assert version.digest in told
    assert "All about open" in told
    assert "Version 1" in page(Client())


def test_a_page_tells_what_differs(dataset: Dataset) -> None:
    published(dataset)
    applied(dataset)
    published(dataset)
    told = page(Client(), "versions/2/diff/")
    assert "3 annotated otherwise" in told
    assert "Nutlin-3a" in told
    assert "diff.csv?from=1" in told
    assert Client().get(f"{PAGE}versions/1/diff/").status_code == 404


def test_a_withdrawn_dataset_has_a_tombstone_and_its_curators_see_it_still(
    dataset: Dataset,
) -> None:
    published(dataset)
    withdraw(dataset=dataset, reason="Another cell line.", by=None)
    told = page(Client())
    assert "Another cell line." in told
    assert ">small<" not in told
    assert "wells.parquet" not in page(Client(), "versions/1/")
    assert "Another cell line." in page(Client(), "versions/1/")
    kept = page(somebody(Role.PUBLISHER, dataset))
    assert ">small<" in kept
    assert "steps/" not in kept
    assert "wells.parquet" in page(somebody(Role.PUBLISHER, dataset), "versions/1/")


def test_machines_are_told_of_the_latest_version(dataset: Dataset) -> None:
    def structured() -> dict[str, object]:
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(Client()))
        assert found is not None
        told = json.loads(found[1])
        assert isinstance(told, dict)
        return told

    assert "version" not in structured()
    version = published(dataset)
    told = structured()
    assert told["version"] == "1"
    files = {one["name"]: one for one in told["distribution"] if "name" in one}  # type: ignore[attr-defined]
    assert files["manifest.json"]["sha256"] == version.digest


def test_what_was_published_is_told_among_the_changes(dataset: Dataset) -> None:
    published(dataset)
    assert 'href="/datasets/open/versions/1/"' in Client().get("/changes/").content.decode()


def test_one_version_of_several_is_withdrawn_from_its_page(dataset: Dataset) -> None:
    published(dataset)
    publisher = somebody(Role.PUBLISHER, dataset)
    form = "versions/1/withdraw/"
    assert form not in page(publisher, "versions/1/")
    refused = publisher.post(PAGE + form, {"reason": "Rows were mixed up."})
    assert refused.status_code == 409
    assert b"the only one left" in refused.content
    Dataset.objects.filter(pk=dataset.pk).update(title="Open, and looked at again")
    published(dataset)
    assert form in page(publisher, "versions/1/")
    assert form not in page(somebody(Role.CURATOR, dataset), "versions/1/")
    assert publisher.post(PAGE + form, {"reason": ""}).status_code == 409
    sent = publisher.post(PAGE + form, {"reason": "Rows were <b>mixed</b> up."})
    assert sent.headers["Location"] == f"{PAGE}versions/1/"
    assert "Version 1 is withdrawn." in page(publisher, "versions/1/")
    told = page(Client(), "versions/1/")
    assert "Rows were &lt;b&gt;mixed&lt;/b&gt; up." in told
    assert "wells.parquet" not in told
    assert "wells.parquet" in page(Client(), "versions/2/")
    for client in (publisher, Client()):
        assert client.get(PAGE + form).status_code == 404
