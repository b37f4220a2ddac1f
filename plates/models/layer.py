from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from plates.models.bits import BitsField
from plates.models.carrier import Carrier
from plates.models.key import Key
from plates.models.term import Term


class Layer(models.Model):
    """What a plate map puts on positions, by its content: plates that share a map share it."""

    serial = models.AutoField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    positions = models.PositiveIntegerField(help_text="How long its masks are.")

    class Meta:
        ordering = ["serial"]

    def __str__(self) -> str:
        """The layer's number."""
        return f"layer {self.serial}"


class Mask(models.Model):
    """Where a layer has a term: one position, or bits.

    These rows are the bulk of the index, and derived: they have no key but what they say, and
    nothing checks one by one that term, layer and key are there. The services that write and
    remove layers see to it, and the check of the index proves it.
    """

    pk = models.CompositePrimaryKey("term_id", "layer_id", "group")
    term_id = models.IntegerField()
    layer_id = models.IntegerField()
    key_id = models.SmallIntegerField()
    group = models.SmallIntegerField()
    position = models.IntegerField(help_text="The only one; or the number of bits, negated.")
    bits = BitsField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["layer_id", "key_id", "position"], name="masks_of_a_layer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=0, bits__isnull=True)
                | Q(position__lt=0, bits__isnull=False),
                name="a_mask_is_a_position_or_bits",
            ),
        ]

    def __str__(self) -> str:
        """The term and the layer."""
        return f"term {self.term_id} in layer {self.layer_id}"


class Quantity(models.Model):
    """A number of a layer at a position, to be compared."""

    pk = models.CompositePrimaryKey("layer_id", "key_id", "position", "group", "unit", "number")
    layer_id = models.IntegerField()
    key_id = models.SmallIntegerField()
    position = models.IntegerField()
    group = models.SmallIntegerField()
    unit = models.CharField(max_length=16)
    number = models.FloatField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "quantities"
        indexes = [
            models.Index(fields=["key_id", "unit", "number"], name="quantities_by_number"),
        ]

    def __str__(self) -> str:
        """The number with its unit."""
        return f"{self.number:g} {self.unit}"


class KeyMask(models.Model):
    """Where a layer has any term of a key: the masks of the key, put together.

    Derived as they are, and written and removed with them.
    """

    pk = models.CompositePrimaryKey("layer_id", "key_id")
    layer_id = models.IntegerField()
    key_id = models.SmallIntegerField()
    repeats = models.BooleanField(
        help_text="A term of the key stands in several groups at one position."
    )
    bits = BitsField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        """The key and the layer."""
        return f"key {self.key_id} in layer {self.layer_id}"


class DecadeMask(models.Model):
    """Where a layer has numbers of a key between one power of ten and the next.

    Derived as masks are, and written and removed with them. A range of doses is asked for by the
    decades that lie in it.
    """

    pk = models.CompositePrimaryKey("key_id", "unit", "power", "layer_id", "group")
    key_id = models.SmallIntegerField()
    unit = models.CharField(max_length=16)
    power = models.SmallIntegerField(help_text="Of ten: 0 is from 1 to below 10.")
    layer_id = models.IntegerField()
    group = models.SmallIntegerField()
    position = models.IntegerField(help_text="The only one; or the number of bits, negated.")
    bits = BitsField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["layer_id"], name="decades_of_a_layer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=0, bits__isnull=True)
                | Q(position__lt=0, bits__isnull=False),
                name="a_decade_mask_is_a_position_or_bits",
            ),
        ]

    def __str__(self) -> str:
        """The decade and the layer."""
        return f"from 1e{self.power} {self.unit} in layer {self.layer_id}"


class CarrierLayer(models.Model):
    """That a carrier's positions have what a layer says."""

    id = models.BigAutoField(primary_key=True)
    layer = models.ForeignKey(
        Layer, on_delete=models.PROTECT, related_name="carriers", db_index=False
    )
    scope = models.IntegerField()
    carrier = models.ForeignKey(
        Carrier, on_delete=models.CASCADE, related_name="layers", db_index=False
    )
    suffices = models.BooleanField(
        default=False,
        db_default=False,
        help_text=(
            "Each position of the plate has a well, and no other layer or constant of it has a key "
            "of this one: what it says is all there is of its keys."
        ),
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["carrier", "layer"], name="layers_of_a_carrier")]
        constraints = [
            models.UniqueConstraint(
                fields=["layer", "scope", "carrier"],
                include=["suffices"],
                name="a_carrier_has_a_layer_once",
            ),
        ]

    def __str__(self) -> str:
        """Both numbers."""
        return f"layer {self.layer_id} on carrier {self.carrier_id}"


class CarrierTerm(models.Model):
    """A term that every position of a carrier has."""

    id = models.BigAutoField(primary_key=True)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.IntegerField()
    carrier = models.ForeignKey(
        Carrier, on_delete=models.CASCADE, related_name="carrier_terms", db_index=False
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["carrier", "key", "term"], name="constants_of_a_carrier"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "scope", "carrier"], name="a_carrier_has_a_term_once"
            ),
        ]

    def __str__(self) -> str:
        """Both numbers."""
        return f"term {self.term_id} on carrier {self.carrier_id}"


class Readout(models.Model):
    """The numbers of a key on a carrier, one for each position; null where there is none."""

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.IntegerField()
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="readouts")
    numbers = ArrayField(models.FloatField(null=True))
    lowest = models.FloatField()
    highest = models.FloatField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "carrier"], name="a_carrier_has_one_readout_of_a_key"
            ),
        ]

    def __str__(self) -> str:
        """Both numbers."""
        return f"key {self.key_id} on carrier {self.carrier_id}"
