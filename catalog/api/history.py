"""The history of a dataset over REST, for those who curate it."""

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import Filter, condition_of, exact
from catalog.api.shapes.history import HistoryShape
from catalog.api.views import LIST_ERRORS, ListView, list_of
from catalog.models import Dataset
from catalog.queries.history import as_csv, history_for
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none

FILTERS = (
    Filter("verb", exact("verb"), "What was done, such as change or publish."),
    Filter("noun", exact("noun"), "To which kind of thing, such as dataset or plate."),
    Filter("subject", exact("subject"), "To the thing with this id."),
    Filter("by", exact("by__username"), "By the person of this name."),
)


class DatasetHistory(ListView):
    """What was done to a dataset and in it."""

    filters = FILTERS

    @list_of("audit record", HistoryShape, FILTERS)
    def get(self, request: Request, dataset_id: str) -> Response:
        """Who changed what, from what to what, oldest first."""
        viewer = self.viewer
        dataset = curated(viewer, dataset_id)
        context: dict[str, object] = {"request": request}
        rows = history_for(viewer, dataset)
        return self.answer(rows, HistoryShape, viewer=viewer, order=["pk"], context=context)


class DatasetHistoryFile(ListView):
    """The same as a table."""

    @extend_schema(
        summary="The history of a dataset as CSV",
        tags=["audit records"],
        operation_id="dataset_history_csv",
        parameters=[one.parameter() for one in FILTERS],
        responses={(200, "text/csv"): OpenApiTypes.STR, **LIST_ERRORS},
    )
    def get(self, request: Request, dataset_id: str) -> HttpResponseBase:
        """All of it, newest first: a line for each field that was changed."""
        viewer = self.viewer
        dataset = curated(viewer, dataset_id)
        rows = history_for(viewer, dataset).filter(condition_of(request, FILTERS, viewer))
        answer = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="history-{dataset.slug}.csv"'
        return answer


def curated(viewer: Viewer, dataset_id: str) -> Dataset:
    """The dataset with this id or slug, if the viewer may curate it."""
    found = uuid_or_none(dataset_id)
    by: dict[str, object] = {"id": found} if found else {"slug": dataset_id}
    return only(viewer.curated_datasets, "dataset", **by)
