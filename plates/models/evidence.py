from django.db import models

from plates.models.choices import choices
from plates.models.store import Store
from plates.states import Strength


class Evidence(models.Model):
    """By what a store is known to be unchanged since it was last read."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="evidence"
    )
    witnesses = models.JSONField(
        default=dict, help_text="The signs of its root and of its consolidated metadata, by path."
    )
    paths = models.BinaryField(
        null=True, help_text="The paths of all its documents, one a line, compressed with zlib."
    )
    documents = models.BinaryField(
        null=True, max_length=32, help_text="The digest of the signs of all its documents."
    )
    has_copies = models.BooleanField(
        default=False, help_text="Whether consolidated metadata speaks for all documents."
    )
    strength = models.CharField(
        max_length=12,
        choices=choices(Strength),
        default=Strength.ROOT.value,
        help_text="What the last look for changes rested on.",
    )
    read_at = models.DateTimeField(help_text="When all of it was last read.")
    checked_at = models.DateTimeField(help_text="When somebody last looked for changes.")

    class Meta:
        ordering = ["store"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        """The strength of the last look."""
        return f"unchanged by {self.strength}"
