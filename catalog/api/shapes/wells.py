from functools import cached_property
from typing import Final, NamedTuple, cast
from urllib.parse import quote
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION
from catalog.api.shapes.annotation_json import AnnotationJson
from catalog.api.shapes.parts import DatasetName, PlateName, Shape
from catalog.queries.wells import WellRow
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


class PlateParts(NamedTuple):
    """What is the same of all wells of a plate: a page has a hundred wells, often of one."""

    carrier: int
    scope: int
    plate: dict[str, object]
    url: str


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

    @extend_schema_field(PlateName)
    def get_plate(self, well: Well | WellRow) -> dict[str, object]:
        """The plate that the well is of."""
        return self.parts_for(well).plate

    @extend_schema_field(DatasetName)
    def get_dataset(self, well: Well | WellRow) -> dict[str, object]:
        """The dataset that the plate belongs to."""
        return self.dataset_named(self.parts_for(well).scope)

    @extend_schema_field(ANNOTATION)
    def get_annotation(self, well: Well | WellRow) -> msgspec.Raw:
        """What is in the well, by key, and which file, row and column says so."""
        return self.said.at((self.parts_for(well).carrier, well.position))

    @extend_schema_field(WellLinks)
    def get_links(self, well: Well | WellRow) -> dict[str, object]:
        """Where the well's rows are."""
        plate = self.parts_for(well).url
        here = f"{plate}wells/{quote(well.label, safe=IN_PATHS)}/"
        return {
            "self": here,
            "open": f"{here}links/",
            "fields": f"{here}fields/",
            "plate": plate,
        }

    @cached_property
    def said(self) -> AnnotationJson:
        """What plate maps say of all wells of the page."""
        return cast("AnnotationJson", self.context["annotation"])

    @cached_property
    def whole_plate(self) -> Plate | None:
        """The plate whose wells are told; None if each is told with its own."""
        return cast("Plate | None", self.context.get("plate"))

    @cached_property
    def url_around(self) -> tuple[str, str]:
        """What stands before and behind the id of a plate in its address."""
        before, _, behind = self.link_to("plate", NIL).partition(str(NIL))
        return before, behind

    def parts_for(self, well: Well | WellRow) -> PlateParts:
        """What the plate of a well says of it: the one whose wells are told, or each its own."""
        plate = self.whole_plate or well.plate
        parts = self.plates.get(plate.serial)
        if parts is None:
            before, behind = self.url_around
            told: dict[str, object] = {"id": str(plate.id), "name": plate.name}
            url = f"{before}{plate.id}{behind}"
            parts = PlateParts(plate.carrier_id, plate.scope, told, url)
            self.plates[plate.serial] = parts
        return parts

    @cached_property
    def plates(self) -> dict[int, PlateParts]:
        """What was told of plates so far, by their numbers."""
        return {}

    def to_representation(self, well: Well | WellRow) -> dict[str, object]:  # type: ignore[override]
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
            "fields": well.field_count,  # type: ignore[union-attr]
            "links": self.get_links(well),
        }
