"""Shares over REST: what one opens and what not, until when, and who may make and shut it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, History, Share
from catalog.services.datasets import grant_access
from catalog.words import Role, Visibility
from tests import factories
from tests.catalog.data.asking import asked
from tests.catalog.links.shared import Kept, kept
from tests.catalog.secret import body

pytestmark = pytest.mark.django_db

API = "/api/v1/shares"


@pytest.fixture
def world(tmp_path: Path) -> Kept:
    return kept(tmp_path)


@pytest.fixture
def owner(world: Kept) -> Client:
    client = Client()
    client.force_login(world.owner)
    return client


def share(client: Client, **wish: object) -> dict[str, Any]:
    answer = client.post(f"{API}/", wish, content_type="application/json")
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def below(told: dict[str, Any]) -> str:
    """The part of the address of a share that comes after /data/."""
    return str(told["url"]).partition("/data/")[2]


def wish_for(kind: str, world: Kept) -> dict[str, object]:
    wishes: dict[str, dict[str, object]] = {
        "store": {"store": str(world.store.id)},
        "plate": {"plate": str(world.plate.id)},
        "well": {"plate": str(world.plate.id), "well": "b3"},
        "field": {"store": str(world.store.id), "field": "B/03/0"},
        "image": {"image": str(world.image_store.images.get().id)},
    }
    return wishes[kind]


INSIDE = {"store": "", "plate": "", "well": "B/03/", "field": "B/03/0/"}
"""Where what a share opens begins."""
THERE = {
    "zarr.json",
    "B/zarr.json",
    "B/03/zarr.json",
    "B/03/0/zarr.json",
    "B/03/0/0/zarr.json",
    "B/03/1/zarr.json",
    "C/04/0/0/zarr.json",
}


@pytest.mark.parametrize("kind", INSIDE)
def test_a_share_opens_its_thing_and_nothing_beside_it(
    world: Kept, owner: Client, kind: str
) -> None:
    told = share(owner, **wish_for(kind, world))
    assert told["kind"] == kind
    opened = {
        path
        for path in THERE
        if asked(f"s/{told['token']}/{world.store.id}/{path}").status_code == 200
    }
    assert opened == {path for path in THERE if path.startswith(INSIDE[kind])}
    assert asked(f"s/{told['token']}/{world.image_store.id}/zarr.json").status_code == 404
    assert asked(f"{world.store.id}/zarr.json").status_code == 404


def test_the_share_of_an_image_opens_it(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("image", world))
    assert asked(f"{below(told)}/zarr.json").status_code == 200
    assert asked(f"s/{told['token']}/{world.store.id}/zarr.json").status_code == 404


def test_the_address_of_a_share_is_one_that_viewers_append_to(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("field", world))
    assert told["url"].endswith(f"/data/s/{told['token']}/{world.store.id}/B/03/0")
    page = Client().get(told["page"].partition("testserver")[2]).json()
    assert page["address"]["url"] == told["url"]
    assert page["address"]["way"] == "shared"
    assert page["url"] == ""
    assert page["presigned"] is None
    assert str(world.store.locations.get().url) not in str(page)


def test_a_token_is_told_once_and_kept_nowhere(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("store", world))
    row = Share.objects.get()
    assert told["token"] not in str(Share.objects.values().get())
    assert len(row.token_digest) == 32
    (listed,) = owner.get(f"{API}/").json()["results"]
    assert {"token", "url", "page"} & set(listed) == set()
    assert told["token"] not in str(list(History.objects.values()))


def test_a_share_ends_when_it_expires(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("store", world), expires_in=3600)
    soon = timezone.now() + timedelta(hours=1, minutes=1)
    assert timezone.now() < Share.objects.get().expires_at < soon
    assert asked(f"{below(told)}/zarr.json").status_code == 200
    Share.objects.update(made_at=timezone.now() - timedelta(days=2))
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert asked(f"{below(told)}/zarr.json").status_code == 404
    assert Client().get(f"/api/v1/shared/{told['token']}/").status_code == 404


def test_a_share_that_is_revoked_opens_nothing_from_then_on(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("store", world))
    assert asked(f"{below(told)}/zarr.json").status_code == 200
    for _ in range(2):
        answer = owner.delete(f"{API}/{told['id']}/")
        assert (answer.status_code, answer.json()["revoked_at"] is None) == (200, False)
    assert asked(f"{below(told)}/zarr.json").status_code == 404
    assert Client().get(f"/api/v1/shared/{told['token']}/").status_code == 404
    verbs = History.objects.filter(noun="share").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["share", "revoke"]


def test_a_share_opens_no_more_than_who_made_it_might_share(world: Kept, owner: Client) -> None:
    told = share(owner, **wish_for("store", world))
    Dataset.objects.filter(pk=world.dataset.pk).update(owner=factories.user())
    assert asked(f"{below(told)}/zarr.json").status_code == 404
    grant_access(role=Role.CURATOR, to=world.owner, by=None, dataset=world.dataset)
    assert asked(f"{below(told)}/zarr.json").status_code == 404, "it is its owner's alone"
    Dataset.objects.filter(pk=world.dataset.pk).update(visibility=Visibility.GROUPS.value)
    assert asked(f"{below(told)}/zarr.json").status_code == 200
    world.owner.is_active = False
    world.owner.save()
    assert asked(f"{below(told)}/zarr.json").status_code == 404


def test_only_curators_share_and_a_stranger_cannot_tell_that_there_is_something(
    world: Kept,
) -> None:
    Dataset.objects.filter(pk=world.dataset.pk).update(visibility=Visibility.GROUPS.value)
    viewer, stranger = factories.user(), factories.user()
    factories.access(viewer, Role.VIEWER, world.dataset)
    for person, status in ((viewer, 403), (stranger, 404), (None, 404)):
        client = Client()
        if person is not None:
            client.force_login(person)
        for kind in ("store", "plate", "well", "field", "image"):
            wish = wish_for(kind, world)
            answer = client.post(f"{API}/", wish, content_type="application/json")
            assert answer.status_code == status, (kind, answer.content)
            nothing = dict.fromkeys(wish, "01900000-0000-7000-8000-000000000000")
            other = client.post(f"{API}/", nothing, content_type="application/json")
            assert status == 403 or (other.status_code, body(other)) == (404, body(answer))
    assert not Share.objects.exists()


def test_people_see_their_own_shares_and_curators_shut_those_of_others(
    world: Kept, owner: Client
) -> None:
    Dataset.objects.filter(pk=world.dataset.pk).update(visibility=Visibility.GROUPS.value)
    told = share(owner, **wish_for("store", world))
    curator, stranger = Client(), Client()
    person = factories.user()
    factories.access(person, Role.CURATOR, world.dataset)
    curator.force_login(person)
    stranger.force_login(factories.user())
    assert curator.get(f"{API}/").json()["results"] == []
    assert owner.get(f"{API}/").json()["count"] == 1
    assert stranger.get(f"{API}/{told['id']}/").status_code == 404
    assert stranger.delete(f"{API}/{told['id']}/").status_code == 404
    assert curator.delete(f"{API}/{told['id']}/").status_code == 200


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({}, "Say what to share"),
        ({"well": "B03"}, "Say what to share"),
        ({"store": "kept", "image": "kept"}, "store"),
        ({"until": "tomorrow"}, "There is no 'until' here"),
        ({"expires_in": 10}, "Say what to share"),
    ],
)
def test_a_wish_that_names_no_one_thing_is_refused(
    owner: Client, wish: dict[str, object], words: str
) -> None:
    answer = owner.post(f"{API}/", wish, content_type="application/json")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("seconds", [1, 91 * 24 * 3600])
def test_a_share_counts_neither_for_a_moment_nor_for_ever(
    world: Kept, owner: Client, seconds: int
) -> None:
    wish = wish_for("store", world) | {"expires_in": seconds}
    answer = owner.post(f"{API}/", wish, content_type="application/json")
    assert answer.status_code == 400
    assert "at most 90 days" in answer.json()["detail"]
    wish |= {"expires_at": (timezone.now() + timedelta(days=1)).isoformat()}
    assert "not both" in owner.post(f"{API}/", wish, "application/json").json()["detail"]


@pytest.mark.parametrize("token", ["x", "%00", "s" * 200, "é", "../zarr"])
def test_what_is_no_token_opens_nothing(world: Kept, token: str) -> None:
    assert asked(f"s/{token}/{world.store.id}/zarr.json").status_code == 404
    assert asked(f"t/{token}/{world.store.id}/zarr.json").status_code == 404
