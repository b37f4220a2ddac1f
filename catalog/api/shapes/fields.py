from collections.abc import Sequence

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.api.shapes.layouts import layout_told
from catalog.api.shapes.parts import AxisShape, ChannelShape, PixelSize, Shape, TableShape
from plates.models import Field
from plates.queries.places import place_of


class FieldLinks(serializers.Serializer[object]):
    """Where a field and its well are."""

    self = serializers.URLField()
    open = serializers.URLField(help_text="Viewers, snippets and addresses that open it.")
    well = serializers.URLField(allow_null=True)
    store = serializers.URLField()
    thumbnail = serializers.URLField()
    picture = serializers.URLField()


class FieldOut(serializers.Serializer[object]):
    """A field of view: where it lies, how large it is, what its channels are."""

    store = serializers.UUIDField()
    path = serializers.CharField()
    url = serializers.CharField()
    well = serializers.CharField(help_text="Label of the well.")
    acquisition = serializers.IntegerField(allow_null=True)
    present = serializers.BooleanField(help_text="False: listed, but its document is not there.")
    axes = AxisShape(many=True)
    shape = serializers.ListField(child=serializers.IntegerField())
    dtype = serializers.CharField(allow_null=True)
    pixel_size = PixelSize()
    translation = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    levels = serializers.IntegerField()
    channels = ChannelShape(many=True)
    labels = serializers.ListField(child=serializers.CharField())
    tables = TableShape(many=True)
    links = FieldLinks()


@extend_schema_field(FieldOut)
class FieldShape(Shape):
    """Renders a field as FieldOut declares it."""

    def to_representation(self, field: Field) -> dict[str, object]:  # type: ignore[override]
        """The field in the words of the contract."""
        return {
            "store": str(field.store.id),
            "path": field.path,
            "url": f"{place_of(field.store).rstrip('/')}/{field.path}",
            "well": field.well.label,
            "acquisition": field.acquisition.number if field.acquisition else None,
            "present": field.present,
            **layout_told(field.layout),
            "translation": translation_of(field),
            "links": self.links_of(field),
        }

    def links_of(self, field: Field) -> dict[str, object]:
        """Where the field and its well are."""
        plate = field.store.plate
        return {
            "self": self.link_to("store-field", field.store.id, field.path),
            "open": self.link_to("field-links", field.store.id, field.path),
            "well": self.link_to("well", plate.id, field.well.label) if plate else None,
            "store": self.link_to("store", field.store.id),
            "thumbnail": self.link_to("store-field-thumbnail", field.store.id, field.path),
            "picture": self.link_to("store-field-picture", field.store.id, field.path),
        }


def translation_of(field: Field) -> list[float] | None:
    """Where the field lies, a number for each axis; axes that are not of space stand at 0."""
    place = {"x": field.x, "y": field.y, "z": field.z}
    if field.layout is None or all(value is None for value in place.values()):
        return None
    axes: Sequence[dict[str, str]] = field.layout.axes
    return [place.get(axis["name"]) or 0.0 for axis in axes]
