from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import BY_DATASET
from catalog.api.fields import FIELD_FILTERS, FIELD_ORDER, fields_told
from catalog.api.filters import Filter, any_case
from catalog.api.shapes.annotation_json import annotation_at
from catalog.api.shapes.fields import FieldOut, FieldShape
from catalog.api.shapes.plates import PlateShape
from catalog.api.shapes.wells import WellShape
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.queries.found import plates_found
from catalog.queries.last_changes import last_change_of_annotation, last_change_of_plate
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.addresses import label_of
from plates.ids import uuid_or_none
from plates.models import Plate, Store, Well
from plates.queries.counts import with_counts
from plates.queries.places import with_places
from plates.queries.wells import with_field_count

FILTERS = (
    BY_DATASET,
    Filter("q", plates_found, "With any well that this query finds."),
    Filter("name", any_case("name"), "With this name, whatever its case."),
    Filter("barcode", any_case("barcode"), "With this barcode, whatever its case."),
)


def plates_told(plates: QuerySet[Plate]) -> QuerySet[Plate]:
    """Plates with all that telling them needs, in a fixed number of statements."""
    return plates.prefetch_related(
        Prefetch("stores", with_counts(Store.objects.order_by("serial"))),
        with_places("stores__locations"),
        "stores__acquisitions",
    )


def plate_of(viewer: Viewer, plate_id: str) -> Plate:
    """The visible plate with this id."""
    return only(viewer.plates, "plate", id=uuid_or_none(plate_id))


def well_of(viewer: Viewer, plate_id: str, label: str) -> Well:
    """The well of a visible plate, under any spelling of its label."""
    wells = with_field_count(viewer.wells.select_related("plate"))
    return only(wells, "well", plate__id=uuid_or_none(plate_id), label=label_of(label))


class PlateList(ListView):
    """The plates."""

    filters = FILTERS

    @list_of("plate", PlateShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The visible plates, oldest first."""
        viewer = self.viewer
        return self.answer(plates_told(viewer.plates), PlateShape, viewer=viewer, order=["id"])


class PlateOne(ReadView):
    """One plate."""

    @one_of("plate", PlateShape)
    def get(self, request: Request, plate_id: str) -> Response:
        """The plate with this id."""
        viewer = self.viewer
        plate = only(plates_told(viewer.plates), "plate", id=uuid_or_none(plate_id))
        context = self.context_for(viewer, [plate.scope])
        return self.one(PlateShape(plate, context=context).data, last_change_of_plate(plate))


class WellList(ListView):
    """The wells of a plate."""

    @list_of("well", WellShape)
    def get(self, request: Request, plate_id: str) -> Response:
        """The wells of a plate in row-major order."""
        viewer = self.viewer
        plate = plate_of(viewer, plate_id)
        context = self.context_for(viewer, [plate.scope]) | {"plate": plate}
        rows = with_field_count(viewer.wells.filter(plate=plate))

        def annotation(wells: Sequence[Well]) -> dict[str, object]:
            return annotation_at([(plate.carrier_id, well.position) for well in wells])

        return self.answer(
            rows, WellShape, viewer=viewer, order=["position"], context=context, more=annotation
        )


class WellOne(ReadView):
    """One well."""

    @one_of("well", WellShape)
    def get(self, request: Request, plate_id: str, label: str) -> Response:
        """The well of a plate with this label: `B03`, `b3` and `B3` are one."""
        viewer = self.viewer
        well = well_of(viewer, plate_id, label)
        context = self.context_for(viewer, [well.plate.scope]) | {"plate": well.plate}
        context |= annotation_at([(well.plate.carrier_id, well.position)])
        plate = well.plate
        changed = last_change_of_annotation(plate.scope, last_change_of_plate(plate))
        return self.one(WellShape(well, context=context).data, changed)


class WellFieldList(ListView):
    """The fields of a well."""

    filters = FIELD_FILTERS[1:]

    @list_of("field", FieldOut, FIELD_FILTERS[1:])
    def get(self, request: Request, plate_id: str, label: str) -> Response:
        """The fields of a well, of all stores that show it."""
        viewer = self.viewer
        well = well_of(viewer, plate_id, label)
        rows = fields_told(viewer.fields.filter(well=well))
        return self.answer(
            rows, FieldShape, viewer=viewer, order=FIELD_ORDER, context={"request": request}
        )
