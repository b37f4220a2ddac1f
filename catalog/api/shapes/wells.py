from typing import Final, cast
from urllib.parse import quote
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION
from catalog.api.shapes.annotation_json import AnnotationJson
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from plates.models import Plate, Well

NIL: Final = UUID(int=0)
IN_PATHS: Final = "!$&'()*+,;=/~:@"
"""What Django leaves as it is in a path."""


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
    def get_annotation(self, well: Well) -> msgspec.Raw:
        """What is in the well, by key, and which file, row and column says so."""
        annotation = cast("AnnotationJson", self.context["annotation"])
        return annotation.at((self.of(well).carrier_id, well.position))

    @extend_schema_field(WellLinks)
    def get_links(self, well: Well) -> dict[str, object]:
        """Where the well's rows are."""
        plate = self.url_of(self.of(well))
        here = f"{plate}wells/{quote(well.label, safe=IN_PATHS)}/"
        return {
            "self": here,
            "open": f"{here}links/",
            "fields": f"{here}fields/",
            "plate": plate,
        }

    def url_of(self, plate: Plate) -> str:
        """Where a plate is; a page has a hundred of them, which differ by the id alone."""
        context = cast("dict[str, tuple[str, str]]", self.context)
        if "plate_url" not in context:
            before, _, behind = self.link_to("plate", NIL).partition(str(NIL))
            context["plate_url"] = before, behind
        before, behind = context["plate_url"]
        return f"{before}{plate.id}{behind}"

    def to_representation(self, well: Well) -> dict[str, object]:  # type: ignore[override]
        """The well as the fields declare it, without asking each of them."""
        return {
            "plate": self.get_plate(well),
            "dataset": self.get_dataset(well),
            "label": well.label,
            "row": well.row,
            "column": well.column,
            "position": well.position,
            "present": well.present,
            "annotation": self.get_annotation(well),
            "fields": well.field_count,  # type: ignore[attr-defined]
            "links": self.get_links(well),
        }
