"""How many subjects that a query finds have which values, for choosing among them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from catalog.queries.facet_fields import (
    MOST_NUMBERS,
    OF_DATASETS,
    FacetField,
    facet_fields,
)
from catalog.queries.facet_values import Merged, merged_terms, twins_of
from catalog.queries.hits import Search
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.search.facet_kinds import KeyFacet
from catalog.search.facets import TOTAL, FacetCompiler
from catalog.search.fields import FieldKind
from catalog.search.meanings import treatment_in
from catalog.search.queries import Condition, Everything, Exactly, Query, all_of
from catalog.search.rendering import render
from catalog.search.statement import Statement
from plates.states import CarrierKind

DEFAULT_LIMIT: Final = 20
"""Values of a key."""

Counts = dict[int, dict[int | str | None, int]]
"""By the number of a facet, how many subjects have each value; under None, how many have any."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, how many of what was found have it, and the query that finds these."""

    value: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class FoundFacet:
    """The values of a field among what a query finds, the most frequent first."""

    name: str
    title: str
    kind: str
    values: list[FacetValue]
    more: bool
    """Whether there are values beside these."""
    without: int | None
    """How many have no value; None where that is not counted."""
    is_exact: bool


@dataclass(frozen=True, slots=True)
class FoundFacets:
    """The facets of what a query finds."""

    query: Query
    remarks: tuple[str, ...]
    subjects: int
    """How many there are, exactly."""
    facets: list[FoundFacet]


def facets_of(
    text: str,
    names: Sequence[str],
    *,
    viewer: Viewer,
    kind: CarrierKind = CarrierKind.PLATE,
    limit: int = DEFAULT_LIMIT,
) -> FoundFacets:
    """The facets of a query, for fields of these names or the usual ones.

    QueryError or NotUnderstood where the query or a name cannot be understood, SearchTooCostly
    where counting takes longer than a search may.
    """
    with time_limit():
        search = Search(text, viewer, kind=kind)
        counting = _Counting(search, facet_fields(names, viewer, limit=limit), limit)
        return counting.facets()


class _Counting:
    """Counts the facets of one search."""

    def __init__(self, search: Search, fields: list[FacetField], limit: int) -> None:
        self.search = search
        self.fields = fields
        self.limit = limit
        self.keys = [field.key for field in fields if field.key is not None]
        self.is_whole = isinstance(search.query, Everything) and search.kind is CarrierKind.PLATE

    def facets(self) -> FoundFacets:
        """All of them."""
        twins = twins_of(facet.key for facet in self.keys)
        counts = self.counted(list(twins))
        merged = self.merged(counts, twins)
        subjects = counts[TOTAL].get(None) or 0
        return FoundFacets(
            self.search.query,
            self.search.resolved.remarks,
            subjects,
            [self.told(field, counts, merged, subjects) for field in self.fields],
        )

    def compiler(self, kind: CarrierKind) -> FacetCompiler:
        """What writes the statements."""
        return FacetCompiler(self.search.compiler(), self.search.resolved.meaning, kind=kind)

    def counted(self, twins: list[int]) -> Counts:
        """How many subjects have which values.

        Without a query the sums that are kept tell it of annotation. They are of wells and images
        together, of which there are few: these are counted, and taken away.
        """
        facets = [field.facet for field in self.fields if field.facet is not None]
        if not self.is_whole:
            statement = self.compiler(self.search.kind).statement(facets, always=twins)
            return counts_of([statement])
        others = [facet for facet in facets if not isinstance(facet, KeyFacet)]
        statements = [self.compiler(self.search.kind).statement(others)]
        if self.keys:
            images = self.compiler(CarrierKind.IMAGES)
            statements.append(images.unfiltered(self.keys, always=twins))
        return counts_of(statements)

    def merged(self, counts: Counts, twins: Mapping[int, str]) -> dict[int, list[Merged]]:
        """Of each key its values, terms that say the same together, the most frequent first."""
        found = {}
        numbers = {field.key.number for field in self.fields if is_number(field) and field.key}
        for facet in self.keys:
            terms = {
                term: count for term, count in counts[facet.number].items() if isinstance(term, int)
            }
            classes = merged_terms(terms, twins, are_numbers=facet.number in numbers)
            self.recount(facet, classes)
            found[facet.number] = most_frequent(classes, are_numbers=facet.number in numbers)
        return found

    def recount(self, facet: KeyFacet, classes: list[Merged]) -> None:
        """Count each subject once that has several of the terms that are one value."""
        least = sorted((max(one.counts) for one in classes), reverse=True)
        bar = least[self.limit] if len(least) > self.limit else 0
        several = [one for one in classes if len(one.terms) > 1 and one.count >= bar]
        if not several:
            return
        pairs = [(number, term) for number, one in enumerate(several) for term in one.terms]
        statement = self.compiler(self.search.kind).recount(
            [number for number, _ in pairs],
            [term for _, term in pairs],
            grouped=facet.is_treatment,
        )
        for number, count in rows_of(statement):
            several[number].count = count

    def told(
        self,
        field: FacetField,
        counts: Counts,
        merged: Mapping[int, list[Merged]],
        subjects: int,
    ) -> FoundFacet:
        """A facet as it is answered."""
        counted = counts[field.facet.number] if field.facet is not None else {}
        values: list[tuple[str, int]] = []
        if field.key is not None:
            values = [(one.text, one.count) for one in merged[field.key.number][: self.limit + 1]]
        elif field.name in OF_DATASETS:
            values = self.in_datasets(field.name, counted)
        elif field.facet is not None:
            values = named_values(field, counted)
        if not is_number(field):
            values.sort(key=lambda value: (-value[1], value[0]))
        return FoundFacet(
            field.name,
            field.title,
            field.kind.value,
            [self.value(field, text, count) for text, count in values[: self.limit]],
            more=len(values) > self.limit,
            without=self.without(field, counted, subjects),
            is_exact=not is_number(field) or len(counted) <= MOST_NUMBERS,
        )

    def without(
        self, field: FacetField, counted: Mapping[int | str | None, int], subjects: int
    ) -> int | None:
        """How many subjects have no value of a key, where that was counted."""
        if field.facet is None:
            return subjects
        if field.key is None or self.is_whole:
            return None
        if field.key.is_treatment and treatment_in(self.search.resolved.meaning) is not None:
            return None
        return subjects - counted.get(None, 0)

    def value(self, field: FacetField, text: str, count: int) -> FacetValue:
        """A value with the query that has it besides."""
        query = all_of([self.search.query, Condition(field.name, Exactly(text))])
        return FacetValue(text, count, render(query))

    def in_datasets(
        self, name: str, counted: Mapping[int | str | None, int]
    ) -> list[tuple[str, int]]:
        """Slugs or licences; a dataset counts what those inside of it have, too."""
        told = self.search.viewer.datasets.filter(
            Q(pk__in=[scope for scope in counted if isinstance(scope, int)])
            | Q(children__in=[scope for scope in counted if isinstance(scope, int)])
        )
        found: dict[str, int] = defaultdict(int)
        column = "slug" if name == "dataset" else "licence"
        rows = told.order_by().distinct().values_list("pk", "parent_id", column)
        names = {pk: text for pk, _, text in rows}
        for pk, parent, text in rows:
            found[text] += counted.get(pk, 0)
            if name == "dataset" and parent in names:
                found[names[parent]] += counted.get(pk, 0)
        return [(text, count) for text, count in found.items() if text and count]


def most_frequent(classes: Iterable[Merged], *, are_numbers: bool) -> list[Merged]:
    """Values, the most frequent first; numbers that are as frequent stay in their order."""
    if are_numbers:
        return sorted(classes, key=lambda one: -one.count)
    return sorted(classes, key=lambda one: (-one.count, one.terms))


def is_number(field: FacetField) -> bool:
    """Whether its values are numbers with units."""
    return field.kind is FieldKind.NUMBER and field.key is not None


def named_values(
    field: FacetField, counted: Mapping[int | str | None, int]
) -> list[tuple[str, int]]:
    """Values that are told by their text, or by a number that stands for it."""
    return [
        (field.values[value] if isinstance(value, int) else value, count)
        for value, count in counted.items()
        if value is not None
    ]


def counts_of(statements: Iterable[Statement]) -> Counts:
    """What some statements counted."""
    found: Counts = defaultdict(dict)
    for statement in statements:
        for facet, value, text, count in rows_of(statement):
            found[facet][text if value is None else value] = count
    return found


def rows_of(statement: Statement) -> list[tuple[Any, ...]]:
    """The rows of a statement; within a transaction.

    Postgres takes what was found for a hundredth of it, and would put 200,000 rows in order by some
    hundreds: that took longer than to count them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        cursor.execute(statement.text, statement.values)
        return list(cursor.fetchall())
