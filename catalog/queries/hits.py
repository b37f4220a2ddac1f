"""The subjects that a query finds, in their order: pages of them, and how many there are."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

from django.db import connection

from catalog.queries.carrier_counts import carriers_in
from catalog.queries.hit_counts import HitCount, hits_in
from catalog.queries.spread import scopes_with_all, shapes_in
from catalog.queries.subjects import Hits, Subject, subjects_of
from catalog.queries.visible import Viewer
from catalog.search.compile import Compiler
from catalog.search.driving import drivers_of, driving
from catalog.search.language import parse
from catalog.search.meanings import AllOf, AtPlace, Meaning, OnCarriers, leaves_of
from catalog.search.places import Shape
from catalog.search.queries import Query
from catalog.search.resolve import Resolved, resolve
from catalog.search.statement import Statement
from plates.states import CarrierKind

_FIRST_LOOK: Final = 16
"""Carriers; what is common fills a page with the first few."""
_AT_MOST_TIMES: Final = 4
"""No look is at more carriers than so many times the one before."""
_AMPLY: Final = 1.1
"""A look is at so many times the carriers that would do if hits went on as in the one before."""
_FEW: Final = 500
"""Carriers whose layers are soon gone through."""
_SPARSE: Final = 2_000
"""Subjects; so few are gathered whatever else there is."""
_SOON: Final = 100_000
"""Subjects; so few are gathered before any are looked at, where all have to be counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """Some subjects in order, and whether there are more beyond them."""

    subjects: list[Subject]
    more: bool


class Search:
    """One query of one viewer.

    What is rare is gathered by the index and put in order: one statement tells a page of it and how
    many there are. What is common is walked through in its order, a few carriers and then more. Of
    few carriers only the layers are gone through: an index of all goes through more.
    """

    def __init__(self, text: str, viewer: Viewer, *, kind: CarrierKind = CarrierKind.PLATE) -> None:
        """Understand a query; QueryError where it cannot be."""
        self.text = text
        self.viewer = viewer
        self.kind = kind
        self.query: Query = parse(text)
        self.resolved: Resolved = resolve(self.query, scopes=viewer.scopes)
        self.is_part = False
        self.counted = HitCount(self)

    def narrowed(self, *more: Meaning) -> Self:
        """The same for those of its subjects for which more holds."""
        meaning = self.resolved.meaning
        parts = meaning.parts if isinstance(meaning, AllOf) else (meaning,)
        return self.asking(AllOf((*parts, *more)))

    def asking(self, meaning: Meaning) -> Self:
        """The same for another meaning."""
        other = object.__new__(type(self))
        other.viewer, other.kind, other.query = self.viewer, self.kind, self.query
        other.resolved = replace(self.resolved, meaning=meaning)
        other.is_part = False
        other.counted = HitCount(other)
        return other

    @cached_property
    def scopes(self) -> tuple[int, ...]:
        """The visible scopes that can have hits, where it is worth finding out."""
        if self.resolved.meaning.weight <= _SPARSE:
            return self.viewer.scopes
        return scopes_with_all(self.resolved.meaning, self.viewer.scopes)

    @cached_property
    def is_sparse(self) -> bool:
        """Whether hits are gathered, however many carriers there are, or cannot be."""
        meaning = self.resolved.meaning
        return not drivers_of(meaning) or (meaning.weight <= _SPARSE and not self.are_few)

    @cached_property
    def are_few(self) -> bool:
        """Whether so few carriers are seen that their layers are gone through sooner than an index."""
        return self.carriers_seen <= _FEW

    @cached_property
    def carriers_seen(self) -> int:
        """About how many carriers there are in these scopes."""
        return carriers_in(self.scopes)

    @cached_property
    def shapes(self) -> Sequence[Shape]:
        """The shapes of the plates that are seen, where places on them are asked for."""
        are_asked = any(isinstance(leaf, AtPlace) for leaf in leaves_of(self.resolved.meaning))
        return shapes_in(self.viewer.scopes) if are_asked else ()

    @cached_property
    def is_common(self) -> bool:
        """Whether hits are so common that a page is filled by a look at some carriers."""
        carriers = None if self.is_sparse else self.carriers_seen
        if driving(self.resolved.meaning, carriers=carriers)[0] is not None:
            return False
        return not self.are_few or self.counted.is_soon()

    @cached_property
    def is_counted_by_gathering(self) -> bool:
        """Whether all hits have to be gathered to be counted, and soon are."""
        drivers = drivers_of(self.resolved.meaning)
        are_soon = min((driver.weight for driver in drivers), default=0) <= _SOON
        return are_soon and not self.counted.is_soon()

    def page(
        self,
        *,
        limit: int,
        beyond: Subject | None = None,
        backwards: bool = False,
        is_counted: bool = True,
    ) -> Found:
        """The next subjects beyond one, or from the beginning; backwards, those before it.

        `is_counted` where the count is asked for besides.
        """
        start = None if beyond is None else (beyond.scope, beyond.carrier)
        is_walked = self.is_common and not (is_counted and self.is_counted_by_gathering)
        found: list[Subject] = []
        for hits in self.ahead(
            start, backwards=backwards, most=limit + 2, is_walked=is_walked, is_counted=is_counted
        ):
            for subject in subjects_of(hits, backwards=backwards):
                if beyond is None or (subject < beyond if backwards else subject > beyond):
                    found.append(subject)
                if len(found) > limit:
                    return Found(found[:limit], more=True)
        return Found(found, more=False)

    def ahead(
        self,
        start: tuple[int, int] | None,
        *,
        backwards: bool,
        most: int,
        is_walked: bool,
        is_counted: bool,
    ) -> Iterator[Hits]:
        """The carriers with hits from one on, as far as anybody asks.

        They are looked at in their order, or gathered: also where a first look does not fill the
        page and all hits have to be counted anyway.
        """
        seen = 0
        if is_walked:
            first = self.counted.carriers_with(most) if is_counted else 0
            for look in self.looks(start, backwards=backwards, most=most, first=first):
                self.counted.note(look)
                yield from look
                seen += len(look)
                goes_on = self.counted.is_soon if is_counted else self.counted.is_walk_short
                if not goes_on():
                    break
            else:
                return
        yield from self.gathered(start, backwards=backwards, limit=most)[seen:]

    def count(self) -> tuple[int, bool]:
        """How many subjects there are, and whether that is exact; at most COUNTED_UP_TO.

        After a page of what is rare it is known already.
        """
        return self.counted.told()

    def looks(
        self,
        start: tuple[int, int] | None,
        *,
        backwards: bool,
        most: int,
        first: int = 0,
    ) -> Iterator[list[Hits]]:
        """The carriers with hits in order, from one on, as far as `most` subjects may need.

        A few first, `first` at least; then as many as seem to have those that are missing.
        """
        look, seen, skip, missing = max(first, _FIRST_LOOK), 0, 0, most
        while seen < most:
            # The carrier at which a look ended is met again by the next, and passed over.
            limit = min(look, most - seen) + skip
            statement = self.compiler().hits(
                self.resolved.meaning,
                kind=self.kind,
                start=start,
                backwards=backwards,
                limit=limit,
            )
            rows = rows_of(statement)
            found = rows[skip:]
            yield found
            if len(rows) < limit:
                return
            seen += len(found)
            start, skip = (rows[-1].scope, rows[-1].carrier), 1
            subjects = hits_in(found)
            missing -= subjects
            seem_to_do = math.ceil(_AMPLY * missing * len(found) / subjects)
            look = min(_AT_MOST_TIMES * look, max(seem_to_do, _FIRST_LOOK))

    def gathered(self, start: tuple[int, int] | None, *, backwards: bool, limit: int) -> list[Hits]:
        """The first carriers with hits, from one on; thereafter their count is told."""
        statement = self.compiler().hits_and_total(
            self.resolved.meaning,
            kind=self.kind,
            start=start,
            backwards=backwards,
            limit=limit,
            enough=self.counted.enough,
        )
        *rows, (_, total, _) = rows_of(statement)
        self.counted.total = total
        return rows

    def carriers(self) -> list[Hits]:
        """All carriers with hits, in one statement."""
        return rows_of(self.compiler().all_hits(self.resolved.meaning, kind=self.kind))

    def among(self, carriers: Sequence[int]) -> list[Hits]:
        """Which of some carriers have hits, in one statement."""
        return self.narrowed(OnCarriers(tuple(carriers))).carriers()

    def compiler(self) -> Compiler:
        """What writes a statement of this search."""
        return Compiler(
            scopes=self.scopes,
            shapes=self.shapes,
            carriers=None if self.is_sparse else self.carriers_seen,
            are_few=self.are_few,
            is_part=self.is_part,
        )


def rows_of(statement: Statement) -> list[Hits]:
    """The rows of a compiled statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return [Hits(*row) for row in cursor.fetchall()]
