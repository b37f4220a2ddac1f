"""What annotation rows say, as arrays: read straight from Postgres's binary form of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from psycopg import Cursor
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from plates.models import PlateMapColumn
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.layers import ColumnUses, Integers, SaidTerms
from plates.queries.merged_terms import merged_terms, told_as

# One dimension: number of dimensions, flags, type, length and lower bound; of an empty array
# only the first three. Then each element with its length before it.
_HEAD = 20
_INTEGERS = np.dtype([("length", ">i4"), ("value", ">i4")])
_SMALL_INTEGERS = np.dtype([("length", ">i4"), ("value", ">i2")])

_TERMS = """
    SELECT carrier_id, plate_map_id, position, columns, terms
      FROM plates_annotationrow
     WHERE carrier_id = ANY(%(carriers)s)
     ORDER BY carrier_id, plate_map_id, id
"""

_TERMS_OF_ONE = """
    SELECT carrier_id, plate_map_id, position, columns, terms
      FROM plates_annotationrow
     WHERE carrier_id = ANY(%(carriers)s) AND plate_map_id = %(plate_map)s
     ORDER BY carrier_id, id
"""

_TEXTS = """
    SELECT r.carrier_id, r.plate_map_id, r.position, r.text_columns, r.texts
      FROM plates_annotationrow r JOIN plates_platemap m ON m.serial = r.plate_map_id
     WHERE r.carrier_id = ANY(%(carriers)s) AND r.plate_map_id = ANY(%(plate_maps)s)
       AND r.text_columns <> '{}'
     ORDER BY m.turn, r.id
"""


class _Raw(Loader):
    """Leaves an array as the bytes that Postgres sent."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


@dataclass(frozen=True, slots=True)
class AppliedColumns:
    """What the columns of an applied plate map are to the index."""

    uses: ColumnUses
    quantities: frozenset[int]
    """The keys whose terms have numbers."""
    readouts: dict[int, int]
    """Keys of the columns that hold readouts, by the columns' numbers."""


def applied_columns(plate_maps: Sequence[int]) -> dict[int, AppliedColumns]:
    """The columns of some applied plate maps."""
    rows = defaultdict[int, list[tuple[int, int, int, str, str]]](list)
    told = PlateMapColumn.objects.filter(plate_map__in=plate_maps).order_by("number")
    for plate_map, number, key, group, kind, family in told.values_list(
        "plate_map_id", "number", "key_id", "group", "kind", "key__family"
    ):
        rows[plate_map].append((number, key, group, kind, family))
    return {plate_map: _applied(columns) for plate_map, columns in rows.items()}


def _applied(columns: list[tuple[int, int, int, str, str]]) -> AppliedColumns:
    length = max(number for number, *_ in columns) + 1
    keys, groups = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
    treats = np.zeros(length, dtype=np.bool_)
    for number, key, group, _, family in columns:
        keys[number] = key
        treats[number] = family == Family.TREATMENT.value
        groups[number] = group if treats[number] else 0
    return AppliedColumns(
        ColumnUses(keys, groups, treats),
        frozenset(key for _, key, _, kind, _ in columns if kind == KeyKind.QUANTITY.value),
        {number: key for number, key, _, kind, _ in columns if kind == KeyKind.READOUT.value},
    )


def said_on(
    carriers: Sequence[int], *, plate_map: int | None = None
) -> Iterator[tuple[int, int, SaidTerms]]:
    """Carrier, plate map and what that says there; of one plate map, or of all that are applied."""
    merged = merged_terms()
    at: tuple[int, int] | None = None
    rows: list[tuple[int, bytes, bytes]] = []
    with array_cursor() as cursor:
        statement = _TERMS if plate_map is None else _TERMS_OF_ONE
        cursor.execute(statement, {"carriers": list(carriers), "plate_map": plate_map})
        for carrier, of, position, columns, terms in cursor:
            if at != (carrier, of):
                if at is not None:
                    yield (*at, _said(rows, merged))
                at, rows = (carrier, of), []
            rows.append((position, columns, terms))
    if at is not None:
        yield (*at, _said(rows, merged))


def binary_cursor() -> "Cursor[tuple[Any, ...]]":
    """A cursor of Django's connection whose answers are not written as text in between."""
    connection.ensure_connection()
    cursor = Cursor(connection.connection)
    cursor.format = Format.BINARY
    return cursor


def array_cursor() -> "Cursor[tuple[Any, ...]]":
    """A binary cursor that leaves arrays of integers as they came, for `flat_integers`."""
    cursor = binary_cursor()
    for kind in ("int2", "int4"):
        array = cursor.adapters.types[kind].array_oid
        cursor.adapters.register_loader(array, _Raw)
    return cursor


def _said(rows: list[tuple[int, bytes, bytes]], merged: Mapping[int, int]) -> SaidTerms:
    positions, columns, terms = zip(*rows, strict=True)
    return SaidTerms(
        np.array(positions, dtype=np.int64),
        lengths_of(terms),
        flat_small_integers(columns),
        told_as(flat_integers(terms), merged),
    )


def array_text(numbers: Sequence[int]) -> str:
    """Integers as Postgres writes an array of them: ten times faster than one by one."""
    return f"{{{','.join(map(str, numbers))}}}"


def lengths_of(arrays: Sequence[bytes]) -> Integers:
    """How many numbers each array of integers has."""
    lengths = [max(len(one) - _HEAD, 0) // _INTEGERS.itemsize for one in arrays]
    return np.array(lengths, dtype=np.int64)


def flat_integers(arrays: Sequence[bytes]) -> Integers:
    """The numbers of arrays of integers, one array after the other."""
    return _joined(arrays, _INTEGERS)


def flat_small_integers(arrays: Sequence[bytes]) -> Integers:
    """The numbers of arrays of small integers, one array after the other."""
    return _joined(arrays, _SMALL_INTEGERS)


def _joined(arrays: Sequence[bytes], kind: "np.dtype[np.void]") -> Integers:
    flat = np.frombuffer(b"".join(one[_HEAD:] for one in arrays), dtype=kind)
    return flat["value"].astype(np.int64)


def said_texts(
    carriers: Sequence[int], plate_maps: Sequence[int]
) -> Iterator[tuple[int, int, int, list[int], list[str]]]:
    """Carrier, plate map, position, columns and texts, in the order of the imports' turns."""
    with binary_cursor() as cursor:
        cursor.execute(_TEXTS, {"carriers": list(carriers), "plate_maps": list(plate_maps)})
        yield from cursor
