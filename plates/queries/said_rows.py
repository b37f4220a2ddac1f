"""What was said of a carrier's wells or images, row by row, in keys and values."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeAlias

from django.db import connection
from django.db.models import Exists, OuterRef

from plates.models import AnnotationRow, PlateMap, PlateMapColumn
from plates.platemaps.exported_columns import ExportedColumn
from plates.platemaps.keys import KeyKind
from plates.platemaps.tidy_rows import Said
from plates.platemaps.values import Value
from plates.queries.merged_terms import values_told

_POSITIONS_AT_ONCE: Final = 2_000
_MOST_TERMS: Final = 200_000

_ROWS: Final = """
    SELECT r.position, r.plate_map_id, r.columns, r.terms, r.text_columns, r.texts
      FROM plates_annotationrow r JOIN plates_platemap m ON m.serial = r.plate_map_id
     WHERE r.carrier_id = %s AND r.position >= %s AND r.position < %s
     ORDER BY r.position, m.turn, r.id
"""
_NEXT: Final = """
    SELECT min(position) FROM plates_annotationrow WHERE carrier_id = %s AND position >= %s
"""
_WITH_IDS: Final = """
    SELECT k.name
      FROM plates_key k
     WHERE EXISTS (SELECT 1
                     FROM plates_mask m JOIN plates_term t ON t.serial = m.term_id
                    WHERE m.key_id = k.serial AND t.curie <> ''
                      AND m.layer_id IN (SELECT layer_id FROM plates_carrierlayer
                                          WHERE carrier_id = ANY(%(carriers)s)))
        OR EXISTS (SELECT 1
                     FROM plates_carrierterm c JOIN plates_term t ON t.serial = c.term_id
                    WHERE c.key_id = k.serial AND t.curie <> ''
                      AND c.carrier_id = ANY(%(carriers)s))
"""

_Row: TypeAlias = tuple[int, int, list[int], list[int], list[int], list[str]]


def columns_said_of(carriers: Sequence[int]) -> dict[tuple[int, int], ExportedColumn]:
    """The columns of all plate maps that say anything of some carriers, by map and number."""
    rows = AnnotationRow.objects.filter(plate_map=OuterRef("pk"), carrier__in=list(carriers))
    maps = PlateMap.objects.filter(Exists(rows)).order_by()
    told = PlateMapColumn.objects.filter(plate_map__in=list(maps.values_list("pk", flat=True)))
    return {
        (plate_map, number): ExportedColumn(key, KeyKind(kind), group)
        for plate_map, number, key, kind, group in told.values_list(
            "plate_map_id", "number", "key__name", "kind", "group"
        )
    }


def keys_with_ids(carriers: Sequence[int]) -> frozenset[str]:
    """The keys of which a value on some carriers has an ontology id."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_IDS, {"carriers": list(carriers)})
        return frozenset(name for (name,) in cursor.fetchall())


class SaidRows:
    """Reads carriers one after the other; memory is bounded, however much is said of them."""

    def __init__(self, columns: dict[tuple[int, int], ExportedColumn]) -> None:
        self._columns = columns
        self._terms: dict[int, Value] = {}

    def of(self, carrier: int) -> Iterator[tuple[int, list[Said]]]:
        """Positions that something is said of, and what, in the order in which it was applied."""
        start = 0
        while (first := self._first_from(carrier, start)) is not None:
            start = first + _POSITIONS_AT_ONCE
            rows = self._rows(carrier, first, start)
            self._learn({term for row in rows for term in row[3]})
            for position, same in groupby(rows, itemgetter(0)):
                yield position, [self._said(row) for row in same]

    def _first_from(self, carrier: int, position: int) -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [carrier, position])
            (found,) = cursor.fetchone()
        return None if found is None else int(found)

    def _rows(self, carrier: int, first: int, after: int) -> list[_Row]:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [carrier, first, after])
            rows: list[_Row] = cursor.fetchall()
        return rows

    def _learn(self, terms: set[int]) -> None:
        if len(self._terms) > _MOST_TERMS:
            self._terms.clear()
        missing = [term for term in terms if term not in self._terms]
        for serial, (text, number, unit, curie) in values_told(missing).items():
            self._terms[serial] = Value(text, curie, number, unit)

    def _said(self, row: _Row) -> Said:
        _, plate_map, columns, terms, text_columns, texts = row
        values = [(number, self._terms[term]) for number, term in zip(columns, terms, strict=True)]
        values += [(number, Value(text)) for number, text in zip(text_columns, texts, strict=True)]
        said: dict[ExportedColumn, list[Value]] = {}
        for number, value in sorted(values, key=itemgetter(0)):
            said.setdefault(self._columns[plate_map, number], []).append(value)
        return said
