from django.db import models

from plates.models.choices import choices
from plates.platemaps.keys import Family, KeyKind


class Key(models.Model):
    """A key of annotation, under its canonical name, or that of the column nobody knew."""

    serial = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=255, unique=True)
    folded = models.CharField(
        max_length=255, unique=True, help_text="The name without case and separators."
    )
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=choices(KeyKind), default=KeyKind.TERM.value)
    family = models.CharField(
        max_length=12, choices=choices(Family), default=Family.NONE.value, blank=True
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        """The key's name."""
        return self.name


class KeyAlias(models.Model):
    """A header that an institute uses for a key, besides those that are known anyway."""

    spelling = models.CharField(max_length=255, help_text="As it stands in the files.")
    folded = models.CharField(max_length=255, unique=True, editable=False)
    key = models.CharField(max_length=255, help_text="The key's canonical name.")

    class Meta:
        ordering = ["spelling"]
        verbose_name_plural = "key aliases"

    def __str__(self) -> str:
        """What is read as what."""
        return f"{self.spelling} is {self.key}"
