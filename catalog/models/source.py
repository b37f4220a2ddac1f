from django.core.validators import RegexValidator
from django.db import models

from catalog.models.dataset import Dataset
from plates.ids import uuid7


class Source(models.Model):
    """A storage root that stores come from, and how it is opened."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.SlugField(unique=True, max_length=80)
    url = models.TextField(blank=True)
    options = models.JSONField(
        default=dict,
        blank=True,
        help_text='How it is opened, e.g. {"endpoint": "https://s3.example.org", "anonymous": true}'
        ". Never a secret.",
    )
    credentials = models.CharField(
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_]+$", "Letters, digits and underscores only.")],
        help_text="Name of the credentials; their values stand in the environment.",
    )
    default_dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, null=True, blank=True, related_name="sources"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        """The source's name."""
        return self.name
