"""That tokens and passwords come with requests: when last, and from which addresses on each day."""

import threading
import time
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from catalog.models import SignIn, Token
from catalog.words import Door, SignInKind

USED_S: Final = 60.0
_DAY_S: Final = 86_400.0
_MOST_KEPT: Final = 4_096


class _Noted:
    """What this process has written down lately, so that not every request writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[tuple[object, ...], float] = {}

    def is_new(self, key: tuple[object, ...], *, for_s: float) -> bool:
        """Whether something was not written down within so many seconds; it counts as written now."""
        now = time.monotonic()
        with self._lock:
            if self._until.get(key, 0.0) > now:
                return False
            if len(self._until) >= _MOST_KEPT:
                self._until.clear()
            self._until[key] = now + for_s
            return True


_noted: Final = _Noted()


def note_use(*, token: Token, address: str | None) -> None:
    """Keep when a token was last used, to the minute, and from where."""
    if _noted.is_new((token.pk,), for_s=USED_S):
        now = timezone.now()
        older = Q(last_used_at=None) | Q(last_used_at__lt=now)
        Token.objects.filter(older, pk=token.pk).update(last_used_at=now)
    note_daily_use(user=token.owner, door=Door.TOKEN, address=address, token=token)


def note_daily_use(
    *, user: User, door: Door, address: str | None, token: Token | None = None
) -> None:
    """Write down that somebody came in with a request, once a day for each address."""
    today = datetime.now(UTC).date()
    key = (door, user.pk, token and token.pk, address, today)
    if not _noted.is_new(key, for_s=_DAY_S):
        return
    use = SignIn(
        kind=SignInKind.USED.value,
        door=door.value,
        user=user,
        name=user.username,
        token=token,
        address=address,
    )
    SignIn.objects.bulk_create([use], ignore_conflicts=True)
