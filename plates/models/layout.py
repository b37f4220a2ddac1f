from django.contrib.postgres.fields import ArrayField
from django.db import models


class Layout(models.Model):
    """What thousands of fields share: axes, sizes, channels, names of labels and tables."""

    digest = models.CharField(max_length=64, unique=True)
    axes = models.JSONField(help_text="[{name, type, unit}], in the order of the array.")
    shape = ArrayField(models.BigIntegerField(), help_text="Of the largest level.")
    chunks = ArrayField(models.BigIntegerField(), default=list, blank=True)
    dtype = models.CharField(max_length=32, blank=True)
    pixel_size_x = models.FloatField(null=True, blank=True)
    pixel_size_y = models.FloatField(null=True, blank=True)
    pixel_size_z = models.FloatField(null=True, blank=True)
    pixel_unit = models.CharField(max_length=32, blank=True)
    shards = ArrayField(models.BigIntegerField(), default=list, blank=True)
    codecs = ArrayField(models.TextField(), default=list, blank=True)
    levels = models.PositiveSmallIntegerField()
    level_paths = ArrayField(models.TextField(), default=list, blank=True)
    level_shapes = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    labels = ArrayField(models.TextField(), default=list, blank=True)
    tables = models.JSONField(default=list, blank=True, help_text="Names and types.")
    grids = models.JSONField(
        default=list, blank=True, help_text="How each level is cut into objects; null if unknown."
    )
    label_layouts = models.JSONField(
        default=list, blank=True, help_text="The labels beside it, and how they are cut."
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """Axes, shape and type in one line."""
        names = "".join(str(axis.get("name", "?")) for axis in self.axes)
        return f"{names} {' x '.join(map(str, self.shape))} {self.dtype}"
