from django.db import models

from plates.models.acquisition import Acquisition
from plates.models.layout import Layout
from plates.models.store import Store
from plates.models.well import Well


class Field(models.Model):
    """One field of view. Rows are narrow: there are tens of millions of them."""

    id = models.BigAutoField(primary_key=True)
    # The unique (store, path) serves look-ups by store.
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="fields", db_index=False
    )
    well = models.ForeignKey(Well, on_delete=models.CASCADE, related_name="fields")
    acquisition = models.ForeignKey(
        Acquisition,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="fields",
        db_index=False,
    )
    layout = models.ForeignKey(
        Layout,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fields",
        db_index=False,
    )
    path = models.CharField(max_length=512, help_text="In the store, e.g. B/03/0.")
    present = models.BooleanField(help_text="Its document was there when the store was read.")
    listed = models.BooleanField(
        default=True, help_text="The well's document named it when the store was read."
    )
    x = models.FloatField(null=True, blank=True, help_text="Translation, in the layout's unit.")
    y = models.FloatField(null=True, blank=True)
    z = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "path"], name="a_path_is_one_field_of_a_store"
            ),
        ]

    def __str__(self) -> str:
        """The path in the store."""
        return self.path
