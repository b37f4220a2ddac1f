"""The subjects that a query finds, in their order: pages of them, and how many there are."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from catalog.queries.visible import Viewer
from catalog.search.compile import FEW, Compiler
from catalog.search.language import parse
from catalog.search.meanings import AllOf, Meaning, OnCarriers
from catalog.search.places import Shape
from catalog.search.resolve import Resolved, resolve
from catalog.search.statement import Statement
from plates.states import CarrierKind

COUNTED_UP_TO = 10_000
"""Beyond so many subjects a count says only that there are more."""
_FIRST_LOOK = 16
"""Carriers; what is common fills a page with the first few."""


class Subject(NamedTuple):
    """A well or an image: its place in the one order that there is."""

    scope: int
    carrier: int
    position: int


class Hits(NamedTuple):
    """The hits on one carrier."""

    scope: int
    carrier: int
    bits: str


@dataclass(frozen=True, slots=True)
class Found:
    """Some subjects in order, and whether there are more beyond them."""

    subjects: list[Subject]
    more: bool


class Search:
    """One query of one viewer."""

    def __init__(self, text: str, viewer: Viewer, *, kind: CarrierKind = CarrierKind.PLATE) -> None:
        """Understand a query; QueryError where it cannot be."""
        self.text = text
        self.viewer = viewer
        self.kind = kind
        self.query = parse(text)
        self.resolved: Resolved = resolve(self.query, scopes=viewer.scopes)
        self.shapes, self.plates = shapes_seen_by(viewer)

    def narrowed(self, *more: Meaning) -> "Search":
        """The same for those of its subjects for which more holds."""
        meaning = self.resolved.meaning
        parts = meaning.parts if isinstance(meaning, AllOf) else (meaning,)
        narrowed = copy(self)
        narrowed.resolved = replace(self.resolved, meaning=AllOf((*parts, *more)))
        return narrowed

    def page(self, *, limit: int, beyond: Subject | None = None, backwards: bool = False) -> Found:
        """The next subjects beyond one, or from the beginning; backwards, those before it."""
        found: list[Subject] = []
        for hits in self.hits(edge=beyond, backwards=backwards, most=limit + 2):
            for subject in subjects_of(hits, backwards=backwards):
                if beyond is None or (subject < beyond if backwards else subject > beyond):
                    found.append(subject)
                if len(found) > limit:
                    return Found(found[:limit], more=True)
        return Found(found, more=False)

    def count(self) -> tuple[int, bool]:
        """How many subjects there are, and whether that is exact; at most COUNTED_UP_TO."""
        counted = 0
        # Of what is rarer most carriers would have to be looked at, a few at a time.
        at_once = self.resolved.meaning.weight < 4 * COUNTED_UP_TO
        for hits in self.hits(most=COUNTED_UP_TO + 1, at_once=at_once):
            counted += hits.bits.count("1")
            if counted > COUNTED_UP_TO:
                return COUNTED_UP_TO, False
        return counted, True

    def hits(
        self,
        *,
        edge: Subject | None = None,
        backwards: bool = False,
        most: int | None = None,
        at_once: bool = False,
    ) -> Iterator[Hits]:
        """The carriers with hits in order, from that of a subject on; a few first, then more.

        At once: up to `most` in one statement.
        """
        look = _FIRST_LOOK if most is None or not at_once else most
        start: tuple[int, int] | None = None if edge is None else (edge.scope, edge.carrier)
        seen = 0
        skip = 0
        while most is None or seen < most:
            # The carrier at which a look ended is met again by the next, and passed over.
            rows = self.look(start, backwards=backwards, limit=look + skip, at_once=at_once)
            yield from rows[skip:]
            seen += len(rows) - skip
            if len(rows) < look + skip:
                return
            start, skip = (rows[-1].scope, rows[-1].carrier), 1
            look *= 4

    def carriers(self) -> list[Hits]:
        """All carriers with hits, in one statement."""
        return self.look(None, backwards=False, limit=None)

    def among(self, carriers: Sequence[int]) -> list[Hits]:
        """Which of some carriers have hits, in one statement."""
        return self.narrowed(OnCarriers(tuple(carriers))).carriers()

    def compiler(self, *, at_once: bool = False) -> Compiler:
        """What writes a statement of this search; `at_once`, one that looks at all carriers."""
        is_known = self.kind is CarrierKind.PLATE and (not at_once or self.plates <= FEW)
        return Compiler(
            scopes=self.viewer.scopes,
            shapes=self.shapes,
            carriers=self.plates if is_known else None,
        )

    def look(
        self,
        start: tuple[int, int] | None,
        *,
        backwards: bool,
        limit: int | None,
        at_once: bool = False,
    ) -> list[Hits]:
        """One statement's worth of carriers, from one on."""
        statement = self.compiler(at_once=at_once or limit is None).hits(
            self.resolved.meaning,
            kind=self.kind,
            after=None if backwards else start,
            before=start if backwards else None,
            backwards=backwards,
            limit=limit,
        )
        return rows_of(statement)


def rows_of(statement: Statement) -> list[Hits]:
    """The rows of a compiled statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return [Hits(*row) for row in cursor.fetchall()]


def subjects_of(hits: Hits, *, backwards: bool = False) -> Iterator[Subject]:
    """The subjects of a carrier that were hit, by position."""
    places = range(len(hits.bits))
    for position in reversed(places) if backwards else places:
        if hits.bits[position] == "1":
            yield Subject(hits.scope, hits.carrier, position)


def shapes_seen_by(viewer: Viewer) -> tuple[Sequence[Shape], int]:
    """The shapes of the plates that a viewer may see, a handful, and how many plates these are."""
    rows = viewer.plates.order_by().values_list("rows", "columns")
    counted = list(rows.annotate(n=Count("pk")))
    return [Shape(*shape) for *shape, _ in counted], sum(n for *_, n in counted)
