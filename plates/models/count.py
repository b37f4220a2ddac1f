from django.db import models
from django.db.models import Q

from plates.models.choices import choices
from plates.models.store import Store
from plates.omezarr.rules.completeness import percent
from plates.states import Completion, Origin


class Count(models.Model):
    """What of a store is there: its chunk objects, held against what its arrays declare."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="count"
    )
    origin = models.CharField(
        max_length=12, choices=choices(Origin), help_text="Where the objects were told of."
    )
    counted_at = models.DateTimeField(help_text="When they were listed, or the inventory made.")
    digest = models.CharField(max_length=64, help_text="Of the content that declared them.")
    is_whole = models.BooleanField(help_text="All that is declared is there, labels too.")
    is_arriving = models.BooleanField(
        help_text="Something is missing, and the newest object was very young."
    )
    declared = models.BigIntegerField(help_text="Chunk objects, those of labels apart.")
    present = models.BigIntegerField(help_text="Those of them that are there, and whole.")
    bytes = models.BigIntegerField(help_text="Of the chunk objects, labels apart.")
    declared_bytes = models.BigIntegerField(help_text="Of all pixels, unpacked.")
    uncounted = models.PositiveIntegerField(
        default=0, help_text="Fields and images of which it is not known what they should hold."
    )
    shares = models.JSONField(
        default=dict,
        help_text="By level, channel and label; of wells and fields what is not whole.",
    )
    stored_objects = models.BigIntegerField(default=0, help_text="All objects of the store.")
    stored_bytes = models.BigIntegerField(default=0, help_text="Of all objects of the store.")
    arrays = models.PositiveIntegerField(default=0, help_text="Whose chunks were counted.")
    unsharded_arrays = models.PositiveIntegerField(default=0)
    crowded_arrays = models.PositiveIntegerField(
        default=0, help_text="Of more than 1,000 objects, without shards."
    )
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its newest object was changed, if that is told."
    )
    ledger = models.JSONField(
        default=dict, help_text="Objects and bytes by kind, storage class, type and codecs."
    )
    unread = models.JSONField(
        default=list, blank=True, help_text="Folders that could not be listed: the first of them."
    )

    class Meta:
        ordering = ["store"]
        indexes = [
            models.Index(
                fields=["store"], condition=Q(is_arriving=True), name="stores_that_are_arriving"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_whole=True) | Q(is_arriving=False),
                name="a_whole_store_is_not_arriving",
            ),
        ]

    def __str__(self) -> str:
        """The share in percent, and whether more is to come."""
        return f"{self.told_share}{', arriving' if self.is_arriving else ''}"

    @property
    def completion(self) -> Completion:
        """How much is there, in a word."""
        if self.is_whole:
            return Completion.WHOLE
        return Completion.ARRIVING if self.is_arriving else Completion.LACKING

    @property
    def share(self) -> float | None:
        """What is there, from 0 to 1; None where nothing is declared."""
        return min(1.0, self.present / self.declared) if self.declared else None

    @property
    def told_share(self) -> str:
        """The share in percent, rounded down: what is not whole never reads as 100 %."""
        return "-" if self.share is None else percent(self.share)
