import csv
from dataclasses import asdict

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
from catalog.api.pages import LIMIT
from catalog.api.views import SEARCH_ERRORS, Decorator, ReadView
from catalog.api.wells import QUERY
from catalog.errors import NotUnderstood
from catalog.queries.facet_fields import BUILT_IN, MOST_KEYS, USUAL
from catalog.queries.facets import DEFAULT_LIMIT, FoundFacet, facets_of
from catalog.search.fields import FieldKind
from catalog.search.rendering import render
from plates.states import CarrierKind

PARAMETERS = ("q", "keys", "of", "limit")
KINDS = {"wells": CarrierKind.PLATE, "images": CarrierKind.IMAGES}
LARGEST_LIMIT = 100
LONGEST_KEYS = 4_000


class FacetValueShape(serializers.Serializer[object]):
    """A value that some of what was found has."""

    value = serializers.CharField()
    count = serializers.IntegerField(help_text="How many have it, each counted once.")
    query = serializers.CharField(help_text="The query that finds these: `q` with this value.")


class FacetShape(serializers.Serializer[object]):
    """The values of a field among what was found."""

    name = serializers.CharField(help_text="As it stands before the colon.")
    title = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in FieldKind])
    values = FacetValueShape(many=True, help_text="The most frequent first.")
    more = serializers.BooleanField(help_text="There are values beside these.")
    without = serializers.IntegerField(
        allow_null=True, help_text="How many have no value; null where that is not counted."
    )
    exact = serializers.BooleanField(help_text="False: frequent values may be missing.")


FACETS: Decorator = extend_schema(
    summary="Values of what a query finds, with counts",
    tags=["search"],
    parameters=[
        QUERY,
        OpenApiParameter(
            "keys",
            OpenApiTypes.STR,
            description=(
                f"Fields, with commas between them, up to {MOST_KEYS}; one that has a comma in "
                "quotes. Any key of annotation whose values are words or quantities, and "
                f"{', '.join(f'`{name}`' for name in BUILT_IN)}. If left out, as far as there is "
                f"anything of them: {', '.join(f'`{name}`' for name in USUAL)}."
            ),
            examples=[
                OpenApiExample("Cells and controls", value="cell_line,control_type"),
                OpenApiExample("Doses", value="concentration"),
            ],
        ),
        OpenApiParameter(
            "of", OpenApiTypes.STR, enum=list(KINDS), description="What is counted; wells."
        ),
        OpenApiParameter(
            "limit",
            OpenApiTypes.INT,
            description=f"Values of a field at most, 1 to {LARGEST_LIMIT}; {DEFAULT_LIMIT}.",
        ),
    ],
    responses={
        200: inline_serializer(
            "Facets",
            {
                "results": FacetShape(many=True),
                "next": serializers.URLField(allow_null=True, help_text="Always null."),
                "previous": serializers.URLField(allow_null=True, help_text="Always null."),
                "count": serializers.IntegerField(help_text="Fields."),
                "count_is_exact": serializers.BooleanField(help_text="Always true."),
                "subjects": serializers.IntegerField(
                    help_text="How many wells, or images, the query finds; exact."
                ),
                "query": serializers.CharField(help_text="As it was understood."),
                "remarks": serializers.ListField(
                    child=serializers.CharField(),
                    help_text="Synonyms that were used, values that nothing has.",
                ),
            },
        ),
        **SEARCH_ERRORS,
    },
    examples=[
        OpenApiExample(
            "Doses of a compound",
            response_only=True,
            value={
                "results": [
                    {
                        "name": "concentration",
                        "title": "Concentration",
                        "kind": "number",
                        "values": [
                            {
                                "value": "1 uM",
                                "count": 96,
                                "query": 'compound:taxol concentration:"1 uM"',
                            }
                        ],
                        "more": False,
                        "without": None,
                        "exact": True,
                    }
                ],
                "next": None,
                "previous": None,
                "count": 1,
                "count_is_exact": True,
                "subjects": 96,
                "query": "compound:taxol",
                "remarks": [],
            },
        )
    ],
)


class FacetList(ReadView):
    """The values of what a query finds."""

    @FACETS
    def get(self, request: Request) -> Response:
        """How many of the visible wells or images that a query finds have which values."""
        asked = {name: parameter(request, name) for name in request.query_params}
        found = facets_of(
            asked.get("q", ""),
            names_in(asked.get("keys", "")),
            viewer=self.viewer,
            kind=kind_of(asked.get("of", "wells")),
            limit=limit_of(asked.get("limit", str(DEFAULT_LIMIT))),
        )
        return Response(
            {
                "results": [facet_told(facet) for facet in found.facets],
                "next": None,
                "previous": None,
                "count": len(found.facets),
                "count_is_exact": True,
                "subjects": found.subjects,
                "query": render(found.query),
                "remarks": list(found.remarks),
            }
        )


def facet_told(facet: FoundFacet) -> dict[str, object]:
    """A facet as JSON."""
    return {
        "name": facet.name,
        "title": facet.title,
        "kind": facet.kind,
        "values": [asdict(value) for value in facet.values],
        "more": facet.more,
        "without": facet.without,
        "exact": facet.is_exact,
    }


def parameter(request: Request, name: str) -> str:
    """The text of a parameter that there is here."""
    if name not in PARAMETERS:
        raise NotUnderstood(name, unknown(name, PARAMETERS))
    text: str = request.query_params[name]
    if "\x00" in text:
        raise NotUnderstood(name, f"'{name}' holds a character that no text has.")
    return text


def names_in(text: str) -> list[str]:
    """The names in a list with commas between them; a name may stand in quotes."""
    if len(text) > LONGEST_KEYS:
        raise NotUnderstood("keys", f"'keys' is longer than {LONGEST_KEYS:,} characters.")
    lines = csv.reader([text.replace("\r", " ").replace("\n", " ")], skipinitialspace=True)
    return [name.strip() for line in lines for name in line if name.strip()]


def kind_of(text: str) -> CarrierKind:
    """What is counted."""
    if text not in KINDS:
        raise NotUnderstood("of", f"'of' is one of {', '.join(KINDS)}, not '{text[:40]}'.")
    return KINDS[text]


def limit_of(text: str) -> int:
    """How many values of a field are wanted."""
    if not LIMIT.fullmatch(text) or int(text) > LARGEST_LIMIT:
        raise NotUnderstood("limit", f"'limit' is a number from 1 to {LARGEST_LIMIT}.")
    return int(text)
