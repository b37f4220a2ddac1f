"""The small shapes that larger ones are made of."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from catalog.queries.dataset_names import NamedDataset


class Shape(serializers.Serializer[object]):
    """A read-only JSON shape; knows the request and the visible datasets of its rows."""

    @property
    def request(self) -> Request:
        """The request that is answered."""
        return cast("Request", self.context["request"])

    @property
    def datasets(self) -> Mapping[int, NamedDataset]:
        """The datasets of the rows at hand, by scope."""
        return cast("Mapping[int, NamedDataset]", self.context["datasets"])

    def link_to(self, route: str, *arguments: object) -> str:
        """The absolute URL of a route of this API."""
        return f"{self.base}{reverse(f'api:{route}', args=arguments)}"

    @cached_property
    def base(self) -> str:
        """Where this server is, as who asks calls it: the beginning of all links of a page."""
        return self.request.build_absolute_uri("/").rstrip("/")

    def dataset_named(self, scope: int) -> dict[str, object]:
        """The dataset of a scope as rows name it."""
        dataset = self.datasets[scope]
        return {"id": str(dataset.id), "slug": dataset.slug}


class DatasetName(serializers.Serializer[object]):
    """How a row names its dataset."""

    id = serializers.UUIDField()
    slug = serializers.CharField()


class PlateName(serializers.Serializer[object]):
    """How a row names its plate."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class AxisShape(serializers.Serializer[object]):
    """One axis of an image."""

    name = serializers.CharField()
    type = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)


class WindowShape(serializers.Serializer[object]):
    """The contrast window of a channel: shown from start to end, possible from min to max."""

    start = serializers.FloatField(allow_null=True)
    end = serializers.FloatField(allow_null=True)
    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)


class TableShape(serializers.Serializer[object]):
    """A table beside an image, and of which type it says to be."""

    name = serializers.CharField()
    type = serializers.CharField(allow_null=True)


class ChannelShape(serializers.Serializer[object]):
    """One channel; the colour is six hex digits."""

    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    color = serializers.CharField(allow_null=True)
    window = WindowShape()
    active = serializers.BooleanField(allow_null=True)


class PixelSize(serializers.Serializer[object]):
    """The size of a pixel of the largest level."""

    x = serializers.FloatField(allow_null=True)
    y = serializers.FloatField(allow_null=True)
    z = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
