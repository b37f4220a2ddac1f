from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from plates.ids import uuid7
from plates.models.carrier import Carrier
from plates.models.choices import choices
from plates.models.plate import Plate
from plates.states import Reach, StoreKind, Verdict


class Store(models.Model):
    """The content of one OME-Zarr hierarchy, wherever it lies."""

    serial = models.AutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    scope = models.IntegerField()
    kind = models.CharField(max_length=12, choices=choices(StoreKind), default="", blank=True)
    name = models.CharField(max_length=255, blank=True)
    plate = models.ForeignKey(
        Plate, on_delete=models.PROTECT, null=True, blank=True, related_name="stores"
    )
    carrier = models.OneToOneField(
        Carrier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="store",
        help_text="Holds the images of a store that is no plate.",
    )
    version = models.CharField(max_length=16, blank=True, help_text="Of OME-Zarr, e.g. 0.5.")
    zarr_format = models.PositiveSmallIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    edition = models.PositiveSmallIntegerField(
        default=0, help_text="Of the loader that made its rows of the documents."
    )
    reach = models.CharField(max_length=12, choices=choices(Reach), default="", blank=True)
    verdict = models.CharField(
        max_length=12, choices=choices(Verdict), default=Verdict.UNCHECKED.value
    )
    well_count = models.PositiveIntegerField(default=0)
    field_count = models.PositiveIntegerField(default=0)
    image_count = models.PositiveIntegerField(default=0)
    missing_count = models.PositiveIntegerField(
        default=0, help_text="Wells, fields and images that are listed but not there."
    )
    bare_wells = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Paths of the wells that it lists, and of which no field is known.",
    )
    document_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(
        default=list, blank=True, help_text="Documents that could not be read: the first of them."
    )
    problem_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["serial"]
        indexes = [
            # A part of a name, whatever its case.
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="words_of_stores"),
            models.Index(fields=["scope", "id"], name="stores_of_a_scope"),
            models.Index(fields=["digest"], condition=~Q(digest=""), name="stores_by_digest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(plate__isnull=True) | Q(kind=StoreKind.PLATE.value),
                name="only_a_store_of_kind_plate_shows_a_plate",
            ),
            models.CheckConstraint(
                condition=Q(digest="") | Q(read_at__isnull=False),
                name="a_store_with_a_digest_was_read",
            ),
        ]

    def __str__(self) -> str:
        """The store by its folder's name."""
        return self.name or str(self.id)
