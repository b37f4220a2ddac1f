"""Pages of what a query finds, in the one order that subjects have."""

from collections.abc import Sequence
from dataclasses import dataclass

from rest_framework.request import Request

from catalog.api.pages import CURSOR_REFUSAL, Cursor, limit_of
from catalog.errors import NotUnderstood
from catalog.queries.hits import Search, Subject


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some subjects that a query finds, and where the list goes on."""

    subjects: list[Subject]
    next: str | None
    previous: str | None


def found_page(request: Request, search: Search, text: str) -> FoundPage:
    """The page that a request asks for of what a query finds, of which this is the text."""
    place = f"{request.path}?{text}"
    cursor = cursor_of(request, place)
    beyond = None if cursor is None else subject_of(cursor)
    backwards = cursor is not None and cursor.backwards
    found = search.page(limit=limit_of(request), beyond=beyond, backwards=backwards)
    subjects = found.subjects[::-1] if backwards else found.subjects
    goes_on = found.more or backwards
    goes_back = found.more if backwards else cursor is not None
    return FoundPage(
        subjects,
        next=link(request, place, subjects[-1:] if goes_on else (), backwards=False),
        previous=link(request, place, subjects[:1] if goes_back else (), backwards=True),
    )


def cursor_of(request: Request, place: str) -> Cursor | None:
    """The cursor of a request; refused if it was made for another list or another query."""
    text = request.query_params.get("cursor")
    return Cursor.read(text, place, length=len(Subject._fields)) if text else None


def subject_of(cursor: Cursor) -> Subject:
    """The subject beyond which a page begins."""
    numbers = [value for value in cursor.values if isinstance(value, int)]
    if len(numbers) != len(cursor.values):
        raise NotUnderstood("cursor", CURSOR_REFUSAL)
    return Subject(*numbers)


def link(request: Request, place: str, edge: Sequence[Subject], *, backwards: bool) -> str | None:
    """The URL of the page beyond a subject, None for none."""
    if not edge:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = Cursor(tuple(edge[0]), backwards).signed(place)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
