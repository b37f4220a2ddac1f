"""The field of each well that stands for it on a page."""

from collections.abc import Iterable

from catalog.queries.visible import Viewer
from catalog.queries.wells import WellRow
from plates.models import Field


def first_fields(
    viewer: Viewer, wells: Iterable[WellRow], *, like: Field | None = None
) -> dict[int, Field]:
    """The first field that is there of each well, by the well's key; one statement.

    With `like` only those of the same store and acquisition, so that their pictures compare.
    """
    rows = viewer.fields.filter(well__in=[well.pk for well in wells], present=True)
    if like is not None:
        rows = rows.filter(store=like.store_id, acquisition=like.acquisition_id)
    first = rows.select_related("store").order_by("well_id", "store_id", "id").distinct("well_id")
    return {field.well_id: field for field in first}
