from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import unknown
from catalog.api.pages import limit_of
from catalog.api.views import SEARCH_ERRORS, Decorator, ReadView
from catalog.errors import NotUnderstood
from catalog.queries.terms import terms_of

PARAMETERS = ("key", "prefix", "limit")


class TermShape(serializers.Serializer[object]):
    """A value of a field."""

    value = serializers.CharField()
    count = serializers.IntegerField(
        allow_null=True,
        help_text=(
            "Visible wells and images that have it, twice where in two spellings; null if not "
            "counted."
        ),
    )


TERMS: Decorator = extend_schema(
    summary="Values that begin so",
    tags=["search"],
    parameters=[
        OpenApiParameter(
            "key",
            OpenApiTypes.STR,
            required=True,
            description="A field of the query language, in any spelling; `keys/` lists them.",
            examples=[OpenApiExample("Cells", value="cell_line")],
        ),
        OpenApiParameter("prefix", OpenApiTypes.STR, description="What was written so far."),
        OpenApiParameter("limit", OpenApiTypes.INT, description="Values at most, 1 to 1000."),
    ],
    responses={
        200: inline_serializer(
            "Terms",
            {
                "results": TermShape(many=True),
                "next": serializers.URLField(allow_null=True, help_text="Always null."),
                "previous": serializers.URLField(allow_null=True, help_text="Always null."),
                "count": serializers.IntegerField(help_text="At least so many."),
                "count_is_exact": serializers.BooleanField(),
            },
        ),
        **SEARCH_ERRORS,
    },
)


class TermList(ReadView):
    """The values of a field of the query language."""

    @TERMS
    def get(self, request: Request) -> Response:
        """The visible values of a field that begin so, the most frequent first."""
        asked = {name: parameter(request, name) for name in request.query_params}
        if not asked.get("key"):
            raise NotUnderstood("key", "Name the field in 'key'; keys/ lists what there is.")
        found = terms_of(
            asked["key"],
            prefix=asked.get("prefix", ""),
            viewer=self.viewer,
            limit=limit_of(request),
        )
        return Response(
            {
                "results": [{"value": term.value, "count": term.subjects} for term in found.terms],
                "next": None,
                "previous": None,
                "count": len(found.terms),
                "count_is_exact": not found.more,
            }
        )


def parameter(request: Request, name: str) -> str:
    """The text of a parameter that there is here."""
    if name not in PARAMETERS:
        raise NotUnderstood(name, unknown(name, PARAMETERS))
    text: str = request.query_params[name]
    if "\x00" in text:
        raise NotUnderstood(name, f"'{name}' holds a character that no text has.")
    return text
