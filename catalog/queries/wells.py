"""Wells as search finds them: by carrier and position."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from catalog.queries.subjects import Subject
from catalog.queries.visible import Viewer
from plates.arrays import array_of, unplanned
from plates.models import Well
from plates.queries.annotation import Spot


class PlateRow(NamedTuple):
    """A plate as its wells name it."""

    serial: int
    id: UUID
    scope: int
    carrier_id: int
    name: str
    barcode: str

    def __str__(self) -> str:
        """The plate as a person calls it."""
        return self.name or self.barcode or str(self.id)


class WellRow(NamedTuple):
    """A well of a page, where Django's rows would take longer than all that is told of them."""

    plate: PlateRow
    pk: int
    row: int | None
    column: int | None
    label: str
    position: int
    present: bool
    field_count: int


_OF_PLATE: Final = PlateRow._fields
_OF_WELL: Final = ("id", "row", "column", "label", "position", "present")
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


def wells_at(viewer: Viewer, subjects: Sequence[Subject]) -> list[WellRow]:
    """The visible wells that some subjects are, in their order. Wells of one plate share it."""
    told = {
        "carriers": array_of(found.carrier for found in subjects),
        "positions": array_of(found.position for found in subjects),
        "scopes": viewer.scopes_array,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WELLS, told)
        rows = sorted(cursor.fetchall())
    plates: dict[int, PlateRow] = {}
    wells = []
    for _, serial, *row in rows:
        if serial not in plates:
            plates[serial] = PlateRow(serial, *row[: len(_OF_PLATE) - 1])
        wells.append(WellRow(plates[serial], *row[len(_OF_PLATE) - 1 :]))
    return wells


def labels_at(viewer: Viewer, subjects: Sequence[Subject]) -> dict[Spot, str]:
    """The labels of the visible wells that some subjects are."""
    rows = _among(viewer, subjects).values_list("plate__carrier_id", "position", "label")
    return {(carrier, position): label for carrier, position, label in rows}


def _among(viewer: Viewer, subjects: Sequence[Subject]) -> QuerySet[Well]:
    spots = [[found.carrier for found in subjects], [found.position for found in subjects]]
    return viewer.wells.filter(pk__in=RawSQL(_AT, spots)).order_by()  # noqa: S611 - a constant
