"""What plate maps say of wells and images, and where each word of it stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from django.db import connection

from plates.arrays import array_of
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


Column: TypeAlias = tuple[str, int, int, str, str, UUID]
"""Key, group, table, file, name and import."""
TermTold: TypeAlias = tuple[str, float | None, str, str]
"""Text, number, unit and ontology id."""


class SaidRow(NamedTuple):
    """A row of annotation as it is kept: columns and terms are numbers, of what stands in `Said`."""

    id: int
    carrier: int
    position: int
    plate_map: int
    rows: list[int]
    """Its number in each table of the import."""
    columns: list[int]
    terms: list[int]
    text_columns: list[int]
    texts: list[str]

    def row_in(self, table: int) -> int:
        """Its number in a table of the import; 0 where it has none."""
        return self.rows[table] if table < len(self.rows) else 0


class Said(NamedTuple):
    """Rows of annotation in the order in which they were applied, and what their numbers stand for."""

    rows: list[SaidRow]
    columns: dict[int, dict[int, Column]]
    """By plate map and number."""
    terms: dict[int, TermTold]


def said_at(spots: Sequence[Spot]) -> Said:
    """All rows about some wells or images; three statements, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS, [array_of(one[0] for one in spots), array_of(one[1] for one in spots)]
        )
        rows = [SaidRow(*row) for row in cursor.fetchall()]
    columns = _columns({row.plate_map for row in rows})
    terms = values_told({term for row in rows for term in row.terms})
    return Said(rows, columns, terms)


def annotation_of(spots: Sequence[Spot]) -> dict[Spot, dict[str, list[AnnotatedValue]]]:
    """The annotation of some wells or images, by key, in the order in which it was applied.

    Three queries, however many they are. Spots without any are left out.
    """
    said = said_at(spots)
    found: dict[Spot, dict[str, list[AnnotatedValue]]] = {}
    for row in said.rows:
        by_key = found.setdefault((row.carrier, row.position), defaultdict(list))
        columns = said.columns[row.plate_map]
        for column, told in values_of(row, said.terms):
            key, value = annotated(columns[column], told, row)
            by_key[key].append(value)
    return {spot: dict(by_key) for spot, by_key in found.items()}


def values_of(row: SaidRow, terms: Mapping[int, TermTold]) -> Iterator[tuple[int, TermTold]]:
    """What a row says, each with the number of its column: its terms, then what is kept as text."""
    for column, term in zip(row.columns, row.terms, strict=True):
        yield column, terms[term]
    for column, text in zip(row.text_columns, row.texts, strict=True):
        yield column, (text, None, "", "")


def annotated(column: Column, told: TermTold, row: SaidRow) -> tuple[str, AnnotatedValue]:
    """The key of a value, and the value with where it stands."""
    key, group, table, file, name, import_id = column
    text, number, unit, curie = told
    # By position: names would double the time of thousands of values on each page.
    return key, AnnotatedValue(
        text, number, unit, curie, group, row.id, import_id, file, row.row_in(table), name
    )


def _columns(plate_maps: Iterable[int]) -> dict[int, dict[int, Column]]:
    """Of each plate map its columns by number."""
    found: dict[int, dict[int, Column]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [list(plate_maps)])
        for plate_map, number, *told in cursor:
            found[plate_map][number] = tuple(told)
    return found
