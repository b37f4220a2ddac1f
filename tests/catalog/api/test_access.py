"""Access over REST: given and taken by the owner and by operators, and all of it recorded."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Access, Dataset, History
from catalog.words import Role, Visibility
from tests import factories
from tests.catalog.secret import body

pytestmark = pytest.mark.django_db
PATH = "/api/v1/datasets/hidden/access/"


@pytest.fixture
def owner() -> User:
    return factories.user("owner")


@pytest.fixture
def hidden(owner: User) -> Dataset:
    return factories.dataset("hidden", visibility=Visibility.GROUPS, owner=owner)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def give(client: Client, **wish: str) -> Any:
    return client.post(PATH, wish, content_type="application/json")


def test_a_group_sees_what_it_was_given_until_it_is_taken(hidden: Dataset, owner: User) -> None:
    member = factories.user()
    group = factories.group(member)
    theirs, ours = client_of(member), client_of(owner)
    assert theirs.get("/api/v1/datasets/hidden/").status_code == 404
    told = give(ours, group=group.name, role="viewer").json()
    assert (told["group"], told["user"], told["role"]) == (group.name, None, "viewer")
    assert theirs.get("/api/v1/datasets/hidden/").status_code == 200
    (listed,) = ours.get(PATH).json()["results"]
    assert listed == told
    assert ours.get(told["links"]["self"]).json() == told
    assert ours.delete(told["links"]["self"]).status_code == 204
    assert theirs.get("/api/v1/datasets/hidden/").status_code == 404
    given, taken = History.objects.filter(noun="access").order_by("id")
    assert (given.verb, given.by, given.dataset) == ("grant", owner, hidden)
    assert given.changes == {"role": [None, "viewer"], "to": [None, group.name]}
    assert (taken.verb, taken.by) == ("revoke", owner)


def test_a_second_role_takes_the_place_of_the_first(hidden: Dataset, owner: User) -> None:
    factories.user("ada")
    for role in ("viewer", "publisher"):
        assert give(client_of(owner), user="ada", role=role).status_code == 201
    assert Access.objects.get().role == "publisher"
    entry = History.objects.filter(noun="access").latest("id")
    assert entry.changes["role"] == ["viewer", "publisher"]


@pytest.mark.parametrize("who", ["nobody", "viewer", "publisher"])
def test_who_does_not_own_a_dataset_gives_nothing_and_sees_no_one(
    hidden: Dataset, who: str
) -> None:
    person = None if who == "nobody" else factories.user("person")
    if person is not None:
        factories.access(person, Role(who), hidden)
    other = factories.access(factories.user("other"), Role.VIEWER, hidden)
    client = client_of(person)
    nothing = body(client.get("/api/v1/datasets/nothing/access/"))
    for answer in (
        client.get(PATH),
        give(client, user="other", role="curator"),
        client.get(f"{PATH}{other.pk}/"),
        client.delete(f"{PATH}{other.pk}/"),
    ):
        assert (answer.status_code, body(answer)) == (404, nothing)
    other.refresh_from_db()
    assert other.role == "viewer"


def test_operators_give_access_to_every_dataset(hidden: Dataset) -> None:
    factories.user("ada")
    assert give(client_of(factories.operator()), user="ada", role="curator").status_code == 201


def test_access_of_one_dataset_is_not_taken_by_the_owner_of_another(
    hidden: Dataset, owner: User
) -> None:
    other = factories.dataset("other", owner=factories.user())
    theirs = factories.access(factories.user(), Role.VIEWER, other)
    assert client_of(owner).delete(f"{PATH}{theirs.pk}/").status_code == 404
    assert Access.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("wish", "parameter"),
    [
        ({"role": "viewer"}, "user"),
        ({"user": "owner", "group": "x", "role": "viewer"}, "user"),
        ({"user": "nobody", "role": "viewer"}, "user"),
        ({"group": "nobody", "role": "viewer"}, "group"),
        ({"group": "\x00", "role": "viewer"}, "group"),
        ({"user": "owner", "role": "operator"}, "role"),
        ({"user": "owner"}, "role"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_why(
    hidden: Dataset, owner: User, wish: dict[str, str], parameter: str
) -> None:
    answer = give(client_of(owner), **wish)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    assert not Access.objects.exists()


@pytest.mark.parametrize("number", ["x", "-1", "99999999999999999999", "1.5", "٣"])
def test_what_is_no_number_is_no_access(hidden: Dataset, owner: User, number: str) -> None:
    assert client_of(owner).delete(f"{PATH}{number}/").status_code == 404
