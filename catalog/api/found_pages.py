"""Pages of what a query finds, in the order that subjects have or in one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from rest_framework.request import Request

from catalog.api.pages import CURSOR_REFUSAL, Cursor, limit_of
from catalog.errors import NotUnderstood
from catalog.queries.hits import Search, Subject
from catalog.queries.sorted_hits import SortedHits
from catalog.search.orderings import Place


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some subjects that a query finds, and where the list goes on."""

    subjects: list[Subject]
    next: str | None
    previous: str | None


def found_page(request: Request, search: Search, text: str) -> FoundPage:
    """The page that a request asks for of what a query finds, of which this is the text."""
    place = f"{request.path}?{text}"
    cursor = cursor_of(request, place, length=len(Subject._fields))
    beyond = None if cursor is None else Subject(*numbers_of(cursor.values))
    backwards = cursor is not None and cursor.backwards
    found = search.page(limit=limit_of(request), beyond=beyond, backwards=backwards)
    subjects = found.subjects[::-1] if backwards else found.subjects
    edges = [tuple(subject) for subject in subjects]
    return FoundPage(subjects, *links(request, place, edges, cursor, more=found.more))


def sorted_page(request: Request, hits: SortedHits, text: str) -> FoundPage:
    """The page that a request asks for of sorted hits; the text says query and order."""
    place = f"{request.path}?{text}"
    cursor = cursor_of(request, place, length=4)
    backwards = cursor is not None and cursor.backwards
    beyond = None if cursor is None else place_of(cursor)
    found = hits.page(limit=limit_of(request), beyond=beyond, backwards=backwards)
    places = found.places[::-1] if backwards else found.places
    edges = [(list(one.value), one.scope, one.carrier, one.position) for one in places]
    subjects = [Subject(one.scope, one.carrier, one.position) for one in places]
    return FoundPage(subjects, *links(request, place, edges, cursor, more=found.more))


def cursor_of(request: Request, place: str, *, length: int) -> Cursor | None:
    """The cursor of a request; refused if it was made for another list or another query."""
    text = request.query_params.get("cursor")
    return Cursor.read(text, place, length=length) if text else None


def numbers_of(values: Sequence[object]) -> list[int]:
    """Values that are all whole numbers."""
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) != len(values):
        raise NotUnderstood("cursor", CURSOR_REFUSAL)
    return numbers


def place_of(cursor: Cursor) -> Place:
    """The place beyond which a sorted page begins."""
    told, *subject = cursor.values
    if not isinstance(told, list):
        raise NotUnderstood("cursor", CURSOR_REFUSAL)
    return Place(tuple(told), *numbers_of(subject))


def links(
    request: Request,
    place: str,
    edges: Sequence[tuple[object, ...]],
    cursor: Cursor | None,
    *,
    more: bool,
) -> tuple[str | None, str | None]:
    """The URLs of the next and the previous page, None where there is none.

    `edges` say where each subject of the page stands; `more` are there where the page was read to.
    """
    backwards = cursor is not None and cursor.backwards
    goes_on = more or backwards
    goes_back = more if backwards else cursor is not None
    return (
        link(request, place, edges[-1:] if goes_on else (), backwards=False),
        link(request, place, edges[:1] if goes_back else (), backwards=True),
    )


def link(
    request: Request, place: str, edge: Sequence[tuple[object, ...]], *, backwards: bool
) -> str | None:
    """The URL of the page beyond a subject, None for none."""
    if not edge:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = Cursor(edge[0], backwards).signed(place)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
