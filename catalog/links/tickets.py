"""Tickets: signed, short-lived leave to read a part of a store, for a link that a viewer opens.

A ticket stands for the person who asked for it: it opens nothing that they may not see any more.
One that was asked for with a token counts no longer than the token.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from plates.ids import uuid_or_none

_SALT: Final = "platecat.data"
# Any sign that needs no quoting in a path and is none of base64's.
_BETWEEN: Final = "~"
LONGEST: Final = 2_048
_STEP_S: Final = 600


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave for a person, by number, to read a part of a store until a moment."""

    person: int
    store: UUID
    part: str
    until: int
    token: UUID | None = None


def ticket_for(
    person: int, store: UUID, part: str, *, lasting_s: float, token: UUID | None = None
) -> tuple[str, int]:
    """A ticket that counts for at least so long, and until when it does.

    The same for some minutes, so that what is made of it can be compared and kept.
    """
    until = (int(time.time() + lasting_s) // _STEP_S + 1) * _STEP_S
    asked_with = [token.hex] if token is not None else []
    return _signer().sign_object([person, store.hex, part, until, *asked_with]), until


def ticket_of(text: str) -> Ticket | None:
    """What a ticket says, if we signed it and it counts still."""
    if len(text) > LONGEST:
        return None
    try:
        person, store, part, until, *asked_with = _signer().unsign_object(text)
    except (BadSignature, ValueError):
        return None
    found = uuid_or_none(store)
    if found is None or until <= time.time():
        return None
    return Ticket(person, found, part, until, UUID(asked_with[0]) if asked_with else None)


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=_BETWEEN)
