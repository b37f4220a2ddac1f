"""Pages of what lies in order and does not change: by number, since no row comes or goes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.pages import limit_of
from catalog.queries.cursors import Cursor

Row = TypeVar("Row")


def numbered_page(
    request: Request, rows: Sequence[Row], told: Callable[[Row], dict[str, object]]
) -> Response:
    """One page of some rows, in the shape of every list."""
    limit, start = limit_of(request), start_of(request)
    return Response(
        {
            "results": [told(row) for row in rows[start : start + limit]],
            "next": page_at(request, start + limit) if start + limit < len(rows) else None,
            "previous": page_at(request, max(0, start - limit)) if start else None,
            "count": len(rows),
            "count_is_exact": True,
        }
    )


def start_of(request: Request) -> int:
    """The number of the first row of a page, from 0."""
    text = request.query_params.get("cursor")
    if not text:
        return 0
    (start,) = Cursor.read(text, request.path, length=1).values
    return start if isinstance(start, int) else 0


def page_at(request: Request, start: int) -> str:
    """The URL of the page that begins at a row."""
    parameters = request.query_params.copy()
    parameters["cursor"] = Cursor((start,), backwards=False).signed(request.path)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def page_of_shapes(
    name: str, shape: serializers.Serializer[object]
) -> serializers.Serializer[object]:
    """The shape of such a page."""
    page: serializers.Serializer[object] = inline_serializer(
        name,
        {
            "results": shape,
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "count": serializers.IntegerField(),
            "count_is_exact": serializers.BooleanField(),
        },
    )
    return page
