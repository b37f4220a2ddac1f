"""Who asks for bytes: by a token, by name and password, by a session, or nobody."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from catalog.callers import address_of
from catalog.errors import NotAllowed
from catalog.models import Token
from catalog.queries.token_scopes import refuse_beyond_scopes
from catalog.queries.tokens import token_with
from catalog.services.uses import note_daily_use, note_use
from catalog.words import Door

_BASIC: Final = "Basic "
_BEARER: Final = "bearer "
_KEPT_S: Final = 60.0
_MOST_KEPT: Final = 1_024


class _Known:
    """Who was found to have a name and a password, so that not every chunk takes a new look.

    Kept is a number made of them with a key of this process; and what the database said of the
    person's password then, so that a changed one counts at once.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._people: dict[bytes, tuple[int, str, float]] = {}

    def mark_of(self, word: str) -> bytes:
        """What a name and password are remembered by."""
        return hmac.new(self._key, word.encode(), hashlib.sha256).digest()

    def find(self, mark: bytes) -> User | None:
        """Who was found lately, if they may still sign in with what they signed in with then."""
        pk, password, until = self._people.get(mark, (0, "", 0.0))
        if until < time.monotonic():
            return None
        return User.objects.filter(pk=pk, password=password, is_active=True).first()

    def keep(self, mark: bytes, person: User) -> None:
        """Remember a person for a while."""
        with self._lock:
            if len(self._people) >= _MOST_KEPT:
                self._people.clear()
            self._people[mark] = (person.pk, person.password, time.monotonic() + _KEPT_S)


_known: Final = _Known()
_sessions: Final = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and the token that they ask with, if it is one."""

    user: User | AnonymousUser
    token: Token | None = None


NOBODY: Final = Asking(AnonymousUser())


def who_asks(request: HttpRequest) -> Asking:
    """The person whose token, password or session comes with a request; nobody if none counts."""
    told = request.headers.get("Authorization", "")
    if told.lower().startswith(_BEARER):
        return _by_token(request, told[len(_BEARER) :].strip())
    if told.startswith(_BASIC):
        return Asking(_by_password(request, told.removeprefix(_BASIC).strip()) or AnonymousUser())
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return NOBODY
    if not hasattr(request, "session"):
        request.session = _sessions.SessionStore(key)
    person = auth.get_user(request)
    return Asking(person) if isinstance(person, User) else NOBODY


def _by_token(request: HttpRequest, secret: str) -> Asking:
    token = token_with(secret)
    if token is None:
        return NOBODY
    try:
        refuse_beyond_scopes(token, "data", "GET")
    except NotAllowed:
        return NOBODY
    note_use(token=token, address=address_of(request))
    return Asking(token.owner, token)


def _by_password(request: HttpRequest, word: str) -> User | None:
    mark = _known.mark_of(word)
    if (person := _known.find(mark)) is not None:
        return person
    try:
        name, colon, password = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not colon or "\x00" in name:
        return None
    found = auth.authenticate(request, username=name, password=password)
    if not isinstance(found, User):
        return None
    note_daily_use(user=found, door=Door.BASIC, address=address_of(request))
    _known.keep(mark, found)
    return found
