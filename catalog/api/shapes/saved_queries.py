from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from catalog.api.shapes.parts import Shape
from catalog.models import SavedQuery
from catalog.words import Sought


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A dose response",
            value={"q": "compound:taxol concentration:>=1uM", "title": "Taxol, high"},
            request_only=True,
        )
    ]
)
class SavedQueryWish(serializers.Serializer[object]):
    """A query that is to be saved."""

    q = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        help_text="In the query language; empty: everything.",
    )
    of = serializers.ChoiceField(
        choices=[word.value for word in Sought], default=Sought.WELLS.value
    )
    title = serializers.CharField(allow_blank=True, default="", max_length=120)


class SavedQueryShape(Shape):
    """A saved query; who saved it is not told."""

    token = serializers.CharField()
    q = serializers.CharField(source="text")
    of = serializers.ChoiceField(choices=[word.value for word in Sought])
    title = serializers.CharField()
    is_yours = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField(help_text="The short address, for people.")
    search = serializers.SerializerMethodField(help_text="What it finds, for programs.")

    def get_is_yours(self, saved: SavedQuery) -> bool:
        """Whether who asks has saved it."""
        return saved.owner_id == self.request.user.pk

    def get_url(self, saved: SavedQuery) -> str:
        """The short address."""
        return self.request.build_absolute_uri(reverse("portal:saved", args=[saved.token]))

    def get_search(self, saved: SavedQuery) -> str:
        """The list that it is of."""
        return f"{self.link_to(saved.of)}?{urlencode({'q': saved.text})}"
