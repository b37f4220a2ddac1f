"""The search index of carriers: a pure function of their annotation rows, written by difference."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from plates.models import AnnotationRow, Carrier, Readout
from plates.platemaps.column_summaries import read_number
from plates.platemaps.layers import LayerTerms, indexed
from plates.queries.said import AppliedColumns, applied_columns, said_on, said_texts
from plates.services.annotation_lock import ImportStopped
from plates.services.index_layers import Layers, remove_orphans
from plates.services.sufficient_layers import mark_sufficient_layers

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_POSITIONS_AT_ONCE: Final = 12_000
"""Carriers are worked on together up to so many positions: memory is bounded by it."""


@dataclass(slots=True)
class CarrierIndex:
    """What a carrier's rows make of it."""

    carrier: int
    scope: int
    length: int
    layers: dict[bytes, LayerTerms] = field(default_factory=dict)
    constants: dict[int, int] = field(default_factory=dict)
    """Keys by terms."""
    readouts: dict[int, list[float | None]] = field(default_factory=dict)
    """Numbers at all positions, by keys."""


@dataclass(frozen=True, slots=True)
class DerivedIndexes:
    """What the rows of some carriers make of them."""

    carriers: tuple[CarrierIndex, ...]
    quantities: frozenset[int]
    """Keys whose terms have numbers."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def add_to_index(
    cursor: "CursorWrapper",
    carriers: Sequence[int],
    *,
    plate_map: int,
    stop: Callable[[], bool] = never,
) -> None:
    """Put on carriers what a plate map says that was applied after all others there.

    The annotation lock has to be held. ImportStopped if it is told to stop.
    """
    layers = Layers(cursor)
    for some in in_batches(carriers):
        _refuse_to_go_on(stop)
        derived = derive(some, plate_map=plate_map)
        _write_layers(cursor, derived, layers.ensure(layers_of(derived), derived.quantities))
        _write_constants(cursor, derived)
        _write_readouts(cursor, derived)
        mark_sufficient_layers(cursor, some)


def rebuild(
    cursor: "CursorWrapper", carriers: Sequence[int], *, stop: Callable[[], bool] = never
) -> int:
    """Make the index of carriers what their rows say; how many rows of it were written or removed.

    The annotation lock has to be held. ImportStopped if it is told to stop.
    """
    layers = Layers(cursor)
    written = 0
    for some in in_batches(carriers):
        _refuse_to_go_on(stop)
        derived = derive(some)
        serials = layers.ensure(layers_of(derived), derived.quantities)
        written += _write_layers(cursor, derived, serials)
        written += _write_constants(cursor, derived)
        written += _write_readouts(cursor, derived)
        gone = _take_layers_off(cursor, derived, serials)
        written += len(gone) + _take_constants_off(cursor, derived)
        written += _take_readouts_off(cursor, derived)
        written += mark_sufficient_layers(cursor, some)
        if gone:
            remove_orphans(cursor, gone)
            layers = Layers(cursor)
    return written


def derive(carriers: Sequence[int], *, plate_map: int | None = None) -> DerivedIndexes:
    """What the rows of carriers make of them: of one plate map, or of all.

    Of one plate map, its readouts are laid over those that are kept.
    """
    rows = Carrier.objects.filter(pk__in=carriers).order_by("pk")
    found = {
        pk: CarrierIndex(pk, scope, positions)
        for pk, scope, positions in rows.values_list("pk", "scope", "positions")
    }
    if plate_map is None:
        told = AnnotationRow.objects.filter(carrier__in=carriers).order_by()
        plate_maps = list(told.values_list("plate_map_id", flat=True).distinct())
    else:
        plate_maps = [plate_map]
    columns = applied_columns(plate_maps)
    for carrier, of, said in said_on(carriers, plate_map=plate_map):
        index = found[carrier]
        terms = indexed(said, columns[of].uses, length=index.length)
        index.layers |= {layer.digest: layer for layer in terms.layers}
        index.constants |= dict(terms.constants)
    if plate_map is not None:
        _take_up_kept_readouts(found)
    _read_readouts(found, columns)
    quantities = frozenset[int]().union(*(one.quantities for one in columns.values()))
    return DerivedIndexes(tuple(found.values()), quantities)


def _take_up_kept_readouts(found: dict[int, CarrierIndex]) -> None:
    for readout in Readout.objects.filter(carrier__in=list(found)).order_by():
        index = found[readout.carrier_id]
        missing = index.length - len(readout.numbers)
        index.readouts[readout.key_id] = [*readout.numbers, *[None] * missing]


def _read_readouts(found: dict[int, CarrierIndex], columns: dict[int, AppliedColumns]) -> None:
    """Lay the numbers of rows over each other, later turns and later rows on top."""
    measuring = [plate_map for plate_map, applied in columns.items() if applied.readouts]
    if not measuring:
        return
    for carrier, of, position, numbers, texts in said_texts(list(found), measuring):
        index, keys = found[carrier], columns[of].readouts
        for number, text in zip(numbers, texts, strict=True):
            key = keys.get(number)
            value = read_number(text) if key is not None else None
            if key is not None and value is not None:
                if key not in index.readouts:
                    index.readouts[key] = [None] * index.length
                index.readouts[key][position] = value


def in_batches(carriers: Iterable[int]) -> Iterator[list[int]]:
    """Carriers in the order of their numbers, as many at once as are worked on together."""
    lengths = Carrier.objects.filter(pk__in=list(carriers)).order_by("pk")
    some: list[int] = []
    positions = 0
    for pk, length in lengths.values_list("pk", "positions"):
        if some and positions + length > _POSITIONS_AT_ONCE:
            yield some
            some, positions = [], 0
        some.append(pk)
        positions += length
    if some:
        yield some


def _refuse_to_go_on(stop: Callable[[], bool]) -> None:
    if stop():
        raise ImportStopped


def layers_of(derived: DerivedIndexes) -> dict[bytes, LayerTerms]:
    """All layers of some carriers, by their digests."""
    return {digest: layer for one in derived.carriers for digest, layer in one.layers.items()}


def _layer_rows(
    derived: DerivedIndexes, serials: dict[bytes, int]
) -> tuple[list[int], list[int], list[int]]:
    rows = [
        (serials[digest], one.scope, one.carrier)
        for one in derived.carriers
        for digest in one.layers
    ]
    return _columns_of(rows)


def _constant_rows(derived: DerivedIndexes) -> tuple[list[int], list[int], list[int]]:
    return _columns_of(
        [(term, one.scope, one.carrier) for one in derived.carriers for term in one.constants]
    )


def _columns_of(rows: list[tuple[int, int, int]]) -> tuple[list[int], list[int], list[int]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


_ADD_LAYERS = """
    INSERT INTO plates_carrierlayer (layer_id, scope, carrier_id)
    SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[])
        ON CONFLICT (layer_id, scope, carrier_id) DO NOTHING
"""
_ADD_CONSTANTS = """
    INSERT INTO plates_carrierterm (term_id, scope, carrier_id, key_id)
    SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::smallint[])
        ON CONFLICT (term_id, scope, carrier_id) DO NOTHING
"""
_ADD_READOUT = """
    INSERT INTO plates_readout AS r (key_id, scope, carrier_id, numbers, lowest, highest)
    VALUES (%s, %s, %s, %s::double precision[], %s, %s)
        ON CONFLICT (key_id, carrier_id) DO UPDATE
       SET scope = EXCLUDED.scope, numbers = EXCLUDED.numbers,
           lowest = EXCLUDED.lowest, highest = EXCLUDED.highest
     WHERE (r.scope, r.numbers) IS DISTINCT FROM (EXCLUDED.scope, EXCLUDED.numbers)
"""
_TAKE_LAYERS_OFF = """
    DELETE FROM plates_carrierlayer k
     WHERE k.carrier_id = ANY(%s)
       AND (k.layer_id, k.scope, k.carrier_id) NOT IN
           (SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[]))
    RETURNING layer_id
"""
_TAKE_CONSTANTS_OFF = """
    DELETE FROM plates_carrierterm k
     WHERE k.carrier_id = ANY(%s)
       AND (k.term_id, k.scope, k.carrier_id) NOT IN
           (SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[]))
"""
_TAKE_READOUTS_OFF = """
    DELETE FROM plates_readout r
     WHERE r.carrier_id = ANY(%s)
       AND (r.key_id, r.carrier_id) NOT IN (SELECT * FROM unnest(%s::smallint[], %s::integer[]))
"""


def _write_layers(
    cursor: "CursorWrapper", derived: DerivedIndexes, serials: dict[bytes, int]
) -> int:
    cursor.execute(_ADD_LAYERS, _layer_rows(derived, serials))
    return int(cursor.rowcount)


def _write_constants(cursor: "CursorWrapper", derived: DerivedIndexes) -> int:
    keys = [key for one in derived.carriers for key in one.constants.values()]
    cursor.execute(_ADD_CONSTANTS, [*_constant_rows(derived), keys])
    return int(cursor.rowcount)


def _write_readouts(cursor: "CursorWrapper", derived: DerivedIndexes) -> int:
    rows = []
    for one in derived.carriers:
        for key, numbers in sorted(one.readouts.items()):
            known = [number for number in numbers if number is not None]
            rows.append((key, one.scope, one.carrier, numbers, min(known), max(known)))
    if not rows:
        return 0
    cursor.executemany(_ADD_READOUT, rows)
    return int(cursor.rowcount)


def _take_layers_off(
    cursor: "CursorWrapper", derived: DerivedIndexes, serials: dict[bytes, int]
) -> list[int]:
    carriers = [one.carrier for one in derived.carriers]
    cursor.execute(_TAKE_LAYERS_OFF, [carriers, *_layer_rows(derived, serials)])
    return [layer for (layer,) in cursor.fetchall()]


def _take_constants_off(cursor: "CursorWrapper", derived: DerivedIndexes) -> int:
    carriers = [one.carrier for one in derived.carriers]
    cursor.execute(_TAKE_CONSTANTS_OFF, [carriers, *_constant_rows(derived)])
    return int(cursor.rowcount)


def _take_readouts_off(cursor: "CursorWrapper", derived: DerivedIndexes) -> int:
    kept = [(key, one.carrier) for one in derived.carriers for key in one.readouts]
    carriers = [one.carrier for one in derived.carriers]
    keys, of = [key for key, _ in kept], [carrier for _, carrier in kept]
    cursor.execute(_TAKE_READOUTS_OFF, [carriers, keys, of])
    return int(cursor.rowcount)
