"""Wells that stores show against wells that plate maps speak of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import connection

from plates.addresses import label_of
from plates.platemaps.controls import Control
from plates.queries.reconciled_plates import ReconciledPlate

_PLATES_AT_ONCE: Final = 200

_NO_IMAGE: Final = ("no image%", "not imaged%", "no picture%", "image missing%", "plate missing%")
"""How texts of rows begin that say that there is nothing to see; as spelling.folded has them."""

# The terms are few, and are found first: then each row is asked by its numbers alone.
_EMPTY: Final = """
    empty AS (
        SELECT array_agg(t.serial) AS terms
          FROM plates_term t JOIN plates_key k ON k.serial = t.key_id
         WHERE t.key_id IN (SELECT key_id FROM plates_platemapcolumn
                             WHERE plate_map_id IN (SELECT serial FROM plates_platemap
                                                     WHERE scope = ANY(%(scopes)s)))
           AND (t.folded LIKE ANY(%(no_image)s)
                OR (k.name = 'control_type' AND t.text = %(no_cells)s)))
"""
_SETS: Final = f"""
    WITH {_EMPTY},
    imaged AS (
        SELECT w.plate_id, w.position FROM plates_well w
         WHERE w.plate_id = ANY(%(plates)s) AND w.present),
    said AS (
        SELECT p.serial AS plate_id, r.position,
               bool_or(r.terms && (SELECT terms FROM empty)
                       OR EXISTS (SELECT 1 FROM unnest(r.texts) AS u (text)
                                   WHERE u.text ILIKE ANY(%(no_image)s))) AS is_empty
          FROM plates_annotationrow r JOIN plates_plate p ON p.carrier_id = r.carrier_id
         WHERE r.carrier_id = ANY(%(carriers)s)
         GROUP BY 1, 2)
"""  # noqa: S608 - made of constants
_COUNTS: Final = f"""{_SETS}
    SELECT count(i.position), count(s.position),
           count(*) FILTER (WHERE s.position IS NULL),
           count(*) FILTER (WHERE i.position IS NULL),
           count(*) FILTER (WHERE s.is_empty),
           count(*) FILTER (WHERE i.position IS NULL AND s.is_empty IS NOT TRUE)
      FROM imaged i FULL JOIN said s USING (plate_id, position)
"""  # noqa: S608
_GAPS: Final = {
    "imaged_not_annotated": "s.position IS NULL",
    "annotated_not_imaged": "i.position IS NULL",
    "said_to_be_empty": "s.is_empty",
    "unexplained": "i.position IS NULL AND s.is_empty IS NOT TRUE",
}
_LIST: Final = f"""{_SETS}
    SELECT plate_id, position, w.label
      FROM imaged i FULL JOIN said s USING (plate_id, position)
           LEFT JOIN plates_well w USING (plate_id, position)
     WHERE {{gap}}
     ORDER BY array_position(%(plates)s, plate_id), position
     LIMIT %(limit)s
"""  # noqa: S608

_COUNTED: Final = """
    WITH counted AS (
        SELECT f.store_id, f.well_id, count(*) FILTER (WHERE f.present) AS fields
          FROM plates_field f JOIN plates_store s ON s.serial = f.store_id
         WHERE s.plate_id = ANY(%(plates)s) AND s.vanished_at IS NULL AND f.listed
         GROUP BY 1, 2),
    usual AS (
        SELECT store_id, mode() WITHIN GROUP (ORDER BY fields DESC) AS fields
          FROM counted GROUP BY 1),
    fewer AS (
        SELECT s.plate_id, s.name AS store, w.label, w.position, c.fields, u.fields AS usual
          FROM counted c JOIN usual u USING (store_id) JOIN plates_well w ON w.id = c.well_id
               JOIN plates_store s ON s.serial = c.store_id
         WHERE c.fields < u.fields
        UNION ALL
        SELECT s.plate_id, s.name, b.path, NULL, 0, u.fields
          FROM plates_store s JOIN usual u ON u.store_id = s.serial, unnest(s.bare_wells) AS b (path)
         WHERE u.fields > 0)
"""
_FEWER_COUNT: Final = f"{_COUNTED} SELECT count(*) FROM fewer"  # noqa: S608
_FEWER: Final = f"""{_COUNTED}
    SELECT plate_id, label, fields, usual, store FROM fewer
     ORDER BY array_position(%(plates)s, plate_id), position, label LIMIT %(limit)s
"""  # noqa: S608


class WellGap(StrEnum):
    """In what pictures and plate maps differ about a well."""

    IMAGED_NOT_ANNOTATED = "imaged_not_annotated"
    ANNOTATED_NOT_IMAGED = "annotated_not_imaged"
    SAID_TO_BE_EMPTY = "said_to_be_empty"
    """A row says that there is no image, or that there are no cells."""
    UNEXPLAINED = "unexplained"
    """Annotated, not imaged, and no row says why."""


@dataclass(frozen=True, slots=True)
class WellCounts:
    """Wells of some plates, taken together."""

    imaged: int = 0
    annotated: int = 0
    imaged_not_annotated: int = 0
    annotated_not_imaged: int = 0
    said_to_be_empty: int = 0
    unexplained: int = 0


@dataclass(frozen=True, slots=True)
class FewFields:
    """A well that has fewer fields in a store than most others there."""

    plate: ReconciledPlate
    well: str
    fields: int
    usual: int
    store: str


def well_counts(plates: Sequence[ReconciledPlate], scopes: Sequence[int]) -> WellCounts:
    """How many wells there are of each kind; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _told(plates, scopes))
        return WellCounts(*cursor.fetchone())


def wells_in_gap(
    gap: WellGap, plates: Sequence[ReconciledPlate], scopes: Sequence[int], limit: int | None = None
) -> Iterator[tuple[ReconciledPlate, str]]:
    """Plates and labels of wells, plate by plate row-major; a statement for each 200 plates."""
    statement = _LIST.replace("{gap}", _GAPS[gap.value])
    for some, left in _in_parts(plates, limit):
        by_serial = {plate.serial: plate for plate in some}
        with connection.cursor() as cursor:
            cursor.execute(statement, _told(some, scopes) | {"limit": left()})
            rows = cursor.fetchall()
        for serial, position, label in rows:
            plate = by_serial[serial]
            yield plate, label or plate.shape.address(position).label
        left(len(rows))


def few_field_count(plates: Sequence[ReconciledPlate]) -> int:
    """How many wells have fewer fields in a store than most others there; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FEWER_COUNT, {"plates": [plate.serial for plate in plates]})
        return int(cursor.fetchone()[0])


def wells_with_few_fields(
    plates: Sequence[ReconciledPlate], limit: int | None = None
) -> Iterator[FewFields]:
    """The wells that have fewer fields than most others of their store, plate by plate."""
    for some, left in _in_parts(plates, limit):
        by_serial = {plate.serial: plate for plate in some}
        with connection.cursor() as cursor:
            cursor.execute(_FEWER, {"plates": list(by_serial), "limit": left()})
            rows = cursor.fetchall()
        for serial, well, *rest in rows:
            yield FewFields(by_serial[serial], label_of(well), *rest)
        left(len(rows))


class _Left:
    """How many rows are still wanted; None for all."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit

    def __call__(self, taken: int = 0) -> int | None:
        if self._limit is not None:
            self._limit -= taken
        return self._limit


def _in_parts(
    plates: Sequence[ReconciledPlate], limit: int | None
) -> Iterator[tuple[Sequence[ReconciledPlate], _Left]]:
    left = _Left(limit)
    for first in range(0, len(plates), _PLATES_AT_ONCE):
        if left() == 0:
            return
        yield plates[first : first + _PLATES_AT_ONCE], left


def _told(
    plates: Sequence[ReconciledPlate], scopes: Sequence[int]
) -> dict[str, list[int] | list[str] | str | int | None]:
    return {
        "plates": [plate.serial for plate in plates],
        "carriers": [plate.carrier for plate in plates],
        "scopes": list(scopes),
        "no_image": list(_NO_IMAGE),
        "no_cells": Control.NO_CELLS.value,
    }
