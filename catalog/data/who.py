"""Who asks for bytes: by a session, by name and password, or nobody."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

_BASIC: Final = "Basic "
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


def who_asks(request: HttpRequest) -> User | AnonymousUser:
    """The person whose session or password comes with a request; nobody if neither counts."""
    told = request.headers.get("Authorization", "")
    if told.startswith(_BASIC):
        return _by_password(request, told.removeprefix(_BASIC).strip()) or AnonymousUser()
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return AnonymousUser()
    if not hasattr(request, "session"):
        request.session = _sessions.SessionStore(key)
    person = auth.get_user(request)
    return person if isinstance(person, User) else AnonymousUser()


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
    _known.keep(mark, found)
    return found
