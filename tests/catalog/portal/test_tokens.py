"""Your tokens, on a page that needs no script."""

import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from catalog.models import History, Token
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(factories.user("ada"))
    return client


def test_a_secret_is_on_the_page_that_makes_it_and_nowhere_again(person: Client) -> None:
    form = {"name": "notebook", "scopes": ["read", "harvest"], "days": "90"}
    answer = person.post("/account/", form)
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    (secret,) = set(re.findall(r"pc_[\w-]{43}", answer.content.decode()))
    token = Token.objects.get()
    assert (token.scopes, token.owner.username) == (["read", "harvest"], "ada")
    again = person.get("/account/").content.decode()
    assert "notebook" in again
    assert secret not in again
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.get("/api/v1/plates/").status_code == 200
    person.post(f"/account/tokens/{token.id}/revoke/")
    assert api.get("/api/v1/plates/").status_code == 401
    assert "revoked" in person.get("/account/").content.decode()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "scopes": ["read"], "days": "90"}, "required"),
        ({"name": "x", "days": "90"}, "Say what the token is for"),
        ({"name": "x", "scopes": ["read"], "days": "7000"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    person: Client, form: dict[str, object], sentence: str
) -> None:
    page = person.post("/account/", form).content.decode()
    assert sentence in page or "Select" in sentence
    assert not Token.objects.exists()


def test_somebody_elses_token_is_nothing(person: Client) -> None:
    other = Client()
    other.force_login(factories.user())
    other.post("/account/", {"name": "theirs", "scopes": ["read"], "days": "0"})
    token = Token.objects.get()
    assert token.expires_at is None
    assert "theirs" not in person.get("/account/").content.decode()
    for path in (f"/account/tokens/{token.id}/revoke/", "/account/tokens/none/revoke/"):
        assert person.post(path).status_code == 404
    assert Token.objects.get().revoked_at is None


def test_people_change_their_own_password(person: Client) -> None:
    elsewhere = Client()
    assert elsewhere.login(username="ada", password="secret", request=HttpRequest())
    word = "a plate of 384 cats"
    form = {"old_password": "wrong", "new_password1": word, "new_password2": word}
    assert "was entered incorrectly" in person.post("/account/password/", form).content.decode()
    short = {"old_password": "secret", "new_password1": "ada", "new_password2": "ada"}
    assert "too short" in person.post("/account/password/", short).content.decode()
    answer = person.post("/account/password/", form | {"old_password": "secret"}, follow=True)
    assert "Your password is another now" in answer.content.decode()
    assert elsewhere.get("/account/").status_code == 302
    entry = History.objects.get(verb="set password")
    assert entry.by is not None
    assert word not in str(History.objects.values())


def test_who_comes_through_the_institute_has_no_password_to_change(person: Client) -> None:
    user = User.objects.get()
    user.set_unusable_password()
    user.save()
    person.force_login(user)
    assert "Change your password" not in person.get("/account/").content.decode()
    assert person.get("/account/password/").headers["Location"] == "/account/"


def test_who_is_not_signed_in_is_asked_to() -> None:
    answer = Client().get("/account/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=/account/"
