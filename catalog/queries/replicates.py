"""Wells of the same condition, across plates: what replicates are, as far as plate maps say so."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection

from catalog.errors import SearchTooWide
from catalog.queries.cursors import Cursor
from catalog.queries.found_pages import Wanted, around, numbers_of
from catalog.queries.hits import Search
from catalog.queries.subjects import Subject
from plates.models import Key
from plates.platemaps.conditions import CONDITION_KEYS
from plates.platemaps.keys import Family
from plates.queries.annotation import Spot

MOST: Final = 20_000
"""Wells whose conditions are compared at a time."""

_SAID: Final = """
    SELECT r.carrier_id, r.position, r.id, c."group", k.name, k.family, t.folded, t.number, t.unit
      FROM unnest(%s::integer[], %s::integer[]) AS s (carrier, position)
      JOIN plates_annotationrow r ON r.carrier_id = s.carrier AND r.position = s.position
     CROSS JOIN LATERAL unnest(r.columns, r.terms) AS u (number, term)
      JOIN plates_platemapcolumn c
        ON c.plate_map_id = r.plate_map_id AND c.number = u.number AND c.key_id = ANY(%s)
      JOIN plates_key k ON k.serial = c.key_id
      LEFT JOIN plates_termmerge m ON m.term_id = u.term
      JOIN plates_term t ON t.serial = coalesce(m.into_id, u.term)
"""

Value = tuple[str, str | float, str]
"""A key, and its word without case or its number in a base unit."""
Condition = tuple[frozenset[frozenset[Value]], frozenset[Value]]
"""The treatments of a well, each with what belongs to it, and what else is said of it."""


class _Told(NamedTuple):
    row: int
    group: int
    is_treatment: bool
    value: Value


@dataclass(frozen=True, slots=True)
class Replicates:
    """Wells of one condition, in the order of the catalog."""

    subjects: list[Subject]

    @property
    def plates(self) -> int:
        """On how many plates they are."""
        return len({subject.carrier for subject in self.subjects})


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a search finds, by condition."""

    replicates: list[Replicates]
    """By the place of the first well of each."""
    without: int
    """Wells of which no plate map says a condition."""


@dataclass(frozen=True, slots=True)
class ReplicatesPage:
    """Some of the conditions that were found, and the cursors of the pages around them."""

    shown: Sequence[Replicates]
    next: str | None
    previous: str | None

    def named(self, most: int) -> list[Subject]:
        """The first wells of each."""
        return [subject for one in self.shown for subject in one.subjects[:most]]


def replicates_page(grouped: Grouped, wanted: Wanted) -> ReplicatesPage:
    """A page of the conditions that were found, by the first well of each."""
    cursor = wanted.read(length=len(Subject._fields))
    firsts = [one.subjects[0] for one in grouped.replicates]
    start, end = _between(firsts, cursor, wanted.limit)
    more = start > 0 if cursor is not None and cursor.backwards else end < len(firsts)
    edges = [tuple(first) for first in firsts[start:end]]
    return ReplicatesPage(grouped.replicates[start:end], *around(edges, wanted, cursor, more=more))


def _between(firsts: Sequence[Subject], cursor: Cursor | None, limit: int) -> tuple[int, int]:
    if cursor is None:
        return 0, limit
    edge = Subject(*numbers_of(cursor.values))
    if cursor.backwards:
        end = bisect_left(firsts, edge)
        return max(0, end - limit), end
    start = bisect_right(firsts, edge)
    return start, start + limit


def replicates_of(search: Search) -> Grouped:
    """All that a search finds, by condition; SearchTooWide if that is more than can be compared."""
    subjects = _all_of(search)
    conditions = _conditions_of(subjects)
    groups: dict[Condition, list[Subject]] = defaultdict(list)
    without = 0
    for subject in subjects:
        condition = conditions.get((subject.carrier, subject.position))
        if condition is None:
            without += 1
        else:
            groups[condition].append(subject)
    return Grouped([Replicates(group) for group in groups.values()], without)


def _all_of(search: Search) -> list[Subject]:
    found = search.page(limit=MOST, is_counted=False)
    if found.more:
        raise SearchTooWide(MOST)
    return found.subjects


def _conditions_of(subjects: Sequence[Subject]) -> dict[Spot, Condition]:
    keys = Key.objects.filter(name__in=CONDITION_KEYS).order_by().values_list("serial", flat=True)
    spots = [[one.carrier for one in subjects], [one.position for one in subjects]]
    told: dict[Spot, list[_Told]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [*spots, list(keys)])
        for carrier, position, row, group, key, family, word, number, unit in cursor:
            value = (key, word if number is None else number, unit)
            is_treatment = family == Family.TREATMENT.value
            told[carrier, position].append(_Told(row, group, is_treatment, value))
    return {spot: _condition(values) for spot, values in told.items()}


def _condition(told: Sequence[_Told]) -> Condition:
    """What belongs to a whole row belongs to each treatment of it."""
    by_row: dict[int, dict[int, set[Value]]] = defaultdict(lambda: defaultdict(set))
    for one in told:
        if one.is_treatment:
            by_row[one.row][one.group].add(one.value)
    treatments: set[frozenset[Value]] = set()
    for groups in by_row.values():
        whole = groups.pop(0, set())
        treatments |= {frozenset(group | whole) for group in groups.values()}
        if not groups:
            treatments.add(frozenset(whole))
    return frozenset(treatments), frozenset(one.value for one in told if not one.is_treatment)
