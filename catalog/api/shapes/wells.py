from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION, Annotation, annotation_told
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from plates.models import Plate, Well


class WellLinks(serializers.Serializer[object]):
    """Where a well's rows are."""

    self = serializers.URLField()
    fields = serializers.URLField()  # type: ignore[assignment]
    plate = serializers.URLField()


class WellShape(Shape):
    """A well of a plate; row and column count from 0."""

    plate = serializers.SerializerMethodField()
    dataset = serializers.SerializerMethodField()
    label = serializers.CharField()  # type: ignore[assignment]
    row = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField(help_text="Row-major from 0.")
    present = serializers.BooleanField(help_text="False: listed, but no store has it.")
    annotation = serializers.SerializerMethodField()
    fields = serializers.IntegerField(source="field_count")  # type: ignore[assignment]
    links = serializers.SerializerMethodField()

    @property
    def of(self) -> Plate:
        """The plate whose wells are told."""
        return cast("Plate", self.context["plate"])

    @extend_schema_field(PlateName)
    def get_plate(self, well: Well) -> dict[str, object]:
        """The plate that the well is of."""
        return {"id": str(self.of.id), "name": self.of.name}

    @extend_schema_field(DatasetName)
    def get_dataset(self, well: Well) -> dict[str, object]:
        """The dataset that the plate belongs to."""
        return self.dataset_named(self.of.scope)

    @extend_schema_field(ANNOTATION)
    def get_annotation(self, well: Well) -> dict[str, object]:
        """What is in the well, by key, and which file, row and column says so."""
        annotation = cast("Annotation", self.context["annotation"])
        return annotation_told(annotation, (self.of.carrier_id, well.position))

    @extend_schema_field(WellLinks)
    def get_links(self, well: Well) -> dict[str, object]:
        """Where the well's rows are."""
        return {
            "self": self.link_to("well", self.of.id, well.label),
            "fields": self.link_to("well-fields", self.of.id, well.label),
            "plate": self.link_to("plate", self.of.id),
        }
