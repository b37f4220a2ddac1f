from django.db import models
from django.db.models import Func, Q

from plates.models.bits import BitsField
from plates.models.choices import choices
from plates.states import CarrierKind


class Carrier(models.Model):
    """What holds subjects at numbered positions: the search index knows only these."""

    kind = models.CharField(max_length=8, choices=choices(CarrierKind))
    scope = models.IntegerField()
    positions = models.PositiveIntegerField(
        default=0, help_text="How many positions there are; a 384-well plate has 384."
    )

    occupied = BitsField(
        default="", help_text="The positions at which there is a well or an image."
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["scope", "id"], name="carriers_of_a_scope"),
            # Few beside the plates.
            models.Index(
                fields=["scope"],
                condition=Q(kind=CarrierKind.IMAGES.value),
                name="carriers_of_images",
            ),
            # Those on which not all that a layer says is a hit on a plate.
            models.Index(
                fields=["scope"],
                condition=Q(kind=CarrierKind.IMAGES.value)
                | Q(positions__gt=Func("occupied", function="bit_count")),
                name="carriers_with_gaps",
            ),
        ]

    def __str__(self) -> str:
        """The carrier as the admin lists it."""
        return f"carrier {self.pk} ({self.kind}, {self.positions} positions)"
