"""Proposals over REST: told to curators alone, decided once, undone at the store."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Dataset, Proposal
from catalog.words import Role
from plates.models import Store
from tests import factories, stores

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def proposal(tmp_path: Path, open_dataset: Dataset) -> Proposal:
    """A plate that was copied."""
    folder = stores.plate(tmp_path / "old.zarr", wells=["A/1"], chunks=True, name="screened")
    factories.harvested(str(folder), into=open_dataset)
    copy = shutil.copytree(folder, tmp_path / "new.zarr")
    factories.harvested(str(copy), into=open_dataset)
    return Proposal.objects.get()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def curator(open_dataset: Dataset) -> Client:
    person = factories.user("curator")
    factories.access(person, Role.CURATOR, open_dataset)
    return signed_in(person)


def test_a_curator_sees_both_stores_and_what_speaks_for_it(
    proposal: Proposal, curator: Client, tmp_path: Path
) -> None:
    told = curator.get(f"{API}/proposals/").json()
    (one,) = told["results"]
    assert (one["kind"], one["state"]) == ("copy", "open")
    assert (one["store"]["url"], one["of"]["url"]) == (
        str(tmp_path / "new.zarr"),
        str(tmp_path / "old.zarr"),
    )
    assert one["of"]["plate"]["name"] == "screened"
    assert one["evidence"]["proven"]
    assert one["dataset"]["slug"] == "open"
    assert curator.get(one["links"]["self"]).json() == one


def test_viewers_see_none_and_can_decide_none(proposal: Proposal, open_dataset: Dataset) -> None:
    viewer = factories.user()
    factories.access(viewer, Role.VIEWER, open_dataset)
    client = signed_in(viewer)
    assert client.get(f"{API}/proposals/").json()["results"] == []
    for verb in ("accept", "refuse"):
        assert client.post(f"{API}/proposals/{proposal.id}/{verb}/").status_code == 404
    assert Client().get(f"{API}/proposals/").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", 1),
        ("state=refused", 0),
        ("kind=copy", 1),
        ("kind=move", 0),
        ("dataset=open", 1),
        ("dataset=other", 0),
        ("store={0.store.id}", 1),
        ("store={0.of.id}", 1),
        ("store={0.id}", 0),
        ("store=x", 0),
    ],
)
def test_proposals_are_narrowed(
    proposal: Proposal, curator: Client, query: str, found: int
) -> None:
    told = curator.get(f"{API}/proposals/?{query.format(proposal)}").json()
    assert len(told["results"]) == found


def test_an_accepted_copy_is_a_location_that_can_be_separated_again(
    proposal: Proposal, curator: Client, tmp_path: Path
) -> None:
    answer = curator.post(f"{API}/proposals/{proposal.id}/accept/")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["store"], told["decided_by"]) == ("accepted", None, "curator")
    store = curator.get(told["links"]["of"]).json()
    urls = [place["url"] for place in store["locations"]]
    assert urls == [str(tmp_path / "old.zarr"), str(tmp_path / "new.zarr")]
    assert {place["gone_at"] for place in store["locations"]} == {None}
    assert store["url"] == urls[0]
    again = curator.post(f"{API}/proposals/{proposal.id}/accept/")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    job = curator.post(
        f"{API}/stores/{store['id']}/separate/", {"url": urls[1]}, "application/json"
    )
    assert job.status_code == 202
    assert job.json()["url"] == urls[1]
    assert Store.objects.count() == 2


def test_a_location_that_is_none_of_the_store_is_refused(
    proposal: Proposal, curator: Client
) -> None:
    path = f"{API}/stores/{proposal.of.id}/separate/"
    answer = curator.post(path, {"url": "/else.zarr"}, "application/json")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "url")
    alone = curator.post(path, {"url": proposal.of.locations.get().url}, "application/json")
    assert alone.status_code == 409


def test_a_refused_proposal_leaves_two_stores(proposal: Proposal, curator: Client) -> None:
    told = curator.post(f"{API}/proposals/{proposal.id}/refuse/").json()
    assert (told["state"], told["decided_by"]) == ("refused", "curator")
    assert Store.objects.count() == 2
