from datetime import UTC, date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.words import DatasetState, Visibility
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

PUBLISHED = DatasetState.PUBLISHED.value
WITHDRAWN = DatasetState.WITHDRAWN.value
UNPUBLISHED = [DatasetState.DRAFT.value, DatasetState.IN_REVIEW.value]


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
    state = models.CharField(
        max_length=12, choices=choices(DatasetState), default=DatasetState.DRAFT.value
    )
    next_state = models.CharField(
        max_length=12,
        blank=True,
        default="",
        help_text="Of the next version, beside those that are published: draft or in_review.",
    )
    review_note = models.TextField(blank=True, help_text="Why it was sent back the last time.")
    embargo_until = models.DateField(
        null=True,
        blank=True,
        help_text="The last day (UTC) on which it is closed, published or public as it may be.",
    )
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="When its first version was made."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
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
            models.CheckConstraint(
                condition=Q(state__in=[word.value for word in DatasetState]),
                name="a_dataset_is_draft_in_review_published_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(state=PUBLISHED, next_state__in=UNPUBLISHED)
                | (~Q(state=PUBLISHED) & Q(next_state="")),
                name="a_published_dataset_and_only_that_has_a_next_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNPUBLISHED, published_at__isnull=True)
                | (~Q(state__in=UNPUBLISHED) & Q(published_at__isnull=False)),
                name="a_dataset_that_was_published_and_only_that_says_when",
            ),
            models.CheckConstraint(
                condition=(Q(state=WITHDRAWN, withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""))
                | (~Q(state=WITHDRAWN) & Q(withdrawn_at__isnull=True, withdrawn_reason="")),
                name="a_withdrawn_dataset_and_only_that_says_why_and_when",
            ),
        ]

    def __str__(self) -> str:
        """The dataset by its slug."""
        return self.slug

    @property
    def is_embargoed(self) -> bool:
        """Whether the day on which it opens has not come yet."""
        return self.embargo_until is not None and self.embargo_until >= today()

    @property
    def is_open(self) -> bool:
        """Whether everybody may see what it holds, as queries.visible.open_to_all has it in SQL."""
        is_told = self.state == PUBLISHED or self.visibility == Visibility.PUBLIC.value
        return is_told and not self.is_embargoed and self.state != WITHDRAWN

    @property
    def preparing(self) -> DatasetState:
        """Where that stands which is not published yet: the dataset itself, or its next version."""
        return DatasetState(self.next_state or self.state)


def today() -> date:
    """The day by which embargoes end, in UTC."""
    return timezone.now().astimezone(UTC).date()
