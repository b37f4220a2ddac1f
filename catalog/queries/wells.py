"""Wells as search finds them: by carrier and position."""

from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from catalog.queries.subjects import Subject
from catalog.queries.visible import Viewer
from plates.arrays import array_of, unplanned
from plates.models import Plate, Well
from plates.queries.annotation import Spot

# In the order of the models' fields, by which Django takes them.
_OF_PLATE: Final = ("serial", "id", "scope", "carrier_id", "name")
_OF_WELL: Final = ("id", "plate_id", "row", "column", "label", "position", "present")
_WELLS: Final = f"""
    SELECT s.number, {", ".join(f"p.{name}" for name in _OF_PLATE)},
           {", ".join(f'w."{name}"' for name in _OF_WELL)},
           (SELECT count(*) FROM plates_field f WHERE f.well_id = w.id AND f.present)
      FROM unnest(%(carriers)s::integer[], %(positions)s::integer[])
           WITH ORDINALITY AS s (carrier, position, number)
      JOIN plates_plate p
        ON p.carrier_id = s.carrier AND p.scope = ANY({unplanned("%(scopes)s")})
      JOIN plates_well w ON w.plate_id = p.serial AND w.position = s.position
"""  # noqa: S608 - a constant of this file
_AT: Final = """
    SELECT w.id
      FROM unnest(%s::integer[], %s::integer[]) AS s (carrier, position)
      JOIN plates_plate p ON p.carrier_id = s.carrier
      JOIN plates_well w ON w.plate_id = p.serial AND w.position = s.position
"""


def wells_at(viewer: Viewer, subjects: Sequence[Subject]) -> list[Well]:
    """The visible wells that some subjects are, with plate and `field_count`, in their order.

    Wells of one plate share it. What else rows of wells and plates hold is read when asked for.
    """
    told = {
        "carriers": array_of(found.carrier for found in subjects),
        "positions": array_of(found.position for found in subjects),
        "scopes": viewer.scopes_array,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WELLS, told)
        rows = cursor.fetchall()
    plates: dict[int, Plate] = {}
    for _, *plate in (row[: 1 + len(_OF_PLATE)] for row in rows):
        if plate[0] not in plates:
            plates[plate[0]] = Plate.from_db(connection.alias, _OF_PLATE, plate)
    return [well_of(row[1 + len(_OF_PLATE) :], plates[row[1]]) for row in sorted(rows)]


def well_of(told: Sequence[object], plate: Plate) -> Well:
    """A well of a plate by its row."""
    *values, field_count = told
    well = Well.from_db(connection.alias, _OF_WELL, values)
    well.plate = plate
    well.field_count = field_count  # type: ignore[attr-defined]
    return well


def labels_at(viewer: Viewer, subjects: Sequence[Subject]) -> dict[Spot, str]:
    """The labels of the visible wells that some subjects are."""
    rows = _among(viewer, subjects).values_list("plate__carrier_id", "position", "label")
    return {(carrier, position): label for carrier, position, label in rows}


def _among(viewer: Viewer, subjects: Sequence[Subject]) -> QuerySet[Well]:
    spots = [[found.carrier for found in subjects], [found.position for found in subjects]]
    return viewer.wells.filter(pk__in=RawSQL(_AT, spots)).order_by()  # noqa: S611 - a constant
