"""People and groups at the desk: what changes of their rights is recorded; secrets are nowhere."""

import pytest
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from catalog.models import History, SignIn, Token
from catalog.services.tokens import make_token
from catalog.words import TokenScope
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.user("root", superuser=True))
    return client


def form_of(user: User, **told: object) -> dict[str, object]:
    """What the page of a person sends."""
    return {
        "username": user.username,
        "email": "",
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
    } | told


def test_a_membership_that_is_given_and_taken_is_recorded(desk: Client) -> None:
    ada, group = factories.user("ada"), Group.objects.create(name="screening")
    page = reverse("admin:auth_user_change", args=[ada.pk])
    assert desk.post(page, form_of(ada, groups=[group.pk])).status_code == 302
    assert list(ada.groups.all()) == [group]
    assert desk.post(page, form_of(ada, is_superuser="on")).status_code == 302
    given, taken = History.objects.filter(noun="user").order_by("id")
    assert given.changes == {"groups": [[], ["screening"]]}
    assert taken.changes == {"groups": [["screening"], []], "is_superuser": [False, True]}
    assert given.by is not None
    assert given.by.username == "root"


def test_people_and_groups_that_come_and_go_are_recorded(desk: Client) -> None:
    word = "correct horse battery"
    new = {"username": "bob", "usable_password": "true", "password1": word, "password2": word}
    assert desk.post(reverse("admin:auth_user_add"), new).status_code == 302
    assert desk.post(reverse("admin:auth_group_add"), {"name": "facility"}).status_code == 302
    bob = User.objects.get(username="bob")
    desk.post(reverse("admin:auth_user_password_change", args=[bob.pk]), new)
    desk.post(reverse("admin:auth_user_delete", args=[bob.pk]), {"post": "yes"})
    told = list(History.objects.order_by("id").values_list("verb", "noun"))
    assert told == [
        ("create", "user"),
        ("create", "group"),
        ("set password", "user"),
        ("delete", "user"),
    ]
    assert word not in str(History.objects.values())


def test_no_page_of_the_desk_has_secrets(desk: Client) -> None:
    assert not admin.site.is_registered(SocialApp)
    assert not admin.site.is_registered(SocialToken)
    made = make_token(owner=factories.user("ada"), by=None, name="t", scopes={TokenScope.READ})
    for page in (
        reverse("admin:catalog_token_changelist"),
        reverse("admin:catalog_token_change", args=[made.token.pk]),
        reverse("admin:catalog_history_changelist"),
    ):
        text = desk.get(page).content.decode()
        assert made.secret not in text
        assert bytes(made.token.digest).hex() not in text


def test_tokens_of_others_are_revoked_at_the_desk(desk: Client) -> None:
    made = make_token(owner=factories.user("ada"), by=None, name="t", scopes={TokenScope.READ})
    chosen = {"action": "revoke", "_selected_action": [str(made.token.pk)]}
    desk.post(reverse("admin:catalog_token_changelist"), chosen)
    assert Token.objects.get().revoked_at is not None
    entry = History.objects.get(verb="revoke")
    assert entry.by is not None
    assert entry.by.username == "root"


def test_sign_ins_are_looked_at_and_not_typed_into(desk: Client) -> None:
    SignIn.objects.create(kind="failed", door="page", name="mallory", address="192.0.2.1")
    shown = desk.get(reverse("admin:catalog_signin_changelist"), {"q": "192.0.2.1"})
    assert "mallory" in shown.content.decode()
    assert desk.get(reverse("admin:catalog_signin_add")).status_code == 403
