"""The door: one for the portal and the desk, locked after too many wrong passwords."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalog.models import SignIn
from tests import factories
from tests.catalog.data.asking import asked

pytestmark = pytest.mark.django_db
RIGHT = {"login": "ada", "password": "secret"}
WRONG = {"login": "ada", "password": "wrong"}
BASIC = "Basic YWRhOnNlY3JldA=="
BASIC_WRONG = "Basic YWRhOndyb25n"


@pytest.fixture(autouse=True)
def ada(db: None) -> None:
    factories.user("ada")


def sign_in(form: dict[str, str], **told: Any) -> Any:
    return Client().post("/sign-in/", form, **told)


def kinds() -> list[tuple[str, str, str]]:
    return list(SignIn.objects.order_by("id").values_list("kind", "door", "name"))


def basic(word: str) -> HttpResponse:
    answer = Client().get("/api/v1/plates/", headers={"Authorization": word})
    assert isinstance(answer, HttpResponse)
    return answer


def test_who_signs_in_comes_to_where_they_were_going() -> None:
    client = Client()
    answer = client.post("/sign-in/", RIGHT | {"next": "/account/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200
    assert client.get("/sign-in/").status_code == 302
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/account/").status_code == 302
    assert kinds() == [("in", "page", "ada"), ("out", "page", "ada")]


def test_nobody_is_sent_to_another_site() -> None:
    answer = sign_in(RIGHT | {"next": "https://elsewhere.example.org/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (WRONG, "do not belong together"),
        ({"login": "nobody", "password": "secret"}, "do not belong together"),
        ({"login": "ada", "password": ""}, "Give both"),
        ({"login": "a\x00", "password": "x"}, "Give both"),
    ],
)
def test_who_is_not_let_in_is_told_why(form: dict[str, str], sentence: str) -> None:
    page = sign_in(form).content.decode()
    assert sentence in page
    assert not SignIn.objects.filter(kind="in").exists()


def test_nobody_makes_an_account_of_their_own() -> None:
    for path in ("/sign-in/signup/", "/accounts/signup/", "/signup/"):
        assert Client().post(path, RIGHT).status_code in {403, 404}


def test_the_desk_has_the_same_door() -> None:
    superuser = Client()
    answer = superuser.get("/admin/plates/plate/", follow=True)
    assert answer.redirect_chain[-1][0] == "/sign-in/?next=/admin/plates/plate/"
    factories.user("root", superuser=True)
    answer = superuser.post(
        "/sign-in/", {"login": "root", "password": "secret", "next": "/admin/plates/plate/"}
    )
    assert superuser.get(answer.headers["Location"]).status_code == 200
    assert superuser.get("/admin/login/").headers["Location"] == "/admin/"
    other = Client()
    other.post("/sign-in/", RIGHT)
    answer = other.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "for superusers" in answer.content.decode()


def test_after_five_wrong_passwords_the_right_one_opens_nothing_for_a_while(
    settings: Settings,
) -> None:
    for _ in range(5):
        assert sign_in(WRONG).status_code == 200
    answer = sign_in(RIGHT)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= settings.LOCKOUT_S + 1
    assert "for 15 minutes" in answer.content.decode()
    sign_in(RIGHT)
    assert [kind for kind, *_ in kinds()] == ["failed"] * 5 + ["locked"]
    # From elsewhere, and under another name, nobody is locked out.
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 302
    factories.user("bob")
    assert sign_in({"login": "bob", "password": "secret"}).status_code == 302
    past = timezone.now() - timedelta(seconds=settings.LOCKOUT_S)
    SignIn.objects.filter(kind="failed").update(at=past)
    assert sign_in(RIGHT).status_code == 302


def test_a_name_that_is_tried_from_many_places_is_closed_but_where_its_owner_signs_in(
    settings: Settings,
) -> None:
    settings.LOCKOUT = 1
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 302
    for number in range(10):
        assert sign_in(WRONG, REMOTE_ADDR=f"198.51.100.{number}").status_code == 200
    assert sign_in(RIGHT, REMOTE_ADDR="203.0.113.5").status_code == 429
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 302
    factories.user("bob")
    bob = {"login": "bob", "password": "secret"}
    assert sign_in(bob, REMOTE_ADDR="203.0.113.5").status_code == 302
    past = timezone.now() - timedelta(seconds=settings.LOCKOUT_S)
    SignIn.objects.filter(kind="failed").update(at=past)
    assert sign_in(RIGHT, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_the_lock_is_the_same_on_the_page_with_basic_and_for_bytes() -> None:
    for _ in range(2):
        sign_in(WRONG)
    for _ in range(3):
        assert basic(BASIC_WRONG).status_code == 401
    answer = basic(BASIC)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert sign_in(RIGHT).status_code == 429
    asked("01900000-0000-7000-8000-000000000000/zarr.json", Authorization=BASIC)
    assert not SignIn.objects.filter(kind="used").exists()
    assert [(kind, door) for kind, door, _ in kinds()] == [
        ("failed", "page"),
        ("failed", "page"),
        ("failed", "basic"),
        ("failed", "basic"),
        ("failed", "basic"),
        ("locked", "basic"),
    ]


def test_who_signs_in_in_between_starts_anew() -> None:
    for _ in range(3):
        for _ in range(4):
            sign_in(WRONG)
        assert sign_in(RIGHT).status_code == 302


def test_one_password_for_many_names_locks_the_address() -> None:
    SignIn.objects.bulk_create(
        SignIn(kind="failed", door="basic", name=f"n{number}", address="127.0.0.1")
        for number in range(100)
    )
    assert sign_in(RIGHT).status_code == 429
    assert sign_in(RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_password_that_comes_with_requests_is_told_once_a_day() -> None:
    for _ in range(3):
        assert basic(BASIC).status_code == 200
    assert kinds() == [("used", "basic", "ada")]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        ([], "198.51.100.1", "10.0.0.9"),
        (["10.0.0.0/8"], "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        (["10.0.0.0/8"], "", "10.0.0.9"),
        (["10.0.0.0/8"], "nonsense", None),
        (["10.0.0.0/8"], "::ffff:198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1, 10.0.0.2", "10.0.0.1"),
    ],
)
def test_only_proxies_that_are_trusted_say_where_somebody_comes_from(
    settings: Settings, trusted: list[str], forwarded: str, expected: str | None
) -> None:
    settings.TRUSTED_PROXIES = trusted
    sign_in(RIGHT, REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": forwarded})
    assert SignIn.objects.get().address == expected
