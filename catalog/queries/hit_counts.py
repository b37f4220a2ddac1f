"""How many subjects a search has: exact up to a number, and found in the cheapest way there is."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from catalog.queries.likely import likely_part
from catalog.queries.spread import Kept, are_many, is_one_term, kept_count
from catalog.queries.subjects import Hits
from catalog.search.driving import drivers_of
from plates.states import CarrierKind

if TYPE_CHECKING:
    from catalog.queries.hits import Search

COUNTED_UP_TO: Final = 10_000
"""Beyond so many subjects a count says only that there are more."""
_AS_MANY: Final = 200
"""Subjects that are gathered while one carrier is looked at, as measured."""
_SAFELY: Final = 1.2
"""A part is counted where so many times as many are likely to be: some wells have several terms."""
_AT_ONCE: Final = 12_000
"""Subjects that might be gathered while the gathering of any begins."""


class HitCount:
    """The count of one search.

    It is kept, or found on a short walk, or a part alone has more than are counted; else all hits
    have to be gathered, which tells their number by the way.
    """

    def __init__(self, search: "Search") -> None:
        self.search = search
        self.total: int | None = None
        """What gathering has told; of more than are counted, any number that is more."""
        self._on_each: float | None = None

    @property
    def enough(self) -> int:
        """Beyond so many subjects their number is not told."""
        return COUNTED_UP_TO

    def note(self, look: Sequence[Hits]) -> None:
        """Remember how many hits a carrier has."""
        if look:
            self._on_each = hits_in(look) / len(look)

    def told(self) -> tuple[int, bool]:
        """How many subjects there are, and whether that is exact; at most COUNTED_UP_TO."""
        if self.total is None:
            if self.is_kept():
                self.total = self.kept.least
            elif self.is_walk_short():
                self.total = self.on_a_walk()
            elif self.is_part_enough:
                self.total = COUNTED_UP_TO + 1
            else:
                self.search.gathered(None, backwards=False, limit=0)
        total = self.total or 0
        return min(total, COUNTED_UP_TO), total <= COUNTED_UP_TO

    def is_soon(self) -> bool:
        """Whether it is told without gathering all hits."""
        if self.total is not None or self.is_kept() or self.is_walk_short():
            return True
        return self.is_part_enough

    @cached_property
    def kept(self) -> Kept:
        """What is known without looking for hits.

        On a few carriers it is looked up of one term, and of terms that may have more than are
        counted: else hits are found as soon as sums are made.
        """
        search, meaning = self.search, self.search.resolved.meaning
        is_soon = is_one_term(meaning) or are_many(meaning, COUNTED_UP_TO) or not search.are_few
        if search.kind is not CarrierKind.PLATE or not is_soon:
            return Kept(0, is_exact=False)
        return kept_count(meaning, search.scopes)

    def is_kept(self) -> bool:
        """Whether the counts of terms tell how many there are, or that there are too many."""
        return self.kept.is_exact or self.kept.least > COUNTED_UP_TO

    @cached_property
    def is_part_enough(self) -> bool:
        """Whether a few of many terms, or some of the scopes, alone have more hits than are counted."""
        search, enough = self.search, int(_SAFELY * COUNTED_UP_TO)
        meaning = search.resolved.meaning
        part = None if search.are_few else likely_part(meaning, search.scopes, enough)
        if part is None:
            return False
        there = search.asking(part.meaning)
        there.scopes, there.is_part = part.scopes, len(part.scopes) < len(search.scopes)
        there.carriers_seen = search.carriers_seen
        there.gathered(None, backwards=False, limit=0)
        return not there.count()[1]

    def is_walk_short(self) -> bool:
        """Whether a walk finds as many as are counted sooner than all are gathered."""
        search = self.search
        drivers = drivers_of(search.resolved.meaning)
        if not drivers:
            return True
        if search.is_sparse or search.are_few:
            return False
        on_each = self._on_each
        if on_each is None and len(drivers) == 1:
            on_each = drivers[0].weight / max(search.carriers_seen, 1)
        weight = min(driver.weight for driver in drivers)
        return (on_each or 0) * (weight + _AT_ONCE) >= _AS_MANY * COUNTED_UP_TO

    def carriers_with(self, subjects: int) -> int:
        """How many carriers with hits have about so many, by what is kept; 0 if that is not known.

        Where hits are thin, one look for as many as a page needs is sooner than several.
        """
        if not (self.kept.is_exact and self.kept.least):
            return 0
        return min(subjects, math.ceil(subjects * self.search.carriers_seen / self.kept.least))

    def on_a_walk(self) -> int:
        """How many there are of what is common; beyond those that are counted, any number."""
        counted = 0
        first = math.ceil(COUNTED_UP_TO / self._on_each) + 1 if self._on_each else 0
        most = COUNTED_UP_TO + 1
        for look in self.search.looks(None, backwards=False, most=most, first=first):
            counted += hits_in(look)
            if counted > COUNTED_UP_TO:
                break
        return counted


def hits_in(look: Sequence[Hits]) -> int:
    """How many subjects some carriers tell."""
    return sum(hits.bits.count("1") for hits in look)
