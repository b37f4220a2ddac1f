"""How many subjects have each term, and where subjects are, worked out plainly from the rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from plates.models import (
    AnnotationRow,
    Carrier,
    Image,
    PlateMap,
    Term,
    TermOverlap,
    TermScope,
    Well,
)
from plates.states import PlateMapState

Counts = Counter[tuple[int, int]]
"""Subjects by scope and term."""


def counts_kept() -> Counts:
    """As they were written down, all differences added."""
    return added(TermScope.objects.values_list("scope", "term", "subjects"))


def added(rows: Iterable[tuple[int, int, int]]) -> Counts:
    """The sums of numbers by the two that they are of, without zeros."""
    found: Counts = Counter()
    for scope, of, number in rows:
        found[scope, of] += number
    return Counter({counted: number for counted, number in found.items() if number})


def counts_by_rows() -> Counts:
    """By the rows of all imports that stand, at the wells and images that there are."""
    return Counter({counted: len(where) for counted, where in spots_by_rows().items()})


def overlaps_kept() -> Counts:
    """How often subjects have several terms of a key, by scope and key, as it was written down."""
    return added(TermOverlap.objects.values_list("scope", "key", "surplus"))


def overlaps_by_rows() -> Counts:
    """The same by the rows: each spot of a key counts once less than it has terms."""
    keys = dict(Term.objects.values_list("serial", "key"))
    terms_at: Counter[tuple[int, int, tuple[int, int]]] = Counter()
    for (scope, term), where in spots_by_rows().items():
        terms_at.update((scope, keys[term], spot) for spot in where)
    return added((scope, key, terms - 1) for (scope, key, _), terms in terms_at.items())


def spots_by_rows() -> dict[tuple[int, int], set[tuple[int, int]]]:
    """Where subjects have terms, by scope and term: carriers and positions."""
    there = places()
    spots: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    standing = PlateMap.objects.filter(state=PlateMapState.APPLIED.value)
    rows = AnnotationRow.objects.filter(plate_map__in=standing).select_related("carrier")
    for row in rows:
        if row.position in there[row.carrier_id]:
            for term in row.terms:
                spots[row.carrier.scope, term].add((row.carrier_id, row.position))
    return spots


def places() -> dict[int, set[int]]:
    """The positions of wells and images, by carriers; none of what vanished."""
    found: dict[int, set[int]] = defaultdict(set)
    wells = Well.objects.filter(plate__vanished_at=None)
    for carrier, position in wells.values_list("plate__carrier", "position"):
        found[carrier].add(position)
    images = Image.objects.filter(store__vanished_at=None, listed=True)
    for carrier, position in images.values_list("store__carrier", "position"):
        if carrier is not None:
            found[carrier].add(position)
    return found


def places_kept() -> dict[int, set[int]]:
    """The positions that carriers say are occupied."""
    rows = Carrier.objects.values_list("pk", "positions", "occupied")
    found = {}
    for carrier, positions, occupied in rows:
        assert occupied is not None
        assert len(occupied) == positions
        found[carrier] = {place for place, bit in enumerate(occupied) if bit == "1"}
    return found
