from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from catalog.words import Visibility
from plates.ids import uuid7
from plates.models.choices import choices

curie = RegexValidator(
    r"^[A-Za-z][A-Za-z0-9_.]*:[^\s:][^\s]*$",
    "'%(value)s' is no CURIE. Write prefix:id, for example NCBITaxon:9606.",
)
spdx = RegexValidator(
    r"^[A-Za-z0-9.+-]+$",
    "'%(value)s' is no SPDX identifier. Write for example CC-BY-4.0 or CC0-1.0.",
)


class Dataset(models.Model):
    """The unit that is curated, published and cited; a study may hold screens as children.

    The study metadata follows REMBI (Sarkans et al. 2021, doi 10.1038/s41592-021-01166-8).
    """

    serial = models.AutoField(
        primary_key=True, help_text="The scope that the dataset's plates and stores carry."
    )
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True, max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    licence = models.CharField(
        max_length=64, blank=True, validators=[spdx], help_text="SPDX, e.g. CC-BY-4.0."
    )
    organisms = ArrayField(
        models.CharField(max_length=128, validators=[curie]),
        default=list,
        blank=True,
        help_text="CURIEs separated by commas, e.g. NCBITaxon:9606.",
    )
    methods = ArrayField(
        models.CharField(max_length=128, validators=[curie]),
        default=list,
        blank=True,
        help_text="Imaging methods as CURIEs, e.g. FBbi:00000251.",
    )
    keywords = ArrayField(models.CharField(max_length=128), default=list, blank=True)
    doi = models.CharField(max_length=128, blank=True)
    visibility = models.CharField(
        max_length=12, choices=choices(Visibility), default=Visibility.OWNER.value
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="datasets",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["serial"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("serial")),
                name="a_dataset_is_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=[word.value for word in Visibility]),
                name="visibility_is_one_of_the_known_words",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="a_dataset_has_a_title"),
        ]

    def __str__(self) -> str:
        """The dataset by its slug."""
        return self.slug
