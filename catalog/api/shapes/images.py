from typing import cast

from rest_framework import serializers

from catalog.api.shapes.annotation import ANNOTATION
from catalog.api.shapes.annotation_json import AnnotationJson
from catalog.api.shapes.layouts import layout_told
from catalog.api.shapes.parts import (
    AxisShape,
    ChannelShape,
    DatasetName,
    PixelSize,
    Shape,
    TableShape,
)
from plates.models import Image
from plates.queries.annotation import Spot
from plates.queries.places import place_of


class ImageLinks(serializers.Serializer[object]):
    """Where an image and its store are."""

    self = serializers.URLField()
    open = serializers.URLField(help_text="Viewers, snippets and addresses that open it.")
    store = serializers.URLField()
    thumbnail = serializers.URLField()
    picture = serializers.URLField()


class ImageOut(serializers.Serializer[object]):
    """An image that is no field of a plate."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    dataset = DatasetName()
    store = serializers.UUIDField()
    path = serializers.CharField(help_text="In the store; empty: the store's root.")
    url = serializers.CharField()
    present = serializers.BooleanField()
    axes = AxisShape(many=True)
    shape = serializers.ListField(child=serializers.IntegerField())
    dtype = serializers.CharField(allow_null=True)
    pixel_size = PixelSize()
    levels = serializers.IntegerField()
    channels = ChannelShape(many=True)
    labels = serializers.ListField(child=serializers.CharField())
    tables = TableShape(many=True)
    annotation = ANNOTATION
    links = ImageLinks()


class ImageShape(Shape):
    """Renders an image as ImageOut declares it."""

    def to_representation(self, image: Image) -> dict[str, object]:  # type: ignore[override]
        """The image in the words of the contract."""
        return {
            "id": str(image.id),
            "name": image.name,
            "dataset": self.dataset_named(image.scope),
            "store": str(image.store.id),
            "path": image.path,
            "url": "/".join(filter(None, [place_of(image.store).rstrip("/"), image.path])),
            "present": image.present,
            **layout_told(image.layout),
            "annotation": cast("AnnotationJson", self.context["annotation"]).at(spot_of(image)),
            "links": {
                "self": self.link_to("image", image.id),
                "open": self.link_to("image-links", image.id),
                "store": self.link_to("store", image.store.id),
                "thumbnail": self.link_to("image-thumbnail", image.id),
                "picture": self.link_to("image-picture", image.id),
            },
        }


def spot_of(image: Image) -> Spot:
    """Where an image stands on its store's carrier; nowhere if that has none."""
    return (image.store.carrier_id or 0, image.position)
