from django.db import models

from plates.models.store import Store


class Acquisition(models.Model):
    """One run of a store's plate, under the number that the store gives it."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="acquisitions", db_index=False
    )
    number = models.BigIntegerField()
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    maximum_field_count = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["store_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "number"], name="a_number_is_one_acquisition_of_a_store"
            ),
        ]

    def __str__(self) -> str:
        """The acquisition's name, or its number."""
        return self.name or str(self.number)
