from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.dataset import Dataset
from catalog.models.job import Job


class History(models.Model):
    """The audit record: who did what to which thing, from what to what."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the operator's own hand, on the command line.",
    )
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="history"
    )
    verb = models.CharField(max_length=32)
    noun = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, help_text="Id of the thing.")
    dataset = models.ForeignKey(
        Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="history"
    )
    changes = models.JSONField(default=dict, blank=True)
    batch = models.UUIDField(
        null=True, blank=True, help_text="What was changed at once has one number."
    )

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "history"
        indexes = [
            models.Index(fields=["noun", "subject"], name="history_of_a_thing"),
            models.Index(fields=["dataset", "id"], name="history_of_a_dataset"),
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="history_of_a_batch"
            ),
        ]

    def __str__(self) -> str:
        """Verb and subject."""
        return f"{self.verb} {self.noun} {self.subject}"
