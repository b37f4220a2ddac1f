"""The leak matrix of tokens: each is worth its owner and its scopes, and nothing to others.

The rows of tests/catalog/leaks are asked once more, with tokens in place of sessions.
"""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.services import uses
from catalog.services.datasets import revoke_access
from catalog.services.tokens import make_token
from catalog.words import Role, TokenScope, Visibility
from tests import factories
from tests.catalog.data.asking import asked
from tests.catalog.leaks.matrix import ROWS
from tests.catalog.leaks.rows import Asking, Listing, Nothing, One, answer, may_see
from tests.catalog.secret import World, body, signed_in

PEOPLE_WITH_TOKENS = ("stranger", "member", "viewer", "curator", "owner", "operator", "superuser")


@pytest.fixture(autouse=True)
def uses_are_noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written down of a use costs statements, which are compared."""
    monkeypatch.setattr(uses, "USED_S", 86_400.0)


def secret_of(owner: User, *scopes: TokenScope) -> str:
    return make_token(owner=owner, by=owner, name="t", scopes=scopes).secret


def with_token(owner: User, *scopes: TokenScope) -> Client:
    client = Client(headers={"Authorization": f"Bearer {secret_of(owner, *scopes)}"})
    client.get("/api/v1/plates/")
    return client


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("person", PEOPLE_WITH_TOKENS)
def test_a_token_of_all_scopes_is_told_what_its_owner_is_told(
    world: World, visibility: Visibility, person: str
) -> None:
    owner = world.people[person]
    assert owner is not None
    client = with_token(owner, *TokenScope)
    for name, row in ROWS.items():
        if not name.startswith("api:") or not isinstance(row, One | Listing | Asking):
            continue
        method = "post" if isinstance(row, Asking) else "get"
        path = row.path.format(world)
        found = answer(client, path, method=method)
        told = may_see(person, visibility, row)
        if isinstance(row, Listing):
            assert (row.mark.format(world).encode() in found.body) == told, name
            assert told or not [mark for mark in world.marks if mark.encode() in found.body], name
        elif not told:
            assert found.status == 404, name
            assert found == answer(client, row.path.format(Nothing()), method=method), name
        elif isinstance(row, Asking):
            assert found.status == (row.answers if person in row.allowed else 403), name
        else:
            assert found.status == 200, name


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
@pytest.mark.parametrize("scope", TokenScope)
def test_beyond_its_scopes_a_token_is_told_the_same_of_a_secret_as_of_nothing(
    world: World, visibility: Visibility, scope: TokenScope
) -> None:
    for person in ("owner", "superuser"):
        owner = world.people[person]
        assert owner is not None
        client = with_token(owner, scope)
        for name, row in ROWS.items():
            if not name.startswith("api:") or not isinstance(row, One | Listing | Asking):
                continue
            method = "post" if isinstance(row, Asking) else "get"
            found = answer(client, row.path.format(world), method=method)
            if found.status != 403:
                assert method == "post" or scope in {TokenScope.READ, TokenScope.OPERATE}, name
                continue
            assert not [mark for mark in world.marks if mark.encode() in found.body], name
            assert found == answer(client, row.path.format(Nothing()), method=method), name


@pytest.mark.parametrize("visibility", [Visibility.OWNER, Visibility.GROUPS])
def test_bytes_are_for_tokens_that_read_and_nothing_to_others(
    world: World, visibility: Visibility
) -> None:
    owner, stranger = world.people["owner"], world.people["stranger"]
    assert owner is not None
    assert stranger is not None

    def told(secret: str) -> int:
        path = f"{world.store.id}/zarr.json"
        return asked(path, Authorization=f"Bearer {secret}").status_code

    assert told(secret_of(owner, TokenScope.READ)) == 200
    assert told(secret_of(owner, TokenScope.HARVEST, TokenScope.OPERATE)) == 404
    assert told(secret_of(stranger, *TokenScope)) == 404
    assert told("pc_none") == 404


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_a_link_that_was_asked_for_with_a_token_counts_no_longer_than_the_token(
    world: World, visibility: Visibility
) -> None:
    owner = world.people["owner"]
    assert owner is not None
    made = make_token(owner=owner, by=owner, name="t", scopes={TokenScope.READ})
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    links = client.get(f"/api/v1/stores/{world.store.id}/links/").json()
    sent_on = client.get(f"/data/{world.store.id}/zarr.json").headers["Location"]
    own = signed_in(owner).get(f"/api/v1/stores/{world.store.id}/links/").json()
    paths = [
        f"{links['address']['url'].partition('/data/')[2]}/zarr.json",
        sent_on.partition("/data/")[2],
    ]
    assert [asked(path).status_code for path in paths] == [200, 200]
    made.token.revoked_at = made.token.made_at
    made.token.save()
    assert [asked(path).status_code for path in paths] == [404, 404]
    still = f"{own['address']['url'].partition('/data/')[2]}/zarr.json"
    assert asked(still).status_code == 200


@pytest.mark.parametrize("visibility", [Visibility.GROUPS])
def test_what_a_group_sees_is_gone_with_the_membership_and_with_the_access(
    world: World, visibility: Visibility
) -> None:
    member = world.people["member"]
    assert member is not None
    path = f"/api/v1/plates/{world.plate.id}/"
    clients = [signed_in(member), with_token(member, TokenScope.READ)]

    def told() -> list[int]:
        return [client.get(path).status_code for client in clients]

    assert told() == [200, 200]
    (group,) = member.groups.all()
    member.groups.remove(group)
    assert told() == [404, 404]
    member.groups.add(group)
    assert told() == [200, 200]
    (access,) = group.access.all()
    revoke_access(access=access, by=None)
    assert told() == [404, 404]
    factories.access(group, Role.CURATOR, world.dataset)
    assert told() == [200, 200]


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC])
def test_tokens_of_others_are_nothing_and_pages_know_no_tokens(
    world: World, visibility: Visibility
) -> None:
    owner = world.people["superuser"]
    assert owner is not None
    made = make_token(owner=owner, by=owner, name="t", scopes=[*TokenScope])
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    assert client.get("/admin/").status_code == 302
    assert client.get("/account/").status_code == 302
    for person, user in world.people.items():
        told = signed_in(user).get(f"/api/v1/tokens/{made.token.id}/")
        nothing = signed_in(user).get(f"/api/v1/tokens/{Nothing()}/")
        assert told.status_code == (200 if person == "superuser" else 404)
        assert person == "superuser" or body(told) == body(nothing)
