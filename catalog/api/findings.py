from collections.abc import Callable, Iterator

import msgspec
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import by_dataset
from catalog.api.filters import Filter, by_id, exact, words_of
from catalog.api.shapes.findings import FindingShape, ReportShape
from catalog.api.stores import store_of
from catalog.api.views import ERRORS, ListView, ReadView, list_of
from catalog.errors import NotThere
from catalog.queries.found import findings_found
from plates.omezarr.findings import Level
from plates.omezarr.report import Report
from plates.omezarr.report_csv import report_csv
from plates.omezarr.report_json import report_json
from plates.queries.reports import report_of
from plates.states import Verdict

OF_A_STORE = (
    Filter("rule", exact("rule"), "Of the rule with this id, e.g. HCS-WELL-EXISTS."),
    Filter("level", exact("level"), "Of this level.", words_of(Level)),
)
FILTERS = (
    *OF_A_STORE,
    Filter("q", findings_found, "Of the stores with any well or image that this query finds."),
    Filter("dataset", by_dataset("store__scope"), "In the dataset with this slug or id."),
    Filter("store", by_id("store__id"), "Of the store with this id."),
    Filter("plate", by_id("store__plate__id"), "Of the stores of the plate with this id."),
    Filter("verdict", exact("store__verdict"), "Of stores with this verdict.", words_of(Verdict)),
)


class FindingList(ListView):
    """The findings."""

    filters = FILTERS

    @list_of("finding", FindingShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The rules that visible stores break, grouped by store and rule, oldest first."""
        viewer = self.viewer
        rows = viewer.findings.select_related("store")
        return self.answer(rows, FindingShape, viewer=viewer, order=["id"], scope="store__scope")


class StoreFindingList(ListView):
    """The findings of a store."""

    filters = OF_A_STORE

    @list_of("finding", FindingShape, OF_A_STORE)
    def get(self, request: Request, store_id: str) -> Response:
        """The rules that a store breaks, each with its total and the first examples."""
        viewer = self.viewer
        store = store_of(viewer, store_id)
        rows = viewer.findings.filter(store=store).select_related("store")
        return self.answer(
            rows,
            FindingShape,
            viewer=viewer,
            order=["id"],
            context=self.context_for(viewer, [store.scope]),
        )


def as_json(report: Report) -> Iterator[bytes]:
    """The report as the command prints it with `--format json`."""
    yield msgspec.json.encode(report_json(report))


def as_csv(report: Report) -> Iterator[bytes]:
    """The report as the command prints it with `--format csv`."""
    for line in report_csv(report):
        yield line.encode()


FORMS: dict[str, tuple[str, Callable[[Report], Iterator[bytes]]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


class StoreReport(ReadView):
    """The whole report on a store."""

    @extend_schema(
        summary="The whole report on a store",
        tags=["findings"],
        responses={
            (200, "application/json"): ReportShape,
            (200, "text/csv"): OpenApiTypes.STR,
            **ERRORS,
        },
    )
    def get(self, request: Request, store_id: str, form: str) -> HttpResponseBase:
        """All findings of the newest validation, to download: as JSON or CSV."""
        store = store_of(self.viewer, store_id)
        if form not in FORMS:
            raise NotThere("A report is there as report.json and as report.csv.")
        report = report_of(store)
        if report is None:
            raise NotThere("This store was not validated yet, so there is no report on it.")
        kind, told = FORMS[form]
        answer = StreamingHttpResponse(told(report), content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{store.id}-report.{form}"'
        return answer
