"""Wells as search finds them: by carrier and position."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from catalog.queries.hits import Subject
from catalog.queries.visible import Viewer
from plates.models import Well
from plates.queries.annotation import Spot
from plates.queries.wells import with_field_count

_AT: Final = """
    SELECT w.id
      FROM unnest(%s::integer[], %s::integer[]) AS s (carrier, position)
      JOIN plates_plate p ON p.carrier_id = s.carrier
      JOIN plates_well w ON w.plate_id = p.serial AND w.position = s.position
"""


def wells_at(viewer: Viewer, subjects: Sequence[Subject]) -> list[Well]:
    """The visible wells that some subjects are, with plate and `field_count`, in their order."""
    place = {(found.carrier, found.position): number for number, found in enumerate(subjects)}
    rows = with_field_count(_among(viewer, subjects)).select_related("plate")
    wells = rows.only(
        "row", "column", "label", "position", "present",
        "plate__id", "plate__name", "plate__scope", "plate__carrier_id",
    )  # fmt: skip
    return sorted(wells, key=lambda well: place[well.plate.carrier_id, well.position])


def labels_at(viewer: Viewer, subjects: Sequence[Subject]) -> dict[Spot, str]:
    """The labels of the visible wells that some subjects are."""
    rows = _among(viewer, subjects).values_list("plate__carrier_id", "position", "label")
    return {(carrier, position): label for carrier, position, label in rows}


def _among(viewer: Viewer, subjects: Sequence[Subject]) -> QuerySet[Well]:
    spots = [[found.carrier for found in subjects], [found.position for found in subjects]]
    return viewer.wells.filter(pk__in=RawSQL(_AT, spots)).order_by()  # noqa: S611 - a constant
