from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.datasets import WithdrawalShape, withdrawal_of
from catalog.api.shapes.parts import DatasetName, Shape
from catalog.models import Version
from catalog.queries.versions import may_have_files


class VersionFileShape(serializers.Serializer[object]):
    """A file of a version."""

    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True, help_text="Null: it is no table.")
    url = serializers.URLField()


class VersionLinks(serializers.Serializer[object]):
    """Where a version, its manifest and its dataset are."""

    self = serializers.URLField()
    dataset = serializers.URLField()
    manifest = serializers.URLField()
    diff = serializers.URLField(help_text="Against the version before; ?from=N for another.")


class VersionShape(Shape):
    """What a dataset was when it was published; of a withdrawn one, that it was there."""

    id = serializers.UUIDField()
    dataset = serializers.SerializerMethodField()
    number = serializers.IntegerField()
    title = serializers.SerializerMethodField()
    doi = serializers.SerializerMethodField()
    digest = serializers.CharField(help_text="SHA-256 of its manifest.")
    published_at = serializers.DateTimeField()
    withdrawn = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    def is_whole(self, version: Version) -> bool:
        """Whether all of a version is told to who asks."""
        return may_have_files(self.request.user, version)

    @extend_schema_field(DatasetName)
    def get_dataset(self, version: Version) -> dict[str, object]:
        """The dataset that it is a version of."""
        return self.dataset_named(version.dataset_id)

    def get_title(self, version: Version) -> str:
        """What the dataset was called then."""
        return str(version.metadata.get("title", ""))

    def get_doi(self, version: Version) -> str:
        """The DOI that the dataset had then."""
        return str(version.metadata.get("doi", ""))

    @extend_schema_field(WithdrawalShape(allow_null=True))
    def get_withdrawn(self, version: Version) -> dict[str, object] | None:
        """When and why it was withdrawn, by itself or with its dataset."""
        return withdrawal_of(version) or withdrawal_of(version.dataset)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, version: Version) -> dict[str, int]:
        """How many stores, plates, wells, annotated wells, fields and images it holds."""
        return cast("dict[str, int]", version.counts) if self.is_whole(version) else {}

    @extend_schema_field(VersionFileShape(many=True))
    def get_files(self, version: Version) -> list[dict[str, object]]:
        """Its files, the manifest last; none of a withdrawn one, but for publishers."""
        if not self.is_whole(version):
            return []
        return [
            {
                **told,
                "url": self.link_to(*self.route("dataset-version-file", version), told["name"]),
            }
            for told in version.files
        ]

    @extend_schema_field(VersionLinks)
    def get_links(self, version: Version) -> dict[str, object]:
        """Where a version, its manifest and its dataset are."""
        return {
            "self": self.link_to(*self.route("dataset-version", version)),
            "dataset": self.link_to("dataset", version.dataset.id),
            "manifest": self.link_to(*self.route("dataset-version-file", version), "manifest.json"),
            "diff": self.link_to(*self.route("dataset-version-diff", version)),
        }

    def route(self, name: str, version: Version) -> tuple[str, object, object]:
        """A route of a version with what stands in it."""
        return name, version.dataset.id, version.number


class WholeVersionShape(VersionShape):
    """A version with what its dataset said of itself."""

    metadata = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField())
    def get_metadata(self, version: Version) -> dict[str, object]:
        """What the dataset said of itself, as its manifest has it; empty of a withdrawn one."""
        return cast("dict[str, object]", version.metadata) if self.is_whole(version) else {}
