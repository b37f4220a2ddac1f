"""The institute's sign-in, through a provider that runs for real: who gets in, as whom, and who not."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from catalog.models import History, SignIn
from tests import factories
from tests.oidc_provider import CLIENT, SECRET, Provider, oidc_provider

pytestmark = pytest.mark.django_db
ADA = {
    "sub": "ada-1",
    "preferred_username": "ada",
    "name": "Ada Lovelace",
    "email": "ada@institute.example.org",
    "email_verified": True,
}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, settings: Settings) -> Provider:
    running.person, running.denies, running.breaks = dict(ADA), False, ""
    running.audience, running.issuer = CLIENT, ""
    running.asked.clear()
    settings.OIDC = {
        "url": running.url,
        "client_id": CLIENT,
        "secret": SECRET,
        "name": "the Institute",
        "groups_claim": "groups",
        "groups": {"hcs-staff": "screening", "facility": "facility"},
    }
    return running


def signed_in(client: Client, path: str = "/account/") -> Any:
    """What the browser sees at the end of the way: to the provider and back."""
    there = client.get(f"/sign-in/institute/login/?next={path}")
    if there.status_code != 302:
        return there
    back = httpx.get(there.headers["Location"])
    assert back.status_code == 302
    address = urlsplit(back.headers["Location"])
    return client.get(f"{address.path}?{address.query}")


def user_of(client: Client) -> str:
    """Who a browser is signed in as; empty for nobody."""
    answer = client.get("/account/")
    return answer.context["user"].username if answer.status_code == 200 else ""


def test_the_page_has_a_button_for_the_institute_if_there_is_one(
    provider: Provider, settings: Settings
) -> None:
    page = Client().get("/sign-in/?next=/plates/x/").content.decode()
    assert "Sign in with the Institute" in page
    assert "/sign-in/institute/login/?next=/plates/x/" in page
    settings.OIDC = {}
    assert "Institute" not in Client().get("/sign-in/").content.decode()
    assert Client().get("/sign-in/institute/login/").status_code == 404


def test_somebody_new_gets_an_account_and_comes_to_where_they_were_going(
    provider: Provider,
) -> None:
    client = Client()
    answer = signed_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    user = User.objects.get()
    assert (user.username, user.email) == ("ada", "ada@institute.example.org")
    assert (user.first_name, user.last_name) == ("Ada", "Lovelace")
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert provider.asked == [
        "/.well-known/openid-configuration",
        "/authorize",
        "/.well-known/openid-configuration",
        "/token",
        "/userinfo",
    ]
    assert not SocialToken.objects.exists()
    (event,) = SignIn.objects.values_list("kind", "door", "name")
    assert event == ("in", "institute", "ada")


def test_the_same_person_comes_back_to_the_same_account(provider: Provider) -> None:
    signed_in(Client())
    provider.person |= {"preferred_username": "countess", "email": "countess@example.org"}
    client = Client()
    signed_in(client)
    assert user_of(client) == "ada"
    assert User.objects.count() == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_no_account_that_has_it(
    provider: Provider, verified: object
) -> None:
    local = factories.user("ada")
    User.objects.update(email="Ada@Institute.example.org")
    provider.person |= {"sub": "mallory", "email_verified": verified}
    client = Client()
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "does not say that the address is yours" in answer.content.decode()
    assert user_of(client) == ""
    assert not SocialAccount.objects.exists()
    assert list(User.objects.all()) == [local]
    assert SignIn.objects.get().kind == "failed"


def test_an_address_that_is_not_verified_is_not_kept(provider: Provider) -> None:
    provider.person |= {"email_verified": False}
    signed_in(Client())
    assert User.objects.get().email == ""


def test_a_verified_address_opens_the_local_account_that_has_it(provider: Provider) -> None:
    factories.user("lovelace")
    User.objects.update(email="ada@institute.example.org")
    client = Client()
    signed_in(client)
    assert user_of(client) == "lovelace"
    assert User.objects.count() == 1


def of_somebody_else(provider: Provider) -> None:
    signed_in(Client())
    provider.person |= {"sub": "ada-2"}


def of_a_superuser(provider: Provider) -> None:
    factories.user("root", superuser=True)
    User.objects.update(email=ADA["email"])


def of_two(provider: Provider) -> None:
    factories.user("one")
    factories.user("two")
    User.objects.update(email=ADA["email"])


@pytest.mark.parametrize("held", [of_somebody_else, of_a_superuser, of_two])
def test_a_verified_address_proves_too_little_for_some_accounts(
    provider: Provider, held: Any
) -> None:
    held(provider)
    accounts = User.objects.count()
    client = Client()
    answer = signed_in(client)
    assert answer.status_code == 403
    assert user_of(client) == ""
    assert User.objects.count() == accounts


def test_a_name_that_is_taken_is_nobodys_way_in(provider: Provider) -> None:
    factories.user("ada", superuser=True)
    client = Client()
    signed_in(client)
    name = user_of(client)
    assert name.startswith("ada")
    assert name != "ada"
    assert not User.objects.get(username=name).is_superuser


def test_a_closed_account_stays_closed(provider: Provider) -> None:
    signed_in(Client())
    User.objects.update(is_active=False)
    client = Client()
    answer = client.get(signed_in(client).headers["Location"])
    assert answer.status_code == 403
    assert "account here is closed" in answer.content.decode()
    assert user_of(client) == ""


def test_groups_follow_the_claim_and_others_are_left_alone(provider: Provider) -> None:
    provider.person |= {"groups": ["hcs-staff", "canteen"]}
    signed_in(Client())
    user = User.objects.get()
    user.groups.add(Group.objects.create(name="chess"))

    def groups() -> list[str]:
        return sorted(user.groups.values_list("name", flat=True))

    assert groups() == ["chess", "screening"]
    provider.person |= {"groups": "facility"}
    signed_in(Client())
    assert groups() == ["chess", "facility"]
    provider.person.pop("groups")
    signed_in(Client())
    assert groups() == ["chess"]
    # What is not to be granted by a claim is not, whatever the claim says.
    provider.person |= {"groups": ["chess", {"x": 1}, None]}
    user.groups.clear()
    signed_in(Client())
    assert groups() == []
    changes = [entry.changes["groups"] for entry in History.objects.filter(noun="user")]
    assert [[], ["screening"]] in changes
    assert [["facility"], []] in changes


def test_who_gives_up_at_the_institute_is_told_so(provider: Provider) -> None:
    provider.denies = True
    answer = signed_in(Client())
    assert answer.status_code == 403
    assert "given up" in answer.content.decode()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/userinfo"])
def test_an_institute_that_is_out_of_order_lets_nobody_in(provider: Provider, path: str) -> None:
    provider.breaks = path
    client = Client()
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "did not work out" in answer.content.decode()
    assert user_of(client) == ""


@pytest.mark.parametrize(
    "wrong", [{"audience": "another-client"}, {"issuer": "https://elsewhere.example.org"}]
)
def test_an_id_token_for_somebody_else_lets_nobody_in(
    provider: Provider, wrong: dict[str, str]
) -> None:
    for name, value in wrong.items():
        setattr(provider, name, value)
    client = Client()
    assert signed_in(client).status_code == 403
    assert user_of(client) == ""


def test_a_callback_that_nobody_asked_for_lets_nobody_in(provider: Provider) -> None:
    asking = Client()
    there = asking.get("/sign-in/institute/login/")
    back = urlsplit(httpx.get(there.headers["Location"]).headers["Location"])
    victim = Client()
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    assert user_of(victim) == ""
    assert victim.get("/sign-in/institute/login/callback/").status_code == 403


def test_nobody_is_sent_to_another_site_afterwards(provider: Provider) -> None:
    answer = signed_in(Client(), "https://elsewhere.example.org/")
    assert answer.headers["Location"] == "/"
