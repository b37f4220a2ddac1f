from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.parts import DatasetName, Shape
from catalog.models import Dataset


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
    visibility = serializers.CharField()
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

    @extend_schema_field(DatasetLinks)
    def get_links(self, dataset: Dataset) -> dict[str, object]:
        """Where the dataset's rows are."""
        within = f"?dataset={dataset.slug}"
        return {
            "self": self.link_to("dataset", dataset.id),
            "plates": self.link_to("plates") + within,
            "stores": self.link_to("stores") + within,
            "images": self.link_to("images") + within,
        }


class WholeDatasetShape(DatasetShape):
    """A dataset with all that stands around it."""

    people = PersonShape(many=True)
    publications = PublicationShape(many=True)
    funding = FundingShape(many=True)
    external_ids = ExternalIdShape(many=True)
