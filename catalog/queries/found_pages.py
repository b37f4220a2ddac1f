"""Pages of what a query finds, in the order that subjects have or in one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.errors import NotUnderstood
from catalog.queries.cursors import CURSOR_REFUSAL, Cursor
from catalog.queries.hits import Search
from catalog.queries.sorted_hits import SortedHits
from catalog.queries.subjects import Subject
from catalog.search.orderings import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of a list is wanted."""

    place: str
    """Names the list and all that was asked of it: a cursor of another one is refused."""
    cursor: str | None
    limit: int

    def read(self, *, length: int) -> Cursor | None:
        """The cursor; None for the first page, NotUnderstood if it is another list's."""
        return Cursor.read(self.cursor, self.place, length=length) if self.cursor else None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some subjects that a query finds, and the cursors of the pages around them."""

    subjects: list[Subject]
    next: str | None
    previous: str | None


def found_page(search: Search, wanted: Wanted) -> FoundPage:
    """A page of what a query finds."""
    cursor = wanted.read(length=len(Subject._fields))
    beyond = None if cursor is None else Subject(*numbers_of(cursor.values))
    backwards = cursor is not None and cursor.backwards
    found = search.page(limit=wanted.limit, beyond=beyond, backwards=backwards)
    subjects = found.subjects[::-1] if backwards else found.subjects
    edges = [tuple(subject) for subject in subjects]
    return FoundPage(subjects, *around(edges, wanted, cursor, more=found.more))


def sorted_page(hits: SortedHits, wanted: Wanted) -> FoundPage:
    """A page of sorted hits."""
    cursor = wanted.read(length=4)
    backwards = cursor is not None and cursor.backwards
    beyond = None if cursor is None else place_of(cursor)
    found = hits.page(limit=wanted.limit, beyond=beyond, backwards=backwards)
    places = found.places[::-1] if backwards else found.places
    edges = [(list(one.value), one.scope, one.carrier, one.position) for one in places]
    subjects = [Subject(one.scope, one.carrier, one.position) for one in places]
    return FoundPage(subjects, *around(edges, wanted, cursor, more=found.more))


def around(
    edges: Sequence[tuple[object, ...]], wanted: Wanted, cursor: Cursor | None, *, more: bool
) -> tuple[str | None, str | None]:
    """The cursors of the next and the previous page, None where there is none.

    `edges` say where each subject of the page stands; `more` are there where the page was read to.
    """
    if not edges:
        return None, None
    backwards = cursor is not None and cursor.backwards
    goes_on = more or backwards
    goes_back = more if backwards else cursor is not None
    return (
        Cursor(edges[-1], backwards=False).signed(wanted.place) if goes_on else None,
        Cursor(edges[0], backwards=True).signed(wanted.place) if goes_back else None,
    )


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
