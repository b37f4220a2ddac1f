from django.db import models
from django.db.models import Q

from plates.models.plate import Plate


class Well(models.Model):
    """An address of a plate; row and column count from 0."""

    plate = models.ForeignKey(Plate, on_delete=models.CASCADE, related_name="wells", db_index=False)
    row = models.SmallIntegerField(null=True, blank=True)
    column = models.SmallIntegerField(null=True, blank=True)
    label = models.CharField(max_length=255)
    position = models.IntegerField(help_text="In the plate's carrier: row-major from 0.")
    present = models.BooleanField(help_text="Some store of the plate has this well.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plate", "label"], name="a_label_is_one_well_of_a_plate"
            ),
            models.UniqueConstraint(
                fields=["plate", "position"],
                name="a_position_holds_one_well",
                # A plate that grows renumbers its wells within one transaction.
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(row__gte=0, column__gte=0) | Q(row__isnull=True, column__isnull=True),
                name="a_well_has_row_and_column_or_neither",
            ),
        ]

    def __str__(self) -> str:
        """The well's label."""
        return self.label
