"""The door: one page on which people sign in, by name and password or through the institute."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.callers import address_of


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Local accounts: made at the desk or on the command line, never by whoever comes along."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "Name and password do not belong together. Mind capitals.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that a request came from, past the proxies that are trusted."""
        return address_of(request) or "unknown"

    def authenticate(
        self,
        request: HttpRequest,
        **credentials: Any,  # noqa: ANN401 - allauth's signature
    ) -> AbstractBaseUser | None:
        """Who has this name and password; a sentence of its own while the door is locked."""
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        until: datetime | None = getattr(request, "locked_until", None)
        if until is not None:
            raise ValidationError(locked_told(until), code="locked")
        return found

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Nothing: that somebody is signed in is to be seen on each page."""


class SignIn(LoginView):  # type: ignore[misc]
    """The page to sign in on."""

    template_name = "portal/sign_in.html"

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again with what is wrong; 429 while the door is locked."""
        answer: HttpResponse = super().form_invalid(form)
        until: datetime | None = getattr(self.request, "locked_until", None)
        if until is not None:
            answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
            answer["Retry-After"] = str(seconds_to(until))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        """What the page shows."""
        told: dict[str, Any] = super().get_context_data(**kwargs)
        return told | {"institute_name": settings.OIDC["name"] if settings.OIDC else ""}


class SignOut(LogoutView):  # type: ignore[misc]
    """Signs out; asked for by a link it shows a page with a button."""

    template_name = "portal/sign_out.html"


def seconds_to(moment: datetime) -> int:
    """How many seconds are left."""
    return max(1, int((moment - timezone.now()).total_seconds()) + 1)


def locked_told(until: datetime) -> str:
    """The sentence for who is locked out."""
    minutes = -(-seconds_to(until) // 60)
    return (
        f"Too many wrong passwords. Nobody is let in under this name from here for {minutes} "
        f"minute{'s' if minutes != 1 else ''}; then try again."
    )
