from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from plates.models.store import Store


class Preview(models.Model):
    """What was drawn of a store the last time: thumbnails, contact sheets, statistics."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, primary_key=True, related_name="preview"
    )
    mark = models.CharField(max_length=32, help_text="Another one each time that it is drawn.")
    digest = models.CharField(max_length=64, help_text="Of the content that was drawn.")
    edition = models.PositiveSmallIntegerField(help_text="Of the code that drew it.")
    channels = models.JSONField(
        default=list, help_text="How each is shown: label, colour, window, and who says so."
    )
    runs = ArrayField(
        models.BigIntegerField(null=True),
        default=list,
        blank=True,
        help_text="Numbers of the acquisitions that have a contact sheet; null: there are none.",
    )
    images = models.PositiveIntegerField(default=0, help_text="Fields and images that were tried.")
    lacking = models.PositiveIntegerField(
        default=0, help_text="Those of them of which some chunk is missing."
    )
    failed = models.PositiveIntegerField(
        default=0, help_text="Those of them that could not be drawn."
    )
    troubles = models.JSONField(
        default=list, blank=True, help_text="Why some could not be drawn: the first of them."
    )
    seconds = models.FloatField(default=0)
    began_at = models.DateTimeField(help_text="When the store began to be read.")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["store"]
        constraints = [
            models.CheckConstraint(
                condition=Q(images__gte=models.F("failed")),
                name="what_could_not_be_drawn_was_tried",
            ),
        ]

    def __str__(self) -> str:
        """How many images were drawn."""
        return f"{self.images - self.failed:,} of {self.images:,} drawn"


class StatisticsFile(models.Model):
    """The statistics of the pixels of a store: Parquet, a row for each channel of each field."""

    preview = models.OneToOneField(
        Preview, on_delete=models.CASCADE, primary_key=True, related_name="statistics"
    )
    content = models.BinaryField()

    class Meta:
        ordering = ["preview"]

    def __str__(self) -> str:
        """The store that it is about."""
        return f"statistics of store {self.preview_id}"
