"""What is kept of the doors: who came in, who went out, who was not let in, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import signals
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from catalog.callers import address_of
from catalog.models import SignIn
from catalog.models.sign_in import LONGEST_NAME
from catalog.words import Door, SignInKind

INSTITUTE_ROUTES: Final = {"openid_connect_login", "openid_connect_callback"}


def listen() -> None:
    """Write down from now on what Django tells of people who sign in and out."""
    signals.user_logged_in.connect(note_arrival, dispatch_uid="catalog.sign_ins")
    signals.user_logged_out.connect(note_leaving, dispatch_uid="catalog.sign_ins")
    signals.user_login_failed.connect(note_failure, dispatch_uid="catalog.sign_ins")


def note_arrival(*, request: HttpRequest | None, user: User, **_: object) -> None:
    """Somebody signed in."""
    _note(SignInKind.IN, request, name=user.username, user=user)


def note_leaving(*, request: HttpRequest | None, user: User | None, **_: object) -> None:
    """Somebody signed out; who was not signed in did not."""
    if user is not None:
        _note(SignInKind.OUT, request, name=user.username, user=user)


def note_failure(
    *, credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object
) -> None:
    """Somebody was not let in; while the door is locked, who tries is told once and counts no more."""
    name = name_of(credentials.get("username"))
    until: datetime | None = getattr(request, "locked_until", None)
    if until is None:
        _note(SignInKind.FAILED, request, name=name)
        return
    begun = until - timedelta(seconds=settings.LOCKOUT_S)
    address = address_of(request) if request is not None else None
    known = SignIn.objects.filter(
        kind=SignInKind.LOCKED.value, name=name, address=address, at__gte=begun
    )
    if not known.exists():
        _note(SignInKind.LOCKED, request, name=name)


def name_of(text: object) -> str:
    """A name as it is kept and counted by: what was typed, as far as Postgres can hold it."""
    return str(text or "").replace("\x00", "")[:LONGEST_NAME]


def door_of(request: HttpRequest | None) -> Door:
    """By which door a request comes."""
    if request is None:
        return Door.PAGE
    if request.headers.get("Authorization", "").lower().startswith("basic "):
        return Door.BASIC
    found = request.resolver_match
    return Door.INSTITUTE if found and found.view_name in INSTITUTE_ROUTES else Door.PAGE


def forget_sign_ins() -> int:
    """Delete what is older than it is kept for; how many that were."""
    last = timezone.now().date() - timedelta(days=settings.SIGN_INS_DAYS)
    return SignIn.objects.filter(day__lt=last).delete()[0]


def _note(
    kind: SignInKind, request: HttpRequest | None, *, name: str, user: User | None = None
) -> None:
    SignIn.objects.create(
        kind=kind.value,
        door=door_of(request).value,
        name=name[:LONGEST_NAME],
        user=user,
        address=address_of(request) if request is not None else None,
    )
