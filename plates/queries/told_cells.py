"""What is said of some wells, as cells of a table; read from the annotation rows."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from django.db import connection

from plates.models import Key, PlateMapColumn
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.layers import Integers, Truths
from plates.platemaps.told_cells import (
    NO_COLUMN,
    CellColumn,
    Cells,
    SaidOf,
    cells_of,
    most_treatments,
)
from plates.queries.merged_terms import merged_terms, told_as
from plates.queries.said import (
    array_cursor,
    array_text,
    flat_integers,
    flat_small_integers,
    lengths_of,
)

_SPOTS: Final = """
    unnest(%(carriers)s::integer[], %(positions)s::integer[])
      WITH ORDINALITY AS s (carrier, position, number)
"""
_ROWS: Final = f"""
    SELECT s.number::integer - 1, r.plate_map_id, r.columns, r.terms
      FROM {_SPOTS}
      JOIN plates_annotationrow r ON (r.carrier_id, r.position) = (s.carrier, s.position)
      JOIN plates_platemap m ON m.serial = r.plate_map_id
     WHERE r.terms <> '{{}}'
     ORDER BY s.number, m.turn, r.id
"""  # noqa: S608 - of constants
_TEXTS: Final = f"""
    SELECT s.number::integer - 1, r.plate_map_id, r.text_columns, r.texts
      FROM {_SPOTS}
      JOIN plates_annotationrow r ON (r.carrier_id, r.position) = (s.carrier, s.position)
      JOIN plates_platemap m ON m.serial = r.plate_map_id
     WHERE r.plate_map_id = ANY(%(plate_maps)s) AND r.text_columns <> '{{}}'
     ORDER BY s.number, m.turn, r.id
"""  # noqa: S608 - of constants


class Spots(NamedTuple):
    """Some wells: carrier and position of each."""

    carriers: Sequence[int]
    positions: Sequence[int]

    @property
    def told(self) -> dict[str, str]:
        """Both for a statement."""
        return {"carriers": array_text(self.carriers), "positions": array_text(self.positions)}


class _Columns(NamedTuple):
    """The columns of some plate maps, one map after the other: arrays by place."""

    starts: Integers
    """The place of the first column of each plate map, as they were given."""
    keys: Integers
    groups: Integers
    treats: Truths


def terms_told(spots: Spots, keys: Sequence[int]) -> Mapping[CellColumn, Cells]:
    """The serials of the terms of some wells, by key (numbered as given) and treatment.

    Subjects are numbered as the spots are. Treatments are told apart by the keys that are given.
    Two statements; memory is that of the rows.
    """
    said = _said_of(spots, keys)
    return cells_of(said) if said else {}


def most_treatments_at(spots: Spots) -> int:
    """How many treatments the well has that has most of some wells."""
    said = _said_of(spots, treatment_keys())
    return most_treatments(said) if said else 0


def treatment_keys() -> list[int]:
    """The keys of the family of treatments."""
    keys = Key.objects.filter(family=Family.TREATMENT.value).order_by("serial")
    return list(keys.values_list("serial", flat=True))


def _said_of(spots: Spots, keys: Sequence[int]) -> SaidOf | None:
    with array_cursor() as cursor:
        cursor.execute(_ROWS, spots.told)
        rows = cursor.fetchall()
    if not rows:
        return None
    subjects, plate_maps, columns, terms = zip(*rows, strict=True)
    maps, map_of_row = np.unique(np.array(plate_maps), return_inverse=True)
    told = _columns_of(maps.tolist(), keys)
    row_of_term = np.repeat(np.arange(len(rows)), lengths_of(terms))
    places = told.starts[map_of_row[row_of_term]] + flat_small_integers(columns)
    kept = told.keys[places] != NO_COLUMN
    places = places[kept]
    return SaidOf(
        np.array(subjects, dtype=np.int64),
        row_of_term[kept],
        told.keys[places],
        told.groups[places],
        told.treats[places],
        told_as(flat_integers(terms)[kept], merged_terms()),
    )


def _columns_of(plate_maps: Sequence[int], keys: Sequence[int]) -> _Columns:
    numbers = {key: number for number, key in enumerate(keys)}
    rows = PlateMapColumn.objects.filter(plate_map__in=plate_maps).order_by("number")
    told = list(rows.values_list("plate_map_id", "number", "key_id", "group", "key__family"))
    widths = dict.fromkeys(plate_maps, 0)
    for plate_map, number, *_ in told:
        widths[plate_map] = number + 1
    ends = np.cumsum(list(widths.values()))
    starts = ends - np.array(list(widths.values()))
    start_of = dict(zip(widths, starts.tolist(), strict=True))
    columns = _Columns(
        starts,
        np.full(ends[-1], NO_COLUMN, dtype=np.int64),
        np.zeros(ends[-1], dtype=np.int64),
        np.zeros(ends[-1], dtype=np.bool_),
    )
    for plate_map, number, key, group, family in told:
        place = start_of[plate_map] + number
        columns.keys[place] = numbers.get(key, NO_COLUMN)
        columns.treats[place] = family == Family.TREATMENT.value
        columns.groups[place] = group if columns.treats[place] else 0
    return columns


def texts_told(
    spots: Spots, columns: Mapping[tuple[int, int], int]
) -> dict[int, dict[int, list[str]]]:
    """Texts that are only shown, by key and by subject, as they were applied; one statement.

    `columns` are the keys of the columns that hold them, by plate map and number.
    """
    found: dict[int, dict[int, list[str]]] = {key: {} for key in columns.values()}
    maps = sorted({plate_map for plate_map, _ in columns})
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {**spots.told, "plate_maps": maps})
        for subject, plate_map, numbers, texts in cursor:
            for number, text in zip(numbers, texts, strict=True):
                key = columns.get((plate_map, number))
                if key is None:
                    continue
                there = found[key].setdefault(subject, [])
                if text not in there:
                    there.append(text)
    return found


def text_columns(keys: Sequence[int]) -> dict[tuple[int, int], int]:
    """The columns of plate maps that hold text which is only shown: keys by plate map and number."""
    rows = PlateMapColumn.objects.filter(key__in=list(keys), kind=KeyKind.TEXT.value)
    told = rows.values_list("plate_map_id", "number", "key_id")
    return {(plate_map, number): key for plate_map, number, key in told}
