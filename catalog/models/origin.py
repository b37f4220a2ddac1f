from django.db import models

from catalog.models.source import Source
from plates.models import Location


class Origin(models.Model):
    """Where a location came from, for stores that lie or lay in several places.

    A location without one came from the source of its store's holding.
    """

    location = models.OneToOneField(
        Location, on_delete=models.CASCADE, primary_key=True, related_name="origin"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="origins"
    )
    guarded = models.BooleanField(
        default=True, help_text="Read there only where the operator allows."
    )

    class Meta:
        ordering = ["location"]

    def __str__(self) -> str:
        """The location's number and its source's."""
        return f"location {self.location_id} from source {self.source_id}"
