from django.db import models

from catalog.models.dataset import Dataset
from catalog.models.source import Source
from plates.models import Store


class Holding(models.Model):
    """A store belongs to exactly one dataset, and came from a source."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="holdings")
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="holdings"
    )
    guarded = models.BooleanField(
        default=True,
        help_text="Read only where the operator allows; not what the operator's command entered.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """The store's number in its dataset's."""
        return f"store {self.store_id} in dataset {self.dataset_id}"
