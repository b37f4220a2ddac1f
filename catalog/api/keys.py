from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import PAGE_PARAMETERS, condition_of
from catalog.api.numbered_pages import numbered_page, page_of_shapes
from catalog.api.views import LIST_ERRORS, Decorator, ReadView
from catalog.queries.keys import ANNOTATION, searchable_keys
from catalog.search.fields import About, FieldKind


class SearchableKeyShape(serializers.Serializer[object]):
    """A field of the query language."""

    name = serializers.CharField(help_text="As it stands before the colon; quote one with blanks.")
    title = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in FieldKind])
    about = serializers.ChoiceField([*(about.value for about in About), ANNOTATION])
    help = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(
        allow_blank=True, help_text="In which numbers are kept; others of its kind are converted."
    )
    choices = serializers.ListField(child=serializers.CharField())
    example = serializers.CharField()


KEYS: Decorator = extend_schema(
    summary="What can be searched",
    tags=["search"],
    parameters=PAGE_PARAMETERS,
    responses={200: page_of_shapes("PageOfKeys", SearchableKeyShape(many=True)), **LIST_ERRORS},
)


class KeyList(ReadView):
    """The fields of the query language."""

    @KEYS
    def get(self, request: Request) -> Response:
        """The built-in fields, then the keys of visible annotation by name."""
        viewer = self.viewer
        condition_of(request, (), viewer)
        return numbered_page(request, searchable_keys(viewer), asdict)
