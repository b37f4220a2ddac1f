"""Search at the level of wells, across all that a viewer may see."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import PAGE_PARAMETERS, PAGING, unknown
from catalog.api.found_pages import page_at, wanted_by
from catalog.api.replicates import (
    NAMED,
    PAGE_OF_REPLICATES,
    replicates_told,
    spot_of,
)
from catalog.api.shapes.annotation_json import annotation_at
from catalog.api.shapes.examples import PAGE_WITH_REPLICATES, PAGE_WITH_WELLS
from catalog.api.shapes.wells import WellShape
from catalog.api.views import SEARCH_ERRORS, Decorator, ReadView, example
from catalog.errors import NotUnderstood
from catalog.queries.controls import controls_on
from catalog.queries.found_pages import FoundPage, found_page, sorted_page
from catalog.queries.hits import Search
from catalog.queries.orderings import ordering_of
from catalog.queries.replicates import replicates_of, replicates_page
from catalog.queries.sorted_hits import SortedHits, has_few
from catalog.queries.time_limit import time_limit
from catalog.queries.wells import wells_at
from catalog.search.rendering import render

PARAMETERS = ("q", "sort", "group", "controls", *PAGING)
REPLICATES = "replicates"
QUERY = OpenApiParameter(
    "q",
    OpenApiTypes.STR,
    description=(
        "A query, such as `gene:TP53 concentration:>=1uM -edge:yes`; empty: every well. "
        "`keys/` tells what can be asked for."
    ),
    examples=[
        OpenApiExample(
            "A gene in some cells", value="gene:TP53 (cell_line:U2OS OR cell_line:HeLa)"
        ),
        OpenApiExample(
            "A compound from a dose on", value="compound:paclitaxel concentration:>=1uM"
        ),
        OpenApiExample(
            "A stain at a pixel size", value="channel:DAPI pixel_size:<0.4 verdict:valid"
        ),
    ],
)
SORT = OpenApiParameter(
    "sort",
    OpenApiTypes.STR,
    description=(
        "By `plate` or by a key of annotation, with a minus before it the greatest first; of "
        "several values of a well the first in the order counts, and wells without one come last. "
        "Left out: by dataset, plate and position."
    ),
    examples=[
        OpenApiExample("Lowest dose first", value="concentration"),
        OpenApiExample("Most cells first", value="-cell_count"),
    ],
)
GROUP = OpenApiParameter(
    "group",
    OpenApiTypes.STR,
    enum=[REPLICATES],
    description=(
        "`replicates`: not the wells, but their conditions, each with the wells of it across "
        "plates; of what finds 20,000 wells at most."
    ),
)
CONTROLS = OpenApiParameter(
    "controls",
    OpenApiTypes.STR,
    enum=["true", "false"],
    description="`true`: name the controls on the plate of each well besides.",
)


class ControlsShape(serializers.Serializer[object]):
    """Labels of the controls on the plate of a well."""

    negative = serializers.ListField(child=serializers.CharField())
    positive = serializers.ListField(child=serializers.CharField())


class FoundWellOut(WellShape):
    """A well, and the controls beside it if they were asked for."""

    controls = ControlsShape(required=False)


PAGE_OF_WELLS = inline_serializer(
    "PageOfFoundWells",
    {
        "results": FoundWellOut(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "count": serializers.IntegerField(help_text="At least so many."),
        "count_is_exact": serializers.BooleanField(),
        "query": serializers.CharField(help_text="As it was understood."),
        "remarks": serializers.ListField(
            child=serializers.CharField(),
            help_text="Synonyms that were used, values that nothing has.",
        ),
    },
)

SEARCHED: Decorator = extend_schema(
    summary="Wells that a query finds",
    tags=["search"],
    parameters=[QUERY, SORT, GROUP, CONTROLS, *PAGE_PARAMETERS],
    responses={
        200: PolymorphicProxySerializer(
            "WellsOrReplicates", [PAGE_OF_WELLS, PAGE_OF_REPLICATES], resource_type_field_name=None
        ),
        **SEARCH_ERRORS,
    },
    examples=[
        *example("Wells, with controls", PAGE_WITH_WELLS),
        *example("Conditions", PAGE_WITH_REPLICATES),
    ],
)


class WellSearch(ReadView):
    """Wells of all plates."""

    @SEARCHED
    def get(self, request: Request) -> Response:
        """The visible wells that a query finds, by dataset, plate and position."""
        text = query_in(request)
        with time_limit():
            search = Search(text, self.viewer)
            asked = self.replicates if is_grouping_asked(request) else self.wells
            told = asked(request, search, text)
        told |= {"query": render(search.query), "remarks": list(search.resolved.remarks)}
        return Response(told)

    def wells(self, request: Request, search: Search, text: str) -> dict[str, object]:
        """A page of wells."""
        viewer = self.viewer
        page = page_in_order(request, search, text)
        count, count_is_exact = search.count()
        plates = sorted({subject.carrier for subject in page.subjects})
        controls = controls_on(viewer, plates) if are_controls_asked(request) else None
        wells = wells_at(viewer, page.subjects)
        context = self.context_for(viewer, {subject.scope for subject in page.subjects})
        context |= annotation_at([spot_of(subject) for subject in page.subjects])
        results = WellShape(wells, many=True, context=context).data
        if controls is not None:
            for well, result in zip(wells, results, strict=True):
                result["controls"] = controls[well.plate.carrier_id]
        return {
            "results": results,
            "next": page_at(request, page.next),
            "previous": page_at(request, page.previous),
            "count": count,
            "count_is_exact": count_is_exact,
        }

    def replicates(self, request: Request, search: Search, text: str) -> dict[str, object]:
        """A page of conditions."""
        grouped = replicates_of(search)
        page = replicates_page(grouped, wanted_by(request, f"{text}&{REPLICATES}"))
        context = self.context_for(self.viewer, {subject.scope for subject in page.named(NAMED)})
        return {
            "results": replicates_told(page, self.viewer, context),
            "next": page_at(request, page.next),
            "previous": page_at(request, page.previous),
            "count": len(grouped.replicates),
            "count_is_exact": True,
            "without_condition": grouped.without,
        }


def page_in_order(request: Request, search: Search, text: str) -> FoundPage:
    """The page that a request asks for, in the order that it asks for."""
    sort = text_in(request, "sort")
    ordering = ordering_of(sort, search.viewer) if sort else None
    if ordering is None:
        return found_page(search, wanted_by(request, text))
    hits = SortedHits(search, ordering, has_few(search))
    return sorted_page(hits, wanted_by(request, f"{text}&{sort}"))


def is_grouping_asked(request: Request) -> bool:
    """Whether conditions are asked for; refused beside what only wells have."""
    said = request.query_params.get("group")
    if said is None:
        return False
    if said != REPLICATES:
        raise NotUnderstood("group", f"'group' is '{REPLICATES}' or left out, not '{said[:40]}'.")
    for name in ("sort", "controls"):
        if name in request.query_params:
            raise NotUnderstood(name, f"'{name}' is about wells; leave it out with 'group'.")
    return True


def are_controls_asked(request: Request) -> bool:
    """Whether controls are to be named; refused if that is not said plainly."""
    said = request.query_params.get("controls", "false")
    if said not in {"true", "false"}:
        raise NotUnderstood("controls", f"'controls' is true or false, not '{said[:40]}'.")
    return said == "true"


def query_in(request: Request) -> str:
    """The text of the query of a request; an unknown parameter is refused."""
    for name in request.query_params:
        if name not in PARAMETERS:
            raise NotUnderstood(name, unknown(name, PARAMETERS))
    return text_in(request, "q")


def text_in(request: Request, name: str) -> str:
    """The text of a parameter, empty if it is left out."""
    text: str = request.query_params.get(name, "")
    if "\x00" in text:
        raise NotUnderstood(name, f"'{name}' holds a character that no text has.")
    return text
