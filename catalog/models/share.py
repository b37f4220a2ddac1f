import hashlib

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.dataset import Dataset
from catalog.words import ShareKind
from plates.ids import uuid7
from plates.models import Plate, Store, Well
from plates.models.choices import choices

_WHOLE_PLATE = Q(kind=ShareKind.PLATE.value, plate__isnull=False, well__isnull=True)
_ONE_WELL = Q(kind=ShareKind.WELL.value, plate__isnull=False, well__isnull=False)
_IN_A_STORE = Q(
    kind__in=[ShareKind.STORE.value, ShareKind.FIELD.value, ShareKind.IMAGE.value],
    plate__isnull=True,
    well__isnull=True,
    store__isnull=False,
)


def digest_of_token(token: str) -> bytes:
    """What a share is found by: its token itself is kept nowhere."""
    return hashlib.sha256(token.encode()).digest()


class Share(models.Model):
    """A link that opens one thing to whoever has it, read-only, until it expires or is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_digest = models.BinaryField(max_length=32, editable=False, unique=True)
    kind = models.CharField(max_length=8, choices=choices(ShareKind))
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="shares")
    plate = models.ForeignKey(
        Plate, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    well = models.ForeignKey(
        Well, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    path = models.CharField(
        max_length=512,
        blank=True,
        help_text="Of the field or image in the store; empty: all of it.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last opened, to some minutes."
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["made_by", "id"], name="shares_of_a_person"),
            models.Index(fields=["dataset", "id"], name="shares_of_a_dataset"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_WHOLE_PLATE | _ONE_WELL | _IN_A_STORE,
                name="a_share_opens_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ShareKind.FIELD.value) | ~Q(path=""),
                name="the_share_of_a_field_says_which",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="a_share_counts_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        """What is shared, and until when."""
        return f"{self.kind} until {self.expires_at:%Y-%m-%d %H:%M}"
