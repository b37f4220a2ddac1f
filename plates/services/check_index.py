"""Compare what search rests on with the rows that it is derived from, and make it anew."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from plates.models import (
    Carrier,
    CarrierLayer,
    CarrierTerm,
    DecadeMask,
    KeyMask,
    Mask,
    Quantity,
    Readout,
    Term,
    TermOverlap,
)
from plates.queries.kept_index import IndexRow, kept_index, layer_rows
from plates.services.annotation_lock import lock_annotation
from plates.services.carrier_lock import lock_carriers
from plates.services.index import (
    CarrierIndex,
    DerivedIndexes,
    derive,
    in_batches,
    layers_of,
    rebuild,
)
from plates.services.index_layers import Layers, remove_orphans, unused_layers
from plates.services.search_masks import (
    differing_field_masks,
    differing_occupied,
    keep_search_masks,
)
from plates.services.sufficient_layers import differing_sufficient_layers
from plates.services.tables import loading_cursor
from plates.services.term_counts import (
    differing_counts,
    differing_overlaps,
    mend_counts,
    mend_overlaps,
)
from plates.states import IndexPart

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_CARRIERS_AT_ONCE: Final = 200
_TERMS_AT_ONCE: Final = 2_000
_LAYERS_AT_ONCE: Final = 1_000
_PLACES: Final = (IndexPart.OCCUPIED, IndexPart.FIELD_MASK, IndexPart.SUFFICIENT_LAYER)


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the index that is not what it is derived from."""

    part: IndexPart
    number: int
    """Of the carrier; of the layer, the term or the key where the part is about these."""
    missing: int = 0
    surplus: int = 0
    """Rows, positions or subjects that are kept and should not be."""
    scope: int = 0
    """Of a count or an overlap."""


@contextmanager
def at_one_moment() -> "Iterator[CursorWrapper]":
    """A cursor for which nothing changes until its end; it can only read, and makes nobody wait."""
    with transaction.atomic(durable=True), loading_cursor("REPEATABLE READ, READ ONLY") as cursor:
        yield cursor


def carrier_batches() -> Iterator[list[int]]:
    """All carriers by their numbers, as many at once as are checked in one transaction."""
    after = 0
    rows = Carrier.objects.order_by("pk").values_list("pk", flat=True)
    while some := list(rows.filter(pk__gt=after)[:_CARRIERS_AT_ONCE]):
        yield from in_batches(some)
        after = some[-1]


def term_ranges() -> Iterator[tuple[int, int, int]]:
    """All terms in ranges of their numbers: after the first, up to the last; and how many it has."""
    after = 0
    rows = Term.objects.order_by("pk").values_list("pk", flat=True)
    while some := list(rows.filter(pk__gt=after)[:_TERMS_AT_ONCE]):
        yield after, some[-1], len(some)
        after = some[-1]


def scopes_counted() -> list[int]:
    """All scopes in which there is something to count, or in which something was."""
    of_carriers = Carrier.objects.order_by().values_list("scope", flat=True).distinct()
    of_overlaps = TermOverlap.objects.order_by().values_list("scope", flat=True).distinct()
    return sorted({*of_carriers, *of_overlaps})


def differences_of_carriers(
    cursor: "CursorWrapper", carriers: Sequence[int]
) -> Iterator[Difference]:
    """Where the index of carriers is not what their rows, wells, fields and images say."""
    for index in derive(carriers).carriers:
        kept, derived = Counter(kept_index(index.carrier)), Counter(derived_rows(index))
        missing, surplus = by_part(derived - kept), by_part(kept - derived)
        for part in sorted({*missing, *surplus}):
            yield Difference(part, index.carrier, missing[part], surplus[part])
    for part, differing in (
        (IndexPart.OCCUPIED, differing_occupied),
        (IndexPart.FIELD_MASK, differing_field_masks),
        (IndexPart.SUFFICIENT_LAYER, differing_sufficient_layers),
    ):
        for carrier, missing_here, surplus_here in differing(cursor, carriers):
            yield Difference(part, carrier, missing_here, surplus_here)


def by_part(rows: Counter[IndexRow]) -> Counter[IndexPart]:
    """How many rows there are of each part of the index."""
    found = Counter[IndexPart]()
    for row, times in rows.items():
        found[IndexPart(str(row[0]))] += times
    return found


def derived_rows(index: CarrierIndex) -> list[IndexRow]:
    """The rows that a carrier's index should have, sorted."""
    found = layer_rows(index.scope, index.layers)
    found += [("constant", index.scope, term, key) for term, key in index.constants.items()]
    for key, numbers in index.readouts.items():
        known = [number for number in numbers if number is not None]
        found.append(("readout", index.scope, key, tuple(numbers), min(known), max(known)))
    return sorted(found, key=repr)


@transaction.atomic
def mend_carriers(carriers: Sequence[int]) -> list[Difference]:
    """Make the index of carriers what their rows, wells, fields and images say; what is left.

    Counts of terms are not touched: they are compared with the index when all of it is right.
    """
    with loading_cursor() as cursor:
        lock_annotation(cursor)
        found = list(differences_of_carriers(cursor, carriers))
        derived = derive(sorted({one.number for one in found if one.part not in _PLACES}))
        sharing = CarrierLayer.objects.filter(layer__digest__in=list(layers_of(derived)))
        lock_carriers(cursor, [*carriers, *sharing.values_list("carrier_id", flat=True)])
        make_anew(cursor, derived)
        keep_search_masks(cursor, carriers)
        return list(differences_of_carriers(cursor, carriers))


def make_anew(cursor: "CursorWrapper", derived: DerivedIndexes) -> None:
    """Write the index of some carriers again.

    What a layer holds is found by its digest alone: those that they should have are written again
    as well, for all carriers that share them.
    """
    Layers(cursor).renew(layers_of(derived), derived.quantities)
    carriers = [index.carrier for index in derived.carriers]
    for rows in (CarrierTerm, Readout):
        rows._default_manager.filter(carrier__in=carriers).delete()  # noqa: SLF001 - Django's own
    rebuild(cursor, carriers)


def differences_of_layers(cursor: "CursorWrapper") -> Iterator[Difference]:
    """Layers that no carrier has, the first thousand of them."""
    for layer in unused_layers(cursor, limit=_LAYERS_AT_ONCE):
        derived = (Mask, KeyMask, DecadeMask, Quantity)
        left = sum(rows._default_manager.filter(layer_id=layer).count() for rows in derived)  # noqa: SLF001 - Django's own
        yield Difference(IndexPart.UNUSED_LAYER, layer, surplus=left)


@transaction.atomic
def remove_unused_layers() -> int:
    """Remove the first thousand layers that no carrier has; how many."""
    with loading_cursor() as cursor:
        lock_annotation(cursor)
        return remove_orphans(cursor, unused_layers(cursor, limit=_LAYERS_AT_ONCE))


def differences_of_counts(
    cursor: "CursorWrapper", *, after: int, last: int
) -> Iterator[Difference]:
    """Where the counts of a range of terms are not what the index says."""
    for _, scope, term, lacking in differing_counts(cursor, after=after, last=last):
        yield Difference(
            IndexPart.COUNT, term, missing=max(lacking, 0), surplus=max(-lacking, 0), scope=scope
        )


@transaction.atomic
def mend_counts_of(*, after: int, last: int) -> int:
    """Make the counts of a range of terms what the index says; how many were not."""
    with connection.cursor() as cursor:
        # Of two who mend at once the second sees what the first has added.
        lock_annotation(cursor)
        return mend_counts(cursor, after=after, last=last)


def differences_of_overlaps(cursor: "CursorWrapper", scope: int) -> Iterator[Difference]:
    """Where the overlaps of one scope are not what the index says."""
    for key, lacking in differing_overlaps(cursor, scope=scope):
        yield Difference(
            IndexPart.OVERLAP, key, missing=max(lacking, 0), surplus=max(-lacking, 0), scope=scope
        )


@transaction.atomic
def mend_overlaps_of(scope: int) -> int:
    """Make the overlaps of one scope what the index says; how many were not."""
    with loading_cursor() as cursor:
        lock_annotation(cursor)
        return mend_overlaps(cursor, scope=scope)
