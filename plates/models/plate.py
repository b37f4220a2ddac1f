from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from plates.addresses import PlateShape
from plates.ids import uuid7
from plates.models.carrier import Carrier


class Plate(models.Model):
    """The physical plate; one plate may be imaged in several stores."""

    serial = models.AutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    scope = models.IntegerField()
    carrier = models.OneToOneField(Carrier, on_delete=models.PROTECT, related_name="plate")
    name = models.CharField(max_length=255, blank=True)
    barcode = models.CharField(max_length=255, blank=True)
    batch = models.CharField(max_length=255, blank=True)
    rows = models.PositiveSmallIntegerField(help_text="Rows of the whole plate, e.g. 16.")
    columns = models.PositiveSmallIntegerField(help_text="Columns of the whole plate, e.g. 24.")
    row_names = ArrayField(models.TextField(), default=list, blank=True)
    column_names = ArrayField(models.TextField(), default=list, blank=True)
    well_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["serial"]
        indexes = [
            # A part of a name, whatever its case.
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("barcode"), name="gin_trgm_ops"),
                name="words_of_plates",
            ),
            models.Index(fields=["scope", "id"], name="plates_of_a_scope"),
            # Names are looked up whatever their case.
            models.Index(Upper("name"), name="plates_by_name"),
            models.Index(Upper("barcode"), name="plates_by_barcode"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows__gte=1) & Q(columns__gte=1),
                name="a_plate_has_rows_and_columns",
            ),
        ]

    def __str__(self) -> str:
        """The plate as a person calls it."""
        return self.name or self.barcode or str(self.id)

    @property
    def shape(self) -> PlateShape:
        """Rows and columns of the whole plate, imaged or not."""
        return PlateShape(self.rows, self.columns)
