"""The institute's sign-in by OpenID Connect, as allauth asks us about it."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from catalog.errors import NotAllowed
from catalog.services.institute import Claims, account_with_address, claims_of, follow_groups
from catalog.services.sign_ins import note_failure

log = logging.getLogger(__name__)

PROVIDER: Final = "institute"
FAILED: Final = (
    "The institute's sign-in did not work out. Try again; if it fails again, tell whoever runs this "
    "catalog the time."
)
CLOSED: Final = "Your account here is closed. Ask whoever runs this catalog."
CANCELLED: Final = "You were not signed in: the institute's sign-in was given up."


class Institute(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, told by the environment alone; its people get accounts as they come."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The institute's, if there is one; the database is not asked, for it holds no secrets."""
        told = settings.OIDC
        if not told or provider not in {None, PROVIDER, "openid_connect"}:
            return []
        if client_id not in {None, told["client_id"]}:
            return []
        app = SocialApp(
            provider="openid_connect",
            provider_id=PROVIDER,
            name=told["name"],
            client_id=told["client_id"],
            secret=told["secret"],
            settings={"server_url": told["url"]},
        )
        return [app]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever the institute lets in has an account."""
        return True

    def populate_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        data: Any,  # noqa: ANN401 - allauth's signature
    ) -> User:
        """A new account, without an address that the institute did not verify."""
        if not claims_of_login(sociallogin).is_verified:
            data = {**data, "email": ""}
            sociallogin.email_addresses = []
        user: User = super().populate_user(request, sociallogin, data)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whose account it is is settled before anybody is let in; a page that says why not."""
        claims = claims_of_login(sociallogin)
        if not sociallogin.is_existing:
            try:
                account = account_with_address(claims, holders_of(claims.email))
            except NotAllowed as refusal:
                note_failure(credentials={"username": claims.email}, request=request)
                raise ImmediateHttpResponse(not_in(request, str(refusal))) from refusal
            if account is not None:
                sociallogin.connect(request, account)
        if sociallogin.is_existing:
            follow(sociallogin.user, claims)

    def save_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        form: object = None,
    ) -> User:
        """The new account, in its groups."""
        user: User = super().save_user(request, sociallogin, form)
        follow(user, claims_of_login(sociallogin))
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: Exception | None = None,
        extra_context: object = None,
    ) -> None:
        """The page that says so; why stands in the log."""
        log.warning("the institute's sign-in failed: %s %s", error, exception or "")
        note_failure(credentials={"username": ""}, request=request)
        is_cancelled = str(error) == "cancelled"
        raise ImmediateHttpResponse(not_in(request, CANCELLED if is_cancelled else FAILED))


def claims_of_login(sociallogin: SocialLogin) -> Claims:
    """What the institute said of who signs in."""
    told = sociallogin.account.extra_data
    return claims_of(told, groups_claim=str(settings.OIDC["groups_claim"]))


def follow(user: User, claims: Claims) -> None:
    """See to the groups of a person."""
    follow_groups(user=user, claimed=claims.groups, meaning=settings.OIDC["groups"])


def holders_of(email: str) -> list[User]:
    """The accounts that have an address, verified or not."""
    if not email:
        return []
    theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
    return list(User.objects.filter(theirs).distinct())


def or_not_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A step of the institute's sign-in; where the institute does not answer, the page that says so."""

    @wraps(view)
    def answered(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except RequestException as error:
            log.warning("the institute's sign-in does not answer: %s", error)
            note_failure(credentials={"username": ""}, request=request)
            return not_in(request)

    return answered


there = or_not_in(views.login)
back = or_not_in(views.callback)


def not_in(request: HttpRequest, sentence: str = FAILED) -> HttpResponse:
    """The page for who was not let in."""
    told = {"sentence": sentence}
    return render(request, "portal/not_in.html", told, status=HTTPStatus.FORBIDDEN)
