"""What joining tables left over on each side."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from plates.platemaps.mappings import Place

EXAMPLES = 100
"""So many are kept of what is left over in one column."""
MAX_DISTINCT = 100_000


class Left(NamedTuple):
    """A cell that was left over, and where it stands."""

    place: Place
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Orphans:
    """How many were left over, column by column, and the first of each."""

    counts: tuple[tuple[Place, int], ...] = ()
    examples: tuple[Left, ...] = ()

    @property
    def count(self) -> int:
        """How many in all columns."""
        return sum(count for _, count in self.counts)

    def of(self, place: Place) -> tuple[Left, ...]:
        """The first of one column."""
        return tuple(left for left in self.examples if left.place == place)


@dataclass(frozen=True, slots=True)
class JoinReport:
    """What found no partner, on each side of the joins."""

    without_map: Orphans = Orphans()
    """Rows that name a plate map which is not among the tables, or could be several."""
    no_map: Orphans = Orphans()
    """Rows that say themselves that there is no map: `control`, or nothing."""
    unused_maps: tuple[str, ...] = ()
    """Names of plate maps that no row names."""
    without_reagent: Orphans = Orphans()
    """Names of reagents, each once, that the tables of reagents do not have."""
    unused_reagents: Orphans = Orphans()
    """Rows of reagents, each name once, that nothing names."""
    repeated: Orphans = Orphans()
    """Rows that say again what another row of their table says: counted once."""
    contradictions: Orphans = Orphans()
    """Names of reagents of which several rows say different things."""
    forgiven: tuple[tuple[str, str], ...] = ()
    """Names of plate maps that are spelt otherwise than the map: (as spelt, the map's name)."""


class Tally:
    """Counts what is left over in each column, each text once, and keeps the first."""

    def __init__(self) -> None:
        self._seen: set[tuple[Place, str]] = set()
        self._counts = Counter[Place]()
        self._examples: list[Left] = []

    def add(self, place: Place, row: int, text: str) -> None:
        """Counts it, unless the same text was counted there before (of the first 100,000)."""
        if (place, text) in self._seen:
            return
        if len(self._seen) < MAX_DISTINCT:
            self._seen.add((place, text))
        self.add_row(place, row, text)

    def add_row(self, place: Place, row: int, text: str) -> None:
        """Counts a row, whatever it says."""
        self._counts[place] += 1
        if self._counts[place] <= EXAMPLES:
            self._examples.append(Left(place, row, text))

    def orphans(self) -> Orphans:
        """What was counted."""
        return Orphans(tuple(self._counts.items()), tuple(self._examples))
