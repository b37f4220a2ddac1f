"""What plate maps say of wells and images, and where each word of it stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from django.db import connection

from plates.queries.merged_terms import values_told

Spot: TypeAlias = tuple[int, int]
"""A carrier and a position on it."""

_ROWS: Final = """
    SELECT r.id, r.carrier_id, r.position, r.plate_map_id, r.rows, r.columns, r.terms,
           r.text_columns, r.texts
      FROM plates_annotationrow r
      JOIN unnest(%s::integer[], %s::integer[]) AS w (carrier, position)
        ON r.carrier_id = w.carrier AND r.position = w.position
      JOIN plates_platemap m ON m.serial = r.plate_map_id
     ORDER BY m.turn, r.id
"""
_COLUMNS: Final = """
    SELECT c.plate_map_id, c.number, k.name, c."group", c."table", c.file, c.name, m.id
      FROM plates_platemapcolumn c
      JOIN plates_key k ON k.serial = c.key_id
      JOIN plates_platemap m ON m.serial = c.plate_map_id
     WHERE c.plate_map_id = ANY(%s)
"""


class AnnotatedValue(NamedTuple):
    """A value of a key, and the import, row and column that say so."""

    value: str
    number: float | None
    unit: str
    curie: str
    group: int
    """The number of the column's header; 0 belongs to the whole row."""
    row_id: int
    """Values of one row of a file have the same."""
    plate_map: UUID
    file: str
    """And the sheet after a colon, where it has several."""
    row: int
    """In that file, the header counted too; 0 where it has no row of it."""
    column: str


_Column: TypeAlias = tuple[str, int, int, str, str, UUID]
"""Key, group, table, file, name and import."""


def annotation_of(spots: Sequence[Spot]) -> dict[Spot, dict[str, list[AnnotatedValue]]]:
    """The annotation of some wells or images, by key, in the order in which it was applied.

    Three queries, however many they are. Spots without any are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [[spot[0] for spot in spots], [spot[1] for spot in spots]])
        rows = cursor.fetchall()
    columns_of = _columns({row[3] for row in rows})
    terms = values_told({term for row in rows for term in row[6]})
    found: dict[Spot, dict[str, list[AnnotatedValue]]] = {}
    for row_id, carrier, position, plate_map, numbers, at, serials, text_at, texts in rows:
        by_key = found.setdefault((carrier, position), defaultdict(list))
        columns = columns_of[plate_map]
        said = [(column, *terms[serial]) for column, serial in zip(at, serials, strict=True)]
        said += [(column, text, None, "", "") for column, text in zip(text_at, texts, strict=True)]
        for column, text, measure, unit, curie in said:
            key, group, table, file, name, import_id = columns[column]
            row = numbers[table] if table < len(numbers) else 0
            # By position: names would double the time of thousands of values on each page.
            by_key[key].append(
                AnnotatedValue(
                    text, measure, unit, curie, group, row_id, import_id, file, row, name
                )
            )
    return {spot: dict(by_key) for spot, by_key in found.items()}


def _columns(plate_maps: Iterable[int]) -> dict[int, dict[int, _Column]]:
    """Of each plate map its columns by number."""
    found: dict[int, dict[int, _Column]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [list(plate_maps)])
        for plate_map, number, *told in cursor:
            found[plate_map][number] = tuple(told)
    return found
