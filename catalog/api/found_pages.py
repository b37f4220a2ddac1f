"""Which page of what was found a request asks for, and where the pages around it are."""

from rest_framework.request import Request

from catalog.api.pages import limit_of
from catalog.queries.found_pages import Wanted


def wanted_by(request: Request, asked: str) -> Wanted:
    """The page that a request wants of the list that answers what was asked."""
    cursor = request.query_params.get("cursor")
    return Wanted(f"{request.path}?{asked}", cursor, limit_of(request))


def page_at(request: Request, cursor: str | None) -> str | None:
    """The URL of the page at a cursor, None for none."""
    if cursor is None:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
