"""Tokens over REST: made once, good for what they are for, and for no longer than they count."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from catalog.api import urls
from catalog.models import Dataset, History, SignIn, Token
from catalog.models.token import digest_of_secret
from catalog.queries.token_scopes import NEEDS, Without
from catalog.services.datasets import grant_access
from catalog.services.tokens import MOST_OF_A_PERSON, MadeToken, make_token
from catalog.words import Role, TokenScope, Visibility
from tests import factories
from tests.catalog.secret import body

pytestmark = pytest.mark.django_db
API = "/api/v1"


def token_of(owner: User, *scopes: TokenScope, **told: Any) -> MadeToken:
    return make_token(owner=owner, by=owner, name="t", scopes=scopes or {TokenScope.READ}, **told)


def bearer(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def secret_dataset(db: None) -> Dataset:
    return factories.dataset("hidden", visibility=Visibility.OWNER, owner=factories.user("ada"))


@pytest.fixture
def ada(secret_dataset: Dataset) -> User:
    assert secret_dataset.owner is not None
    return secret_dataset.owner


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_token_is_told_once_and_kept_as_a_digest(ada: User) -> None:
    wish = {"name": "notebook", "scopes": ["curate", "read"], "expires_in": 3600}
    answer = signed_in(ada).post(f"{API}/tokens/", wish, content_type="application/json")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["secret"].startswith("pc_")
    assert told["secret"].startswith(told["start"])
    token = Token.objects.get()
    assert bytes(token.digest) == digest_of_secret(told["secret"])
    assert token.scopes == ["read", "curate"]
    (listed,) = signed_in(ada).get(f"{API}/tokens/").json()["results"]
    assert "secret" not in listed
    assert told["secret"] not in str(History.objects.values())
    assert History.objects.get(noun="token").changes["owner"] == [None, "ada"]


def test_a_token_sees_what_its_owner_sees(ada: User, secret_dataset: Dataset) -> None:
    made = token_of(ada)
    assert bearer(made.secret).get(f"{API}/datasets/hidden/").status_code == 200
    assert Client().get(f"{API}/datasets/hidden/").status_code == 404
    stranger = token_of(factories.user(), *TokenScope)
    assert bearer(stranger.secret).get(f"{API}/datasets/hidden/").status_code == 404
    # Whatever the case of the word before it, and beside a session of somebody else.
    client = signed_in(factories.user())
    answer = client.get(
        f"{API}/datasets/hidden/", headers={"Authorization": f"bearer {made.secret}"}
    )
    assert answer.status_code == 200


def shut(made: MadeToken, how: str) -> None:
    tokens, owners = Token.objects.filter(pk=made.token.pk), User.objects.filter(username="ada")
    past = timezone.now() - timedelta(seconds=1)
    if how == "revoked":
        tokens.update(revoked_at=past)
    elif how == "expired":
        tokens.update(expires_at=past)
    elif how == "deleted":
        tokens.delete()
    else:
        owners.update(is_active=False)


@pytest.mark.parametrize("how", ["revoked", "expired", "deleted", "of nobody any more"])
def test_a_token_that_counts_no_more_is_401_everywhere(ada: User, how: str) -> None:
    made = token_of(ada)
    client = bearer(made.secret)
    assert client.get(f"{API}/plates/").status_code == 200
    shut(made, how)
    for path in ("/plates/", "/export/wells.csv", "/changes/", "/tokens/"):
        answer = client.get(f"{API}{path}")
        assert answer.status_code == 401, path
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "revoked" in answer.json()["detail"]


@pytest.mark.parametrize("secret", ["", "x", "pc_", "pc_" + "a" * 43, "pc_" + "a" * 5000, "pc_ä b"])
def test_what_is_no_token_lets_nobody_in(ada: User, secret: str) -> None:
    answer = bearer(secret.encode().decode("latin-1")).get(f"{API}/plates/")
    assert answer.status_code == 401


def test_a_token_is_good_for_its_scopes_alone(ada: User, secret_dataset: Dataset) -> None:
    reading = bearer(token_of(ada, TokenScope.READ).secret)
    harvesting = bearer(token_of(ada, TokenScope.HARVEST).secret)
    curating = bearer(token_of(ada, TokenScope.CURATE).secret)
    wish = {"q": "compound:*"}

    def saved(client: Client) -> int:
        answer = client.post(f"{API}/queries/", wish, content_type="application/json")
        return answer.status_code

    assert (saved(reading), saved(harvesting), saved(curating)) == (403, 403, 201)
    refused = curating.get(f"{API}/datasets/hidden/")
    assert refused.status_code == 403
    assert "scope 'read'" in refused.json()["detail"]
    # What tells everybody the same is told to every token as well.
    assert harvesting.get(f"{API}/").status_code == 200
    assert harvesting.get(f"{API}/schema/").status_code == 200
    # A method that a route does not have is no matter of scopes.
    assert harvesting.put(f"{API}/plates/").status_code == 405
    assert harvesting.options(f"{API}/plates/").status_code == 200


def test_a_token_never_does_more_than_its_owner(ada: User) -> None:
    everything = bearer(token_of(ada, *TokenScope).secret)
    assert everything.get(f"{API}/sources/").json()["results"] == []
    body = {"name": "lab", "url": "s3://lab"}
    answer = everything.post(f"{API}/sources/", body, content_type="application/json")
    assert answer.status_code == 403
    grant_access(role=Role.OPERATOR, to=ada, by=None)
    answer = everything.post(f"{API}/sources/", body, content_type="application/json")
    assert answer.status_code == 201
    reading = bearer(token_of(ada, TokenScope.READ).secret)
    assert reading.get(f"{API}/sources/").status_code == 403


def test_a_token_makes_and_revokes_no_tokens(ada: User) -> None:
    made = token_of(ada, *TokenScope)
    client = bearer(made.secret)
    wish = {"name": "more", "scopes": ["operate"]}
    answers = [
        client.get(f"{API}/tokens/"),
        client.post(f"{API}/tokens/", wish, content_type="application/json"),
        client.delete(f"{API}/tokens/{made.token.id}/"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Token.objects.count() == 1


def test_people_revoke_their_own_tokens_and_nobody_elses(ada: User) -> None:
    made = token_of(ada)
    path = f"{API}/tokens/{made.token.id}/"
    stranger = signed_in(factories.user())
    assert stranger.delete(path).status_code == 404
    assert body(stranger.get(path)) == body(stranger.get(f"{API}/tokens/none/"))
    assert stranger.get(f"{API}/tokens/").json()["results"] == []
    told = signed_in(ada).delete(path).json()
    assert told["revoked_at"] is not None
    assert bearer(made.secret).get(f"{API}/plates/").status_code == 401
    # Once more changes nothing.
    assert signed_in(ada).delete(path).json()["revoked_at"] == told["revoked_at"]
    assert History.objects.filter(noun="token", verb="revoke").count() == 1


@pytest.mark.parametrize(
    ("wish", "parameter"),
    [
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": " ", "scopes": ["read"]}, "name"),
        ({"name": "x\x00", "scopes": ["read"]}, "name"),
        ({"name": "x" * 121, "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["all"]}, "scopes"),
        ({"name": "x"}, "scopes"),
        ({"name": "x", "scopes": ["read"], "expires_in": 1}, "expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "scopes": ["read"], "for_ever": True}, "for_ever"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_why(ada: User, wish: Any, parameter: str) -> None:
    answer = signed_in(ada).post(f"{API}/tokens/", wish, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    assert not Token.objects.exists()


def test_nobody_has_tokens_without_end(ada: User) -> None:
    Token.objects.bulk_create(
        Token(digest=bytes([number]) * 32, start="pc_", owner=ada, name="t", scopes=["read"])
        for number in range(MOST_OF_A_PERSON)
    )
    wish = {"name": "x", "scopes": ["read"]}
    answer = signed_in(ada).post(f"{API}/tokens/", wish, content_type="application/json")
    assert answer.status_code == 409
    assert Client().post(f"{API}/tokens/", wish, content_type="application/json").status_code == 403


def test_when_and_from_where_a_token_is_used_is_kept_once_a_day_and_address(ada: User) -> None:
    made = token_of(ada)
    for address in ("192.0.2.1", "192.0.2.1", "2001:db8::1"):
        bearer(made.secret).get(f"{API}/plates/", REMOTE_ADDR=address)
    made.token.refresh_from_db()
    assert made.token.last_used_at is not None
    uses = SignIn.objects.filter(token=made.token).order_by("id")
    assert [(use.kind, use.door, use.address) for use in uses] == [
        ("used", "token", "192.0.2.1"),
        ("used", "token", "2001:db8::1"),
    ]


def test_every_route_and_method_has_a_row_in_the_table_of_scopes() -> None:
    had = set()
    for pattern in urls.urlpatterns:
        if not isinstance(pattern, URLPattern) or not pattern.name:
            continue
        view = pattern.callback.view_class  # type: ignore[attr-defined]
        had |= {
            (f"api:{pattern.name}", method.upper())
            for method in view.http_method_names
            if hasattr(view, method) and method not in {"head", "options"}
        }
    assert had - set(NEEDS) == set(), "routes without a row in catalog/queries/token_scopes.py"
    assert set(NEEDS) - had == {("data", "GET")}, "rows without a route"


def test_every_view_asks_the_table_or_tells_everybody_the_same() -> None:
    for pattern in get_resolver("catalog.api.urls").url_patterns:
        if not isinstance(pattern, URLPattern) or not pattern.name:
            continue
        view = pattern.callback.view_class  # type: ignore[attr-defined]
        asks = "WithinScopes" in {permission.__name__ for permission in view.permission_classes}
        assert asks or NEEDS[(f"api:{pattern.name}", "GET")] is Without.OPEN, pattern.name
