from django.db.models import Q
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import by_dataset
from catalog.api.feeds import feed_of
from catalog.api.filters import PAGE_PARAMETERS, Filter, by_id, condition_of, exact, words_of
from catalog.api.shapes.changes import ChangeShape
from catalog.api.views import LIST_ERRORS, Decorator, ReadView, scopes_of
from catalog.errors import NotUnderstood
from catalog.models import Change
from catalog.queries.visible import Viewer
from catalog.words import ChangeVerb


def since(value: str, viewer: Viewer) -> Q:
    """Changes from a moment on.

    They were written in the order of their serials, so the first serial is found by time and the
    feed read from there.
    """
    moment = moment_of(value)
    first = Change.objects.filter(at__gte=moment).order_by("at", "serial").values("serial")[:1]
    return Q(serial__gte=first)


def moment_of(value: str) -> object:
    """The moment that a text names; refused without a zone."""
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotUnderstood("since", NO_MOMENT)
    return moment


NO_MOMENT = "'since' is a moment with its zone, for example 2026-11-25T08:00:00Z."

FILTERS = (
    Filter("dataset", by_dataset("dataset"), "In the dataset with this slug or id."),
    Filter("store", by_id("store__id"), "Of the store with this id."),
    Filter("verb", exact("verb"), "Of this kind.", words_of(ChangeVerb)),
    Filter("since", since, "From this moment on, for example 2026-11-25T08:00:00Z."),
)
PARAMETERS = [
    *(one for one in PAGE_PARAMETERS if one.name != "cursor"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From `cursor` of an answer."),
    *(one.parameter() for one in FILTERS),
]
FEED: Decorator = extend_schema(
    summary="The feed of changes",
    tags=["changes"],
    operation_id="changes_list",
    parameters=PARAMETERS,
    responses={
        200: inline_serializer(
            "FeedOfChanges",
            {
                "results": ChangeShape(many=True),
                "next": serializers.URLField(
                    allow_null=True, help_text="Null: that is all so far."
                ),
                "previous": serializers.URLField(
                    allow_null=True, help_text="Always null: a feed is read forwards."
                ),
                "cursor": serializers.CharField(help_text="Come back with it, as `cursor`."),
                "count": serializers.IntegerField(
                    help_text="From the start of this page on, at least so many."
                ),
                "count_is_exact": serializers.BooleanField(),
            },
        ),
        **LIST_ERRORS,
    },
)


class ChangeList(ReadView):
    """The changes."""

    @FEED
    def get(self, request: Request) -> Response:
        """What happened to visible stores and datasets, oldest first, from a cursor on."""
        viewer = self.viewer
        page = feed_of(request, viewer.changes, condition_of(request, FILTERS, viewer))
        context = self.context_for(viewer, scopes_of(page.rows, "dataset_id"))
        return Response(
            {
                "results": ChangeShape(page.rows, many=True, context=context).data,
                "next": page.next,
                "previous": None,
                "cursor": page.cursor,
                "count": page.count,
                "count_is_exact": page.count_is_exact,
            }
        )
