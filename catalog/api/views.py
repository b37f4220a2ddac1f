"""What the read routes have in common: the viewer, one thing or 404, one page of a list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.filters import PAGE_PARAMETERS, Filter, condition_of
from catalog.api.pages import page_of, value_of
from catalog.api.shapes.examples import ONE, page_with
from catalog.api.shapes.parts import Shape
from catalog.queries.dataset_names import dataset_names
from catalog.queries.visible import Viewer

Row = TypeVar("Row", bound=Model)
Method = TypeVar("Method", bound=Callable[..., HttpResponseBase])


class Decorator(Protocol):
    """What describes a view's method to OpenAPI and leaves it as it is."""

    def __call__(self, method: Method, /) -> Method:
        """The method, described."""


class ProblemShape(serializers.Serializer[object]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and what to do.")
    request_id = serializers.CharField(
        required=False, help_text="Under which the operator finds it in the log."
    )
    parameter = serializers.CharField(required=False, help_text="The parameter that is wrong.")
    column = serializers.IntegerField(
        required=False, help_text="Of a query: where it is wrong, counted from 1."
    )
    suggestions = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Of a query: what could have been meant.",
    )


PROBLEM = OpenApiResponse(ProblemShape, description="What is wrong and what to do.")
ERRORS = {
    (401, "application/problem+json"): PROBLEM,
    # A token that is not for that.
    (403, "application/problem+json"): PROBLEM,
    (404, "application/problem+json"): PROBLEM,
    (429, "application/problem+json"): PROBLEM,
}
LIST_ERRORS = {**ERRORS, (400, "application/problem+json"): PROBLEM}
SEARCH_ERRORS = {**LIST_ERRORS, (422, "application/problem+json"): PROBLEM}


class JsonAlone(DefaultContentNegotiation):
    """There is only JSON, so that `format` is free for what lists are narrowed by."""

    def filter_renderers(
        self,
        renderers: Iterable[BaseRenderer],
        format: str,  # noqa: A002 - DRF's signature
    ) -> list[BaseRenderer]:
        """All of them, whatever `format` says."""
        return list(renderers)


class ReadView(APIView):
    """A route that reads what its viewer may see."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = JsonAlone

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks; what they may see is looked up once for an answer."""
        return Viewer(self.request.user)

    def context_for(self, viewer: Viewer, scopes: Iterable[int]) -> dict[str, object]:
        """What shapes need besides their rows."""
        return {"request": self.request, "datasets": dataset_names(viewer, scopes)}

    def one(self, told: Mapping[str, object], changed: datetime) -> Response:
        """The answer that tells one thing, and when it last changed."""
        return Response(told, headers={"Last-Modified": http_date(changed.timestamp())})


def one_of(
    noun: str, shape: type[serializers.BaseSerializer[Any]] | PolymorphicProxySerializer
) -> Decorator:
    """The schema of a route that answers one thing."""
    return extend_schema(
        summary=f"One {noun}",
        tags=[f"{noun}s"],
        responses={200: shape, **ERRORS},
        examples=example(f"One {noun}", ONE[noun]) if noun in ONE else [],
    )


def example(name: str, value: Mapping[str, object]) -> list[OpenApiExample]:
    """An answer as the schema shows it."""
    return [OpenApiExample(name, value=value, response_only=True, status_codes=["200"])]


@cache
def page_shape(
    noun: str, shape: type[serializers.BaseSerializer[Any]]
) -> serializers.Serializer[object]:
    """The shape of a page: the same object wherever a noun is listed."""
    page: serializers.Serializer[object] = inline_serializer(
        f"PageOf{noun.title().replace(' ', '')}s",
        {
            "results": shape(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "count": serializers.IntegerField(help_text="At least so many."),
            "count_is_exact": serializers.BooleanField(),
        },
    )
    return page


def list_of(
    noun: str, shape: type[serializers.BaseSerializer[Any]], filters: Sequence[Filter] = ()
) -> Decorator:
    """The schema of a route that answers a page of a list."""
    errors = SEARCH_ERRORS if any(one.name == "q" for one in filters) else LIST_ERRORS
    return extend_schema(
        summary=f"A page of {noun}s",
        tags=[f"{noun}s"],
        parameters=[*PAGE_PARAMETERS, *(one.parameter() for one in filters)],
        responses={200: page_shape(noun, shape), **errors},  # type: ignore[arg-type]
        examples=example(f"A page of {noun}s", page_with(noun)) if noun in ONE else [],
    )


class ListView(ReadView):
    """A list, page by page."""

    filters: Sequence[Filter] = ()

    def answer(
        self,
        rows: QuerySet[Row],
        shape: type[Shape],
        *,
        viewer: Viewer,
        order: Sequence[str],
        context: dict[str, object] | None = None,
        scope: str = "scope",
        more: Callable[[Sequence[Row]], dict[str, object]] | None = None,
    ) -> Response:
        """The page that the request asks for; `more` is asked once for what its rows need besides."""
        page = page_of(
            self.request, rows.filter(condition_of(self.request, self.filters, viewer)), order=order
        )
        scopes = scopes_of(page.rows, scope) if context is None else set()
        told = context or self.context_for(viewer, scopes)
        if more is not None:
            told |= more(page.rows)
        return Response(
            {
                "results": shape(page.rows, many=True, context=told).data,
                "next": page.next,
                "previous": page.previous,
                "count": page.count,
                "count_is_exact": page.count_is_exact,
            }
        )


def scopes_of(rows: Sequence[Model], name: str) -> set[int]:
    """The scopes of the datasets that a page speaks of; a dataset speaks of its parent."""
    found = {value_of(row, name) for row in rows}
    return {scope for scope in found if isinstance(scope, int)}
