"""Pages of what a query finds in another order than the catalog's.

Of few subjects all values are looked up and put in order. Of many the values are walked through
in their order, and the subjects of each are a query of their own: a page needs the first values
alone, and each of these many subjects have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import connection

from catalog.errors import SearchTooCostly
from catalog.queries.hits import Search
from catalog.queries.sort_values import SortValues
from catalog.queries.spread import most_with, needed_leaves
from catalog.queries.subjects import Subject
from catalog.search.orderings import Ordering, Place, Sorted, SortValue, in_order

FEW: Final = 50_000
"""Subjects that are put in order in a second or two."""
_WALKED: Final = frozenset({Sorted.PLATE, Sorted.TERM, Sorted.QUANTITY})


@dataclass(frozen=True, slots=True)
class FoundInOrder:
    """Some subjects in order, and whether there are more beyond them."""

    places: list[Place]
    more: bool


@dataclass(frozen=True, slots=True)
class SortedHits:
    """What a search finds, in an order."""

    search: Search
    ordering: Ordering
    are_few: bool
    """Whether its subjects are few enough to put all of them in order."""

    def page(self, *, limit: int, beyond: Place | None, backwards: bool) -> FoundInOrder:
        """The next subjects beyond a place, or from the beginning; backwards, those before it."""
        parts = [self._with_value, self._without_value]
        if backwards:
            parts.reverse()
        if beyond is not None and bool(beyond.value) == backwards:
            del parts[0]
        found: list[Place] = []
        for part in parts:
            found += part(beyond, backwards=backwards, limit=limit + 1 - len(found))
            beyond = None
            if len(found) > limit:
                return FoundInOrder(found[:limit], more=True)
        return FoundInOrder(found, more=False)

    def _with_value(self, beyond: Place | None, *, backwards: bool, limit: int) -> list[Place]:
        if not self.are_few and self.ordering.by in _WALKED:
            return self._walked(beyond, backwards=backwards, limit=limit)
        statement = in_order(
            self.search.resolved.meaning,
            self.ordering,
            compiler=self.search.compiler(),
            kind=self.search.kind,
            beyond=beyond,
            backwards=backwards,
            limit=limit,
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.values)
            return [Place(tuple(row[3:]), *row[:3]) for row in cursor]

    def _without_value(self, beyond: Place | None, *, backwards: bool, limit: int) -> list[Place]:
        search = self.search.narrowed(self.ordering.without())
        return _at((), search, beyond, backwards=backwards, limit=limit)

    def _walked(self, beyond: Place | None, *, backwards: bool, limit: int) -> list[Place]:
        values = SortValues(self.search.viewer, self.ordering)
        found: list[Place] = []
        for value in self._values(values, beyond, backwards=backwards):
            search = self.search.narrowed(*values.meaning(value))
            edge = beyond if beyond is not None and beyond.value == value else None
            found += _at(value, search, edge, backwards=backwards, limit=limit - len(found))
            if len(found) >= limit:
                break
        return found

    def _values(
        self, values: SortValues, beyond: Place | None, *, backwards: bool
    ) -> Iterator[SortValue]:
        # Each statement has its limit; so has the walk, if what is asked for is at its other end.
        until = monotonic() + settings.SEARCH_TIMEOUT_S
        value = beyond.value if beyond is not None else values.beyond(None, backwards=backwards)
        while value is not None:
            yield value
            value = values.beyond(value, backwards=backwards)
            if monotonic() > until:
                raise SearchTooCostly(settings.SEARCH_TIMEOUT_S)


def has_few(search: Search) -> bool:
    """Whether a search finds few enough subjects to put all of them in order."""
    _, is_exact = search.count()
    needed = needed_leaves(search.resolved.meaning)
    return is_exact or any(most_with(leaf, search.scopes) <= FEW for leaf in needed)


def _at(
    value: SortValue, search: Search, beyond: Place | None, *, backwards: bool, limit: int
) -> list[Place]:
    """The subjects of a search, all of which stand at one value."""
    edge = Subject(beyond.scope, beyond.carrier, beyond.position) if beyond else None
    found = search.page(limit=limit, beyond=edge, backwards=backwards, is_counted=False)
    return [Place(value, *subject) for subject in found.subjects]
