from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.links.aims import target_of_well
from catalog.portal.beside import replicates_query, wells_beside
from catalog.portal.errors import or_nothing_here
from catalog.portal.opening import opening_of
from catalog.portal.plates import plate_of
from catalog.portal.said import said_of, titles_of
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.addresses import label_of
from plates.models import Field, Plate, Well
from plates.queries.annotation import annotation_of
from plates.queries.places import with_places
from plates.queries.wells import with_field_count

_SIDE: Final = 100.0
"""Of the map of fields, whose longer side has so many units."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A field where it lies in its well, in units of the map."""

    field: Field
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The fields of a well in their places."""

    tiles: list[Tile]
    width: float
    height: float


@or_nothing_here
def well(request: HttpRequest, plate_id: str, label: str) -> HttpResponse:
    """A well: what is in it, its fields in their places, its controls and replicates."""
    viewer = Viewer(request.user)
    plate = plate_of(viewer, plate_id)
    wells = with_field_count(viewer.wells.filter(plate=plate))
    one = only(wells, "well", label=label_of(label))
    fields = fields_of(viewer, one)
    spot = (plate.carrier_id, one.position)
    annotation = annotation_of([spot]).get(spot, {})
    dataset = viewer.datasets.get(serial=plate.scope)
    told = {
        "plate": plate,
        "well": one,
        "dataset": dataset,
        "fields": fields,
        "field": fields[0] if fields else None,
        "map": map_of(fields),
        "said": said_of(annotation, titles_of(list(annotation))),
        "neighbours": neighbours_of(plate, one),
        "replicates": replicates_query(annotation),
        "opening": opening_of(
            request,
            target_of_well(one, fields[0].store) if fields else None,
            dataset,
            plate=plate.id,
            well=one.label,
        ),
        "beside": wells_beside(viewer, plate, one, fields[0] if fields else None),
    }
    return render(request, "portal/well.html", told)


def fields_of(viewer: Viewer, well: Well) -> list[Field]:
    """The fields of a well, of all stores that show it."""
    rows = viewer.fields.filter(well=well).select_related("store", "layout", "acquisition")
    return list(rows.prefetch_related(with_places("store__locations")).order_by("store_id", "id"))


def map_of(fields: Sequence[Field]) -> FieldMap | None:
    """Where the fields of the first store and acquisition lie; None where they do not say."""
    first = [one for one in fields if _is_beside(one, fields[0])] if fields else []
    placed = [
        (one, size)
        for one in first
        if one.x is not None and one.y is not None and (size := _size(one))
    ]
    if len(placed) < 2:  # noqa: PLR2004 - one field needs no map
        return None
    left = min(one.x or 0.0 for one, _ in placed)
    top = min(one.y or 0.0 for one, _ in placed)
    right = max((one.x or 0.0) + size[0] for one, size in placed)
    bottom = max((one.y or 0.0) + size[1] for one, size in placed)
    unit = _SIDE / max(right - left, bottom - top)
    tiles = [
        Tile(
            one,
            ((one.x or 0.0) - left) * unit,
            ((one.y or 0.0) - top) * unit,
            size[0] * unit,
            size[1] * unit,
        )
        for one, size in placed
    ]
    return FieldMap(tiles, (right - left) * unit, (bottom - top) * unit)


def _is_beside(one: Field, other: Field) -> bool:
    return (one.store_id, one.acquisition_id) == (other.store_id, other.acquisition_id)


def _size(field: Field) -> tuple[float, float] | None:
    layout = field.layout
    if layout is None:
        return None
    lengths = {
        axis.get("name"): length for axis, length in zip(layout.axes, layout.shape, strict=False)
    }
    if "x" not in lengths or "y" not in lengths:
        return None
    return lengths["x"] * (layout.pixel_size_x or 1.0), lengths["y"] * (layout.pixel_size_y or 1.0)


def neighbours_of(plate: Plate, well: Well) -> dict[str, str]:
    """The labels of the wells before and after, in row-major order."""
    rows = Well.objects.filter(plate=plate).order_by("position").values_list("label", flat=True)
    before = rows.filter(position__lt=well.position).reverse().first()
    after = rows.filter(position__gt=well.position).first()
    return {name: label for name, label in (("before", before), ("after", after)) if label}
