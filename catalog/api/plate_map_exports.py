"""What was said of a plate's or dataset's wells, as our own tidy CSV."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.api.datasets import dataset_of
from catalog.api.plates import plate_of
from catalog.api.views import ERRORS, ReadView
from plates.queries.tidy_export import export_of_plate, export_of_scope

CSV = {(200, "text/csv"): OpenApiTypes.STR, **ERRORS}


class PlateMapOfPlate(ReadView):
    """The plate map of a plate."""

    @extend_schema(
        summary="The plate map of a plate, as CSV",
        tags=["plates"],
        operation_id="plate_platemap_csv",
        responses=CSV,
    )
    def get(self, request: Request, plate_id: str) -> HttpResponseBase:
        """All that was said of its wells, a line for each row; importing it changes nothing."""
        plate = plate_of(self.viewer, plate_id)
        return csv_answer(export_of_plate(plate), f"{plate.id}-platemap.csv")


class PlateMapOfDataset(ReadView):
    """The plate map of a dataset."""

    @extend_schema(
        summary="The plate map of a dataset, as CSV",
        tags=["datasets"],
        operation_id="dataset_platemap_csv",
        responses=CSV,
    )
    def get(self, request: Request, dataset_id: str) -> HttpResponseBase:
        """All that was said of its wells and images, plate by plate, streamed."""
        dataset = dataset_of(self.viewer, dataset_id)
        return csv_answer(export_of_scope(dataset.serial), f"{dataset.slug}-platemap.csv")


def csv_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """Lines of CSV as a file to download, sent as they come."""
    written = (line.encode() for line in lines)
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
