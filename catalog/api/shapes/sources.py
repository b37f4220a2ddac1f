from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.filters import words_of
from catalog.api.shapes.parts import Shape
from catalog.models import Source
from catalog.words import Discovery, Moves
from plates.states import Strength


class SourceLinks(serializers.Serializer[object]):
    """Where a source, its jobs and its scan are."""

    self = serializers.URLField()
    scan = serializers.URLField()
    jobs = serializers.URLField()


class SourceWish(serializers.Serializer[object]):
    """What can be said of a source; secrets never: name credentials instead."""

    name = serializers.SlugField(
        max_length=Source.name.field.max_length, help_text="What it is called."
    )
    url = serializers.CharField(
        max_length=4096, help_text="Its root: an s3 or https URL, or a folder that is allowed."
    )
    options = serializers.DictField(
        default=dict, help_text="How it is opened, such as endpoint, region, anonymous."
    )
    credentials = serializers.RegexField(
        r"^[A-Za-z0-9_]*$",
        max_length=Source.credentials.field.max_length,
        default="",
        allow_blank=True,
        help_text="Name of the credentials, whose values stand in the environment.",
    )
    dataset = serializers.SlugField(
        allow_null=True,
        default=None,
        max_length=80,
        help_text="Slug of the dataset that its stores go to; null: inbox.",
    )
    dataset_rule = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=Source.dataset_rule.field.max_length,
        help_text="Which folder names the dataset, such as {dataset}/*.",
    )
    discovery = serializers.ChoiceField(
        choices=words_of(Discovery),
        default=Source.discovery.field.default,
        help_text="listing looks through folders; inventory and list read the file at list_url.",
    )
    list_url = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=4096,
        help_text="Where the inventory or the list of URLs lies.",
    )
    include = serializers.ListField(
        child=serializers.CharField(max_length=255),
        default=list,
        max_length=100,
        help_text="Paths of stores below the root, such as **/*.ome.zarr; empty: all.",
    )
    exclude = serializers.ListField(
        child=serializers.CharField(max_length=255),
        default=list,
        max_length=100,
        help_text="Folders that are not looked into.",
    )
    schedule = serializers.CharField(
        default=Source.schedule.field.default,
        allow_blank=True,
        max_length=Source.schedule.field.max_length,
        help_text="5m, 2h, 1d, a line of cron in UTC, or empty.",
    )
    strength = serializers.ChoiceField(
        choices=words_of(Strength),
        default=Source.strength.field.default,
        help_text="What shows that a known store is unchanged; listing takes folders or S3, inventory "
        "a source whose discovery is inventory.",
    )
    full_read_days = serializers.IntegerField(
        default=Source.full_read_days.field.default,
        min_value=1,
        max_value=3650,
        help_text="A full read at least so often.",
    )
    moves = serializers.ChoiceField(
        choices=words_of(Moves),
        default=Source.moves.field.default,
        help_text="accept: moves that sampled chunks prove need no person; copies always do.",
    )
    count_days = serializers.IntegerField(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=3650,
        help_text="Chunks are counted after every change and again after so many days; null: "
        "only when somebody asks. By an inventory, or where objects can be listed: folders and S3.",
    )


class SourceShape(Shape):
    """A source: a storage root that is watched."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    options = serializers.DictField()
    credentials = serializers.CharField(help_text="Their name; the values are told to nobody.")
    dataset = serializers.SerializerMethodField()
    dataset_rule = serializers.CharField()
    discovery = serializers.CharField()
    list_url = serializers.CharField()
    include = serializers.ListField(child=serializers.CharField())
    exclude = serializers.ListField(child=serializers.CharField())
    schedule = serializers.CharField()
    strength = serializers.CharField()
    full_read_days = serializers.IntegerField()
    moves = serializers.CharField()
    count_days = serializers.IntegerField(allow_null=True)
    scanned_at = serializers.DateTimeField(allow_null=True)
    next_scan_at = serializers.DateTimeField(allow_null=True)
    links = serializers.SerializerMethodField()

    def get_dataset(self, source: Source) -> str | None:
        """Slug of the dataset that its stores go to."""
        return source.default_dataset.slug if source.default_dataset else None

    @extend_schema_field(SourceLinks)
    def get_links(self, source: Source) -> dict[str, object]:
        """Where the source, its jobs and its scan are."""
        return {
            "self": self.link_to("source", source.id),
            "scan": self.link_to("source-scan", source.id),
            "jobs": self.link_to("jobs") + f"?source={source.id}",
        }
