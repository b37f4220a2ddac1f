from django.db import models

from plates.models import Store


class LinkTest(models.Model):
    """What came of asking for a store as a viewer in a browser would: the newest test of each."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="link_test")
    tested_at = models.DateTimeField()
    checks = models.JSONField(
        default=list,
        help_text="[{name, passed, sentence}]; passed is null where nothing was asked.",
    )

    class Meta:
        ordering = ["-tested_at"]

    def __str__(self) -> str:
        """Which store, and when."""
        return f"store {self.store_id} at {self.tested_at:%Y-%m-%d %H:%M}"
