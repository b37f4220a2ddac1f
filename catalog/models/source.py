from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from catalog.models.dataset import Dataset
from catalog.words import Discovery, Moves
from plates.ids import uuid7
from plates.models.choices import choices
from plates.states import Strength


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
    dataset_rule = models.CharField(
        max_length=255,
        blank=True,
        help_text="Which folder names the dataset, such as {dataset}/* or screens/*/{dataset}; "
        "stores that it does not fit go to the default dataset.",
    )
    discovery = models.CharField(
        max_length=12,
        choices=choices(Discovery),
        default=Discovery.LISTING.value,
        help_text="listing looks through the folders; inventory and list read a file.",
    )
    list_url = models.TextField(
        blank=True, help_text="Where the inventory or the list of URLs lies."
    )
    include = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Paths of stores below the root, such as **/*.ome.zarr; empty: all.",
    )
    exclude = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Folders that are not looked into, such as **/tmp_*.",
    )
    schedule = models.CharField(
        max_length=64,
        blank=True,
        default="4m",
        help_text="How often it is scanned: 5m, 2h or 1d, or a line of cron such as 0 3 * * * "
        "(UTC); empty: only when somebody asks.",
    )
    strength = models.CharField(
        max_length=12,
        choices=choices(Strength),
        default=Strength.CONSOLIDATED.value,
        help_text="What shows that a known store is unchanged: its root, consolidated metadata, all "
        "documents, a listing (folders and S3), or the inventory that it was found in.",
    )
    full_read_days = models.PositiveSmallIntegerField(
        default=30, help_text="After so many days a store is read again whatever its signs say."
    )
    moves = models.CharField(
        max_length=8,
        choices=choices(Moves),
        default=Moves.ASK.value,
        help_text="accept: a store that lies elsewhere now keeps its ids at once if sampled chunks "
        "prove that it is the same; ask: a person decides. Copies always wait for a person.",
    )
    count_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The chunks of its stores are counted after every change, while a store is "
        "arriving, and again after so many days; empty: only when somebody asks. By the inventory if "
        "they are found in one; else folders and S3 only.",
    )
    scanned_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_scan_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(
                fields=["next_scan_at"],
                condition=Q(next_scan_at__isnull=False),
                name="sources_by_their_next_scan",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(discovery=Discovery.LISTING.value) | ~Q(list_url=""),
                name="a_source_that_reads_a_file_says_which",
            ),
            models.CheckConstraint(
                condition=Q(full_read_days__gte=1), name="a_full_read_comes_after_a_day_or_more"
            ),
            models.CheckConstraint(
                condition=Q(count_days__isnull=True) | Q(count_days__gte=1),
                name="a_count_comes_again_after_a_day_or_more",
            ),
        ]

    def __str__(self) -> str:
        """The source's name."""
        return self.name
