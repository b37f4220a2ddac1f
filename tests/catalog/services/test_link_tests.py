"""Testing links: what a viewer in a browser would meet at our own address, on the web and in S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.test import Client

from catalog.jobs import Job as Kind
from catalog.links.trying import NAMES
from catalog.models import Dataset, Holding, Job, LinkTest
from catalog.services.link_tests import request_link_test, try_links
from catalog.services.sources import create_source
from catalog.words import JobState, Visibility
from plates.models import Location, Store
from plates.models.location import digest_of_url
from tests import factories, servers, stores
from tests.catalog.data.bytes_server import bytes_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sender() -> Iterator[str]:
    with bytes_server() as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stores.plate(tmp_path / "p.zarr", wells=["B/03"], chunks=True, name="p")


@pytest.fixture
def store(folder: Path) -> Store:
    owner = factories.user("owner")
    dataset = factories.dataset("kept", visibility=Visibility.OWNER, owner=owner)
    return factories.harvested(str(folder), into=dataset)


def checks_of(store: Store, base: str = "") -> dict[str, dict[str, Any]]:
    """The checks of a test that was made as a worker makes it."""
    owner = Dataset.objects.get(pk=store.scope).owner
    job = request_link_test(store=store, by=owner, base=base)
    try_links(lease=factories.taken(job))
    job.refresh_from_db()
    assert job.state == JobState.DONE.value
    return {check["name"]: check for check in LinkTest.objects.get(store=store).checks}


def lies_at(store: Store, url: str) -> None:
    Location.objects.filter(store=store).update(url=url, url_digest=digest_of_url(url))


def test_a_private_folder_is_read_through_us_by_every_viewer(store: Store, sender: str) -> None:
    found = checks_of(store, sender)
    assert {name: check["passed"] for name, check in found.items()} == dict.fromkeys(NAMES, True)


def test_a_test_that_waits_is_not_asked_for_twice(store: Store) -> None:
    jobs = [request_link_test(store=store, by=None, base="http://x") for _ in range(2)]
    assert jobs[0].pk == jobs[1].pk
    assert Job.objects.filter(kind=Kind.TEST_LINKS.value).count() == 1


def test_a_server_that_is_away_is_said_to_be(store: Store) -> None:
    (found,) = checks_of(store, "http://127.0.0.1:1").values()
    assert (found["passed"], "gave no answer" in found["sentence"]) == (False, True)


def test_a_web_server_without_cors_is_named_and_counts_in_the_links(
    store: Store, folder: Path
) -> None:
    with servers.http_server(folder.parent) as web:
        lies_at(store, f"{web.url}/p.zarr")
        found = checks_of(store)
    assert found["document"]["passed"] is False
    assert "CORS" in found["document"]["sentence"]
    client = Client()
    client.force_login(Dataset.objects.get(pk=store.scope).owner)  # type: ignore[arg-type]
    told = client.get(f"/api/v1/stores/{store.id}/links/").json()
    assert told["test"]["checks"] == list(found.values())
    vizarr = next(one for one in told["viewers"] if one["name"] == "vizarr")
    assert (vizarr["answer"], vizarr["reason"]) == ("no", found["document"]["sentence"])


def test_a_guard_keeps_the_test_from_what_it_does_not_allow(store: Store, folder: Path) -> None:
    with servers.http_server(folder.parent) as web:
        lies_at(store, f"{web.url}/p.zarr")
        Holding.objects.filter(store=store).update(guarded=True)
        (found,) = checks_of(store).values()
        assert "not a public address" in found["sentence"]
        assert web.behaviour.requests == []


def test_private_s3_is_read_by_signed_urls_if_the_bucket_lets_pages_read(
    store: Store, folder: Path, sender: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_KEY", servers.KEY)
    monkeypatch.setenv("PLATECAT_CREDENTIALS_LAB_SECRET", servers.SECRET)
    with servers.s3_server() as s3:
        url = s3.upload(folder, "screens", "a b/p.zarr")
        options = {"endpoint": s3.endpoint, "region": servers.REGION}
        monkeypatch.setattr("catalog.services.sources.allowed_address", lambda url, **_: url)
        source = create_source(by=None, name="lab", url=url, options=options, credentials="lab")
        lies_at(store, url)
        Holding.objects.filter(store=store).update(source=source)
        open_to(store, Visibility.PUBLIC)
        address = f"{sender}/data/{store.id}"
        with urlopen(f"{address}/zarr.json") as answer:
            assert answer.read() == (folder / "zarr.json").read_bytes()
            assert "X-Amz-Signature" in answer.url
        chunk = Request(f"{address}/B/03/0/0/c/0/0/0/0", headers={"Range": "bytes=-1"})
        with urlopen(chunk) as answer:
            assert (answer.status, len(answer.read())) == (206, 1)
        found = checks_of(store, sender)
    assert found["document"]["passed"], found


def open_to(store: Store, visibility: Visibility) -> None:
    Dataset.objects.filter(pk=store.scope).update(visibility=visibility.value)
