"""Tokens: secrets with which programs work for a person, made and revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog.errors import NotAllowed, NotUnderstood, TooManyTokens
from catalog.models import Token
from catalog.models.token import LONGEST_NAME, START, digest_of_secret
from catalog.queries.tokens import PREFIX, live_tokens
from catalog.services.record import record
from catalog.words import TokenScope

_BYTES: Final = 32
_MINUTE: Final = timedelta(minutes=1)
MOST_OF_A_PERSON: Final = 100


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token that was made, and its secret, which is told this once."""

    token: Token
    secret: str


@transaction.atomic
def make_token(
    *,
    owner: User | AnonymousUser,
    by: User | AnonymousUser | None,
    name: str,
    scopes: Collection[TokenScope],
    expires_at: datetime | None = None,
) -> MadeToken:
    """A token of a person, for these scopes, until a moment or until it is revoked.

    `by` is who makes it: the owner, or nobody (None), the operator's own hand. NotAllowed for who is
    not signed in, NotUnderstood for a name or moment that cannot be, TooManyTokens beyond 100 live.
    """
    if not (isinstance(owner, User) and owner.is_active):
        raise NotAllowed("Only people who are signed in have tokens.")
    _refuse_unfit(name, scopes, expires_at)
    # One at a time for a person, so that nobody has more than they may.
    owner = User.objects.select_for_update().get(pk=owner.pk)
    if live_tokens().filter(owner=owner).count() >= MOST_OF_A_PERSON:
        raise TooManyTokens(MOST_OF_A_PERSON)
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    token = Token.objects.create(
        digest=digest_of_secret(secret),
        start=secret[:START],
        owner=owner,
        name=name.strip(),
        scopes=[scope.value for scope in TokenScope if scope in scopes],
        expires_at=expires_at,
    )
    changes = {
        "name": (None, token.name),
        "owner": (None, owner.username),
        "scopes": (None, token.scopes),
        "expires_at": (None, expires_at),
    }
    record("create", token, by=by if isinstance(by, User) else None, changes=changes)
    return MadeToken(token, secret)


@transaction.atomic
def revoke_token(*, token: Token, by: User | None) -> Token:
    """The token, which lets nobody in from now on; one that was revoked already stays as it is."""
    locked = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        record("revoke", locked, by=by, changes={"revoked_at": (None, locked.revoked_at)})
    return locked


def _refuse_unfit(name: str, scopes: Collection[TokenScope], expires_at: datetime | None) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise NotUnderstood("name", "A token has a name of 1 to 120 characters, to know it by.")
    if "\x00" in name:
        raise NotUnderstood("name", "'name' holds a character that no text has.")
    if not scopes:
        known = ", ".join(scope.value for scope in TokenScope)
        raise NotUnderstood("scopes", f"Say what the token is for: one or several of {known}.")
    if expires_at is not None and expires_at <= timezone.now() + _MINUTE:
        raise NotUnderstood("expires_at", "A token counts for at least a minute from now.")
