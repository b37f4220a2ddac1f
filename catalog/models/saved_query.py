import secrets
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.words import Sought
from plates.models.choices import choices

LETTERS: Final = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
"""Those that nobody takes for another when they write them down."""
LENGTH: Final = 10


def fresh_token() -> str:
    """A token that nobody guesses: one of 10^17."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


class SavedQuery(models.Model):
    """A query under a short name that can be handed on; it is asked with the rights of who asks."""

    token = models.CharField(
        max_length=LENGTH, primary_key=True, default=fresh_token, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_queries"
    )
    text = models.TextField(blank=True, help_text="In the query language; empty finds everything.")
    of = models.CharField(
        max_length=8,
        choices=choices(Sought),
        default=Sought.WELLS.value,
        help_text="What it finds.",
    )
    title = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "token"]
        verbose_name_plural = "saved queries"
        indexes = [models.Index(fields=["owner", "token"], name="saved_queries_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(of__in=[word.value for word in Sought]),
                name="a_saved_query_finds_one_of_the_known_things",
            ),
        ]

    def __str__(self) -> str:
        """Its title, or its text."""
        return self.title or self.text or "everything"
