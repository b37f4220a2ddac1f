from django.db import models
from django.db.models.functions import Upper

from plates.ids import uuid7
from plates.models.layout import Layout
from plates.models.store import Store


class Image(models.Model):
    """A multiscale image that is no field of a plate."""

    serial = models.AutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    scope = models.IntegerField()
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="images", db_index=False
    )
    path = models.CharField(max_length=255, blank=True, help_text="Empty: the store's root.")
    name = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(help_text="In the store's carrier, from 0.")
    layout = models.ForeignKey(
        Layout,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="images",
        db_index=False,
    )
    present = models.BooleanField()
    listed = models.BooleanField(
        default=True, help_text="The store named it when it was last read."
    )

    class Meta:
        ordering = ["serial"]
        indexes = [
            models.Index(fields=["scope", "id"], name="images_of_a_scope"),
            models.Index(Upper("name"), name="images_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "path"], name="a_path_is_one_image_of_a_store"
            ),
        ]

    def __str__(self) -> str:
        """The image by name, or by path."""
        return self.name or self.path or str(self.id)
