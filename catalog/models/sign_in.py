from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.token import Token
from catalog.words import Door, SignInKind
from plates.models.choices import choices

LONGEST_NAME = 150


class SignIn(models.Model):
    """What happened at a door: who came in, went out, was not let in, and from where."""

    at = models.DateTimeField(auto_now_add=True)
    day = models.DateField(auto_now_add=True)
    kind = models.CharField(max_length=8, choices=choices(SignInKind))
    door = models.CharField(max_length=12, choices=choices(Door))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sign_ins",
    )
    name = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="As it was typed.")
    token = models.ForeignKey(
        Token, on_delete=models.SET_NULL, null=True, blank=True, related_name="sign_ins"
    )
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "id"], name="sign_ins_of_a_person"),
            models.Index(fields=["name", "id"], name="sign_ins_under_a_name"),
            models.Index(fields=["day"], name="sign_ins_of_a_day"),
            models.Index(
                fields=["address", "at"],
                condition=Q(kind=SignInKind.FAILED.value),
                name="failures_from_an_address",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "door", "name", "token", "address"],
                condition=Q(kind=SignInKind.USED.value),
                nulls_distinct=False,
                name="a_use_is_told_once_a_day_and_address",
            ),
        ]

    def __str__(self) -> str:
        """What happened, by which door, to whom."""
        return f"{self.kind} by {self.door}: {self.name or self.user or 'nobody'}"
