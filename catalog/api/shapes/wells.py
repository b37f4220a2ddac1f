from typing import cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION, Annotation, annotation_told
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from plates.models import Plate, Well


class WellLinks(serializers.Serializer[object]):
    """Where a well's rows are."""

    self = serializers.URLField()
    open = serializers.URLField(help_text="Viewers, snippets and addresses that open it.")
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

    def of(self, well: Well) -> Plate:
        """The plate of a well: the one whose wells are told, or each its own."""
        return cast("Plate", self.context.get("plate") or well.plate)

    @extend_schema_field(PlateName)
    def get_plate(self, well: Well) -> dict[str, object]:
        """The plate that the well is of."""
        plate = self.of(well)
        return {"id": str(plate.id), "name": plate.name}

    @extend_schema_field(DatasetName)
    def get_dataset(self, well: Well) -> dict[str, object]:
        """The dataset that the plate belongs to."""
        return self.dataset_named(self.of(well).scope)

    @extend_schema_field(ANNOTATION)
    def get_annotation(self, well: Well) -> dict[str, object]:
        """What is in the well, by key, and which file, row and column says so."""
        annotation = cast("Annotation", self.context["annotation"])
        return annotation_told(annotation, (self.of(well).carrier_id, well.position))

    @extend_schema_field(WellLinks)
    def get_links(self, well: Well) -> dict[str, object]:
        """Where the well's rows are."""
        plate = self.of(well)
        return {
            "self": self.link_to("well", plate.id, well.label),
            "open": self.link_to("well-links", plate.id, well.label),
            "fields": self.link_to("well-fields", plate.id, well.label),
            "plate": self.link_to("plate", plate.id),
        }
