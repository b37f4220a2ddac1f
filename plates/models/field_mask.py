from django.db import models

from plates.models.bits import BitsField
from plates.models.carrier import Carrier
from plates.models.layout import Layout


class FieldMask(models.Model):
    """Where a carrier has fields, or images, of a layout: what search by channel or size rests on."""

    id = models.BigAutoField(primary_key=True)
    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.IntegerField()
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="field_masks")
    bits = BitsField(help_text="One for each position.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "scope", "carrier"],
                name="a_layout_has_one_mask_on_a_carrier",
            ),
        ]

    def __str__(self) -> str:
        """Both numbers."""
        return f"layout {self.layout_id} on carrier {self.carrier_id}"
