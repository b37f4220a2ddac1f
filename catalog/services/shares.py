"""Shares: links that open one thing to whoever has them, until they expire or are revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog.errors import NotAllowed, NotUnderstood
from catalog.models import Dataset, Share
from catalog.models.share import digest_of_token
from catalog.queries.shareable import Thing, scope_of
from catalog.queries.shares import may_share
from catalog.services.record import record
from catalog.words import ShareKind
from plates.models import Field, Plate, Store, Well

_BYTES: Final = 32
USUAL: Final = timedelta(days=7)
SHORTEST: Final = timedelta(minutes=1)
NOTED_EVERY: Final = timedelta(minutes=5)
"""So seldom it is kept that a share is in use, however many bytes it sends."""
ONLY_CURATORS: Final = "Only curators of the dataset may share what is in it."


@dataclass(frozen=True, slots=True)
class Made:
    """A share that was made, and its token, which is told this once."""

    share: Share
    token: str


@transaction.atomic
def create_share(
    *,
    thing: Thing,
    by: User | AnonymousUser,
    expires_at: datetime | None = None,
) -> Made:
    """A link that opens one thing until a moment, a week from now if none is said.

    NotAllowed for a person who is no curator of its dataset, NotUnderstood for a moment that is
    past or too far away.
    """
    dataset = Dataset.objects.get(pk=scope_of(thing))
    if not isinstance(by, User) or not may_share(by, dataset):
        raise NotAllowed(ONLY_CURATORS)
    until = _checked(expires_at or timezone.now() + USUAL)
    token = secrets.token_urlsafe(_BYTES)
    share = Share.objects.create(
        token_digest=digest_of_token(token),
        dataset=dataset,
        made_by=by,
        expires_at=until,
        **_told_of(thing),
    )
    changes = {
        "kind": (None, share.kind),
        "of": (None, str(thing)),
        "path": (None, share.path),
        "expires_at": (None, until),
    }
    record("share", share, by=by, dataset=dataset, changes=changes)
    return Made(share, token)


@transaction.atomic
def revoke_share(*, share: Share, by: User) -> Share:
    """The share, which opens nothing from now on; one that was revoked already stays as it is."""
    locked = Share.objects.select_for_update(of=("self",)).get(pk=share.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        changes = {"revoked_at": (None, locked.revoked_at)}
        record("revoke", locked, by=by, dataset=locked.dataset, changes=changes)
    return locked


def note_use(*, share: Share) -> None:
    """Keep that a share was opened just now, so that who made it sees whether anybody needs it."""
    now = timezone.now()
    if share.used_at is None or share.used_at < now - NOTED_EVERY:
        Share.objects.filter(pk=share.pk).update(used_at=now)


def _told_of(thing: Thing) -> dict[str, object]:
    """What a share says of a thing."""
    match thing:
        case Plate():
            return {"kind": ShareKind.PLATE.value, "plate": thing}
        case Well():
            return {"kind": ShareKind.WELL.value, "plate": thing.plate, "well": thing}
        case Store():
            return {"kind": ShareKind.STORE.value, "store": thing}
    kind = ShareKind.FIELD if isinstance(thing, Field) else ShareKind.IMAGE
    return {"kind": kind.value, "store": thing.store, "path": thing.path}


def _checked(until: datetime) -> datetime:
    longest = timedelta(days=settings.SHARE_DAYS)
    now = timezone.now()
    if not now + SHORTEST <= until <= now + longest:
        raise NotUnderstood(
            "expires_at",
            f"A share counts for at least a minute and at most {longest.days} days from now. An "
            "operator can allow more with PLATECAT_SHARE_DAYS.",
        )
    return until
