from django.db import models
from django.db.models import Q

from plates.models.choices import choices
from plates.models.location import Location
from plates.states import Strength


class Evidence(models.Model):
    """By what the store at a location is known to be unchanged since it was last read there.

    Each location has its own: a mirror's documents have other times and tags than the original's.
    """

    location = models.OneToOneField(
        Location, on_delete=models.CASCADE, primary_key=True, related_name="evidence"
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
    listed = models.BinaryField(
        null=True,
        max_length=32,
        help_text="The sign of all its documents by a listing; empty where it could not be listed.",
    )
    inventoried = models.BinaryField(
        null=True, max_length=32, help_text="The sign of all its documents by an inventory."
    )
    has_copies = models.BooleanField(
        default=False, help_text="Whether consolidated metadata speaks for all documents."
    )
    chunks = models.JSONField(
        default=dict,
        help_text="The SHA-256 of a few chunks by path, null for one that is absent: what tells "
        "this store from others whose documents are the same.",
    )
    chunks_digest = models.CharField(
        max_length=64, blank=True, help_text="Of these hashes; empty where no chunk was there."
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
        ordering = ["location"]
        indexes = [
            models.Index(
                fields=["chunks_digest"],
                condition=~Q(chunks_digest=""),
                name="evidence_by_its_chunks",
            ),
        ]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        """The strength of the last look."""
        return f"unchanged by {self.strength}"
