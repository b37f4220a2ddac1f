"""Tokens: the one that a secret is of, and those of a person."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Token
from catalog.models.token import digest_of_secret

PREFIX = "pc_"
LONGEST_SECRET = 64


def live_tokens() -> QuerySet[Token]:
    """The tokens that let somebody in now: neither expired nor revoked, of a person who is active."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    live = Token.objects.filter(unexpired, revoked_at=None, owner__is_active=True)
    return live.select_related("owner")


def token_with(secret: str) -> Token | None:
    """The live token that has this secret."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST_SECRET or not secret.isascii():
        return None
    return live_tokens().filter(digest=digest_of_secret(secret)).first()


def is_live(token_id: UUID) -> bool:
    """Whether a token lets somebody in now."""
    return live_tokens().filter(id=token_id).exists()


def tokens_of(user: User | AnonymousUser) -> QuerySet[Token]:
    """The tokens that a person made, whether they still count or not."""
    return Token.objects.filter(owner_id=user.pk)
