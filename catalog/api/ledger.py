"""The storage ledger over REST: what visible stores take up, as far as they were counted."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import scopes_named
from catalog.api.filters import unknown, words_of
from catalog.api.pages import LARGEST_LIMIT
from catalog.api.shapes.ledger import LedgerShape
from catalog.api.views import LIST_ERRORS, PROBLEM, ReadView
from catalog.errors import NotAllowed, NotUnderstood
from catalog.queries.ledger import LedgerLine, ledger_by, ledger_total
from catalog.queries.visible import Viewer, runs_the_catalog
from catalog.words import Grouping
from plates.omezarr.csv_lines import csv_line

ASKED = [
    OpenApiParameter(
        "by",
        OpenApiTypes.STR,
        description="In which groups: source is for operators, person for who is signed in.",
        enum=words_of(Grouping),
        default=Grouping.DATASET.value,
    ),
    OpenApiParameter(
        "dataset", OpenApiTypes.STR, description="Of the dataset with this slug or id alone."
    ),
]
ERRORS = {(403, "application/problem+json"): PROBLEM, **LIST_ERRORS}


def grouping_of(request: Request) -> Grouping:
    """By what the ledger is asked for; refused where that is not for everybody's eyes."""
    known = [one.name for one in ASKED]
    for name in request.query_params:
        if name not in known:
            raise NotUnderstood(name, unknown(name, known))
    value = request.query_params.get("by", Grouping.DATASET.value)
    if value not in words_of(Grouping):
        sentence = f"'by' is one of {', '.join(words_of(Grouping))}, not '{value[:80]}'."
        raise NotUnderstood("by", sentence)
    grouping = Grouping(value)
    if grouping is Grouping.SOURCE and not runs_the_catalog(request.user):
        raise NotAllowed("Only operators see sources: they tell where storage lies.")
    if grouping is Grouping.PERSON and not request.user.is_authenticated:
        raise NotAllowed("The ledger by person is for those who are signed in.")
    return grouping


def scopes_of(request: Request, viewer: Viewer) -> Sequence[int]:
    """The visible scopes that the ledger is asked for."""
    named = request.query_params.get("dataset")
    if named is None:
        return viewer.scopes
    if "\x00" in named:
        raise NotUnderstood("dataset", "'dataset' holds a character that no text has.")
    return scopes_named(named, viewer)


class Ledger(ReadView):
    """The storage ledger."""

    @extend_schema(
        summary="The storage ledger",
        tags=["ledger"],
        parameters=ASKED,
        responses={200: LedgerShape, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """What visible stores take up, in groups, the largest first."""
        grouping, scopes = grouping_of(request), scopes_of(request, self.viewer)
        lines = ledger_by(grouping, scopes)
        return Response(
            {
                "by": grouping.value,
                "total": asdict(ledger_total(scopes)),
                "results": [asdict(line) for line in lines[:LARGEST_LIMIT]],
                "next": None,
                "previous": None,
                "count": len(lines),
                "count_is_exact": True,
            }
        )


class LedgerFile(ReadView):
    """The storage ledger as a table."""

    @extend_schema(
        summary="The storage ledger as CSV",
        tags=["ledger"],
        parameters=ASKED,
        responses={(200, "text/csv"): OpenApiTypes.STR, **ERRORS},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All groups of the ledger, the largest first, as CSV."""
        grouping, scopes = grouping_of(request), scopes_of(request, self.viewer)
        lines = as_csv(grouping, ledger_by(grouping, scopes))
        answer = HttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="ledger-by-{grouping.value}.csv"'
        return answer


def as_csv(grouping: Grouping, lines: Sequence[LedgerLine]) -> Iterator[bytes]:
    """The ledger line by line, the names of the columns first."""
    names = [one.name for one in fields(LedgerLine)]
    yield csv_line([grouping.value, *names[1:]]).encode()
    for line in lines:
        yield csv_line(cell(getattr(line, name)) for name in names).encode()


def cell(value: object) -> str:
    """A value as text; what is not known is empty."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
