"""What stands around a dataset, shaped after REMBI: people, publications, funding, ids."""

from django.core.validators import URLValidator
from django.db import models

from catalog.models.dataset import Dataset


class Person(models.Model):
    """Somebody who made a dataset, in the order in which they are named."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=255)
    role = models.CharField(max_length=64, blank=True, help_text="e.g. author, data curator.")
    affiliation = models.CharField(max_length=255, blank=True)
    email = models.EmailField(blank=True)
    orcid = models.CharField(max_length=19, blank=True, help_text="0000-0002-1825-0097")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        """The person's name."""
        return self.name


class Publication(models.Model):
    """A text that reports on a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="publications")
    title = models.TextField()
    authors = models.TextField(blank=True)
    doi = models.CharField(max_length=128, blank=True)
    pubmed = models.CharField(max_length=16, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """The title."""
        return self.title


class Funding(models.Model):
    """Who paid for a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="funding")
    funder = models.CharField(max_length=255)
    award = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "funding"

    def __str__(self) -> str:
        """Funder and award."""
        return f"{self.funder} {self.award}".strip()


class ExternalId(models.Model):
    """A name that another archive gave a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="external_ids")
    kind = models.CharField(max_length=64, help_text="e.g. IDR, BioStudies, EMPIAR.")
    value = models.CharField(max_length=255)
    url = models.CharField(max_length=500, blank=True, validators=[URLValidator(["http", "https"])])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "kind", "value"], name="an_external_id_is_named_once"
            ),
        ]

    def __str__(self) -> str:
        """Kind and value."""
        return f"{self.kind}:{self.value}"
