from collections.abc import Mapping
from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import DatasetName, Shape
from catalog.models import Dataset, Version
from catalog.words import DatasetState

STATES = f"One of {', '.join(DatasetState)}."


class PersonShape(serializers.Serializer[object]):
    """Somebody who made a dataset."""

    name = serializers.CharField()
    role = serializers.CharField()
    affiliation = serializers.CharField()
    orcid = serializers.CharField()


class PublicationShape(serializers.Serializer[object]):
    """A text that reports on a dataset."""

    title = serializers.CharField()
    authors = serializers.CharField()
    doi = serializers.CharField()
    pubmed = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)


class FundingShape(serializers.Serializer[object]):
    """Who paid for a dataset."""

    funder = serializers.CharField()
    award = serializers.CharField()


class ExternalIdShape(serializers.Serializer[object]):
    """A name that another archive gave a dataset."""

    kind = serializers.CharField()
    value = serializers.CharField()
    url = serializers.CharField()


class DatasetLinks(serializers.Serializer[object]):
    """Where a dataset's rows are."""

    self = serializers.URLField()
    plates = serializers.URLField()
    stores = serializers.URLField()
    images = serializers.URLField()
    versions = serializers.URLField()


class WithdrawalShape(serializers.Serializer[object]):
    """When and why something was withdrawn."""

    at = serializers.DateTimeField()
    reason = serializers.CharField()


class DatasetShape(Shape):
    """A dataset as lists tell it."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    licence = serializers.CharField()
    organisms = serializers.ListField(child=serializers.CharField())
    methods = serializers.ListField(child=serializers.CharField())
    keywords = serializers.ListField(child=serializers.CharField())
    doi = serializers.CharField()
    visibility = serializers.CharField(help_text="Who sees it while it is not open to all.")
    state = serializers.CharField(help_text=STATES)
    next_state = serializers.CharField(
        help_text="Of the next version, beside those that are published: draft or in_review."
    )
    is_open = serializers.BooleanField(help_text="Everybody sees what it holds.")
    embargo_until = serializers.DateField(
        allow_null=True, help_text="The last day (UTC) on which it is closed."
    )
    published_at = serializers.DateTimeField(allow_null=True)
    latest_version = serializers.SerializerMethodField(
        help_text="The number of the newest one that was not withdrawn."
    )
    withdrawn = serializers.SerializerMethodField()
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(DatasetName(allow_null=True))
    def get_parent(self, dataset: Dataset) -> dict[str, object] | None:
        """The parent, for those who may see it."""
        if dataset.parent_id is None or dataset.parent_id not in self.datasets:
            return None
        return self.dataset_named(dataset.parent_id)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_latest_version(self, dataset: Dataset) -> int | None:
        """The number of the version to cite."""
        latest = cast("Mapping[int, int]", self.context["latest"])
        return latest.get(dataset.pk)

    @extend_schema_field(WithdrawalShape(allow_null=True))
    def get_withdrawn(self, dataset: Dataset) -> dict[str, object] | None:
        """When and why it was withdrawn."""
        return withdrawal_of(dataset)

    @extend_schema_field(DatasetLinks)
    def get_links(self, dataset: Dataset) -> dict[str, object]:
        """Where the dataset's rows are."""
        within = f"?dataset={dataset.slug}"
        return {
            "self": self.link_to("dataset", dataset.id),
            "plates": self.link_to("plates") + within,
            "stores": self.link_to("stores") + within,
            "images": self.link_to("images") + within,
            "versions": self.link_to("dataset-versions", dataset.id),
        }


class WholeDatasetShape(DatasetShape):
    """A dataset with all that stands around it."""

    people = PersonShape(many=True)
    publications = PublicationShape(many=True)
    funding = FundingShape(many=True)
    external_ids = ExternalIdShape(many=True)


class TombstoneLinks(serializers.Serializer[object]):
    """Where the tombstones of a dataset and its versions are."""

    self = serializers.URLField()
    versions = serializers.URLField()


class TombstoneShape(Shape):
    """What is told of a dataset that was withdrawn: that it was there."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    doi = serializers.CharField()
    state = serializers.CharField(help_text=STATES)
    published_at = serializers.DateTimeField()
    tombstone = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(WithdrawalShape)
    def get_tombstone(self, dataset: Dataset) -> dict[str, object] | None:
        """When and why it was withdrawn."""
        return withdrawal_of(dataset)

    @extend_schema_field(TombstoneLinks)
    def get_links(self, dataset: Dataset) -> dict[str, object]:
        """Where the tombstones are."""
        return {
            "self": self.link_to("dataset", dataset.id),
            "versions": self.link_to("dataset-versions", dataset.id),
        }


def withdrawal_of(thing: Dataset | Version) -> dict[str, object] | None:
    """When and why a dataset or version was withdrawn; None if it was not."""
    if thing.withdrawn_at is None:
        return None
    at = serializers.DateTimeField().to_representation(thing.withdrawn_at)
    return {"at": at, "reason": thing.withdrawn_reason}
