import hashlib

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.words import TokenScope
from plates.ids import uuid7
from plates.models.choices import choices

START = 9
LONGEST_NAME = 120


def digest_of_secret(secret: str) -> bytes:
    """What a token is found by: its secret itself is kept nowhere."""
    return hashlib.sha256(secret.encode()).digest()


class Token(models.Model):
    """A secret with which a program works for its owner, within scopes, until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.BinaryField(max_length=32, editable=False, unique=True)
    start = models.CharField(
        max_length=START, editable=False, help_text="How the secret begins, to know it by."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    scopes = ArrayField(
        models.CharField(max_length=8, choices=choices(TokenScope)),
        help_text="What it may be used for.",
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "id"], name="tokens_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0)
                & Q(scopes__contained_by=[scope.value for scope in TokenScope]),
                name="a_token_is_for_something_that_is_known",
            ),
        ]

    def __str__(self) -> str:
        """Its name and how its secret begins."""
        return f"{self.name} ({self.start}...)"

    @property
    def is_live(self) -> bool:
        """Whether it lets anybody in now, its owner aside."""
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_over

    def is_for(self, scope: TokenScope) -> bool:
        """Whether it may be used for this."""
        return scope.value in self.scopes
