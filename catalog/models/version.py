from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.dataset import Dataset
from catalog.models.job import Job
from plates.ids import uuid7


class Version(models.Model):
    """What a dataset was when it was published: files that stay. This row is what is told of them.

    `files` holds name, bytes, sha256 and rows of each; the manifest is among them, and names the
    digests of all others.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid7, editable=False, help_text="And the name of its folder."
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="Counts the versions of the dataset from 1.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the manifest.")
    metadata = models.JSONField(help_text="What the dataset said of itself.")
    counts = models.JSONField()
    files = models.JSONField()
    diff = models.JSONField(
        default=dict,
        blank=True,
        help_text="What differs from the version before, which `from` names; empty: there is none.",
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the operator's own hand, on the command line.",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="a_number_is_one_version_of_a_dataset"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="versions_are_counted_from_one"
            ),
            models.CheckConstraint(
                condition=(Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""))
                | Q(withdrawn_at__isnull=True, withdrawn_reason=""),
                name="a_withdrawn_version_and_only_that_says_why_and_when",
            ),
        ]

    def __str__(self) -> str:
        """Dataset and number would take a query: the number."""
        return f"version {self.number}"
