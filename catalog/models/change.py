from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.dataset import Dataset
from catalog.models.job import Job
from catalog.words import OF_DATASETS, ChangeVerb
from plates.ids import uuid7
from plates.models import Plate, Store
from plates.models.choices import choices


class Change(models.Model):
    """What happened to a store or dataset. `serial` grows in the order in which changes can be seen."""

    serial = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    verb = models.CharField(max_length=12, choices=choices(ChangeVerb))
    dataset = models.ForeignKey(
        Dataset,
        on_delete=models.CASCADE,
        related_name="changes",
        db_index=False,
        help_text="Who may see it may see the change.",
    )
    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty: it happened to the dataset.",
    )
    plate = models.ForeignKey(
        Plate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="changes"
    )
    differences = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-serial"]
        constraints = [
            models.CheckConstraint(
                condition=Q(store__isnull=True, verb__in=sorted(OF_DATASETS))
                | (Q(store__isnull=False) & ~Q(verb__in=sorted(OF_DATASETS))),
                name="a_change_is_of_a_store_or_of_a_dataset",
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "serial"], name="changes_of_a_dataset"),
            models.Index(fields=["store", "serial"], name="changes_of_a_store"),
            models.Index(fields=["at"], name="changes_by_time"),
        ]

    def __str__(self) -> str:
        """Verb and store, or dataset."""
        return f"{self.verb}: {self.store or self.dataset}"
