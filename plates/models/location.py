import hashlib

from django.db import models
from django.db.models import Q

from plates.models.store import Store


def digest_of_url(url: str) -> bytes:
    """What a URL is found by: long text is never a key."""
    return hashlib.sha256(url.encode()).digest()


class Location(models.Model):
    """A URL where a store lies, or lay."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="locations")
    url = models.TextField()
    url_digest = models.BinaryField(max_length=32, editable=False)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["url_digest"],
                condition=Q(gone_at__isnull=True),
                name="one_store_lies_at_a_url",
            ),
        ]

    def __str__(self) -> str:
        """The URL itself."""
        return self.url
