"""Reconciliation over REST: expected, arrived, valid, annotated, of a plate, dataset or source."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import ClassVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import dataset_of
from catalog.api.filters import unknown, words_of
from catalog.api.plates import plate_of
from catalog.api.shapes.reconciliation import ReconciliationShape
from catalog.api.views import ERRORS, LIST_ERRORS, ReadView
from catalog.errors import NotUnderstood
from catalog.queries.reconciliation import (
    MEANINGS,
    SHOWN,
    Gap,
    GapLine,
    Reconciliation,
    of_dataset,
    of_plate,
    of_source,
)
from catalog.queries.single import only
from plates.ids import uuid_or_none
from plates.omezarr.csv_lines import csv_line
from plates.omezarr.printable import printable

OF_GAP = OpenApiParameter(
    "gap", OpenApiTypes.STR, description="This list alone.", enum=words_of(Gap)
)
CSV = {(200, "text/csv"): OpenApiTypes.STR, **LIST_ERRORS}


class ReconciliationView(ReadView, ABC):
    """The reconciliation of something."""

    noun: ClassVar[str]

    @abstractmethod
    def found(self, of_id: str) -> tuple[Reconciliation, str]:
        """The reconciliation, and the name of what it is of."""

    def summary(self, request: Request, of_id: str) -> Response:
        """Figures, and the beginning of each list."""
        reconciliation, _ = self.found(of_id)
        file = request.build_absolute_uri(
            reverse(f"api:{self.noun}-reconciliation-csv", args=[of_id])
        )
        counts = reconciliation.counts()
        return Response(
            {
                "figures": reconciliation.figures(),
                "gaps": [
                    {
                        "gap": gap.value,
                        "means": MEANINGS[gap],
                        "count": count,
                        "first": [asdict(line) for line in reconciliation.lines(gap, SHOWN)]
                        if count
                        else [],
                        "csv": f"{file}?gap={gap.value}",
                    }
                    for gap, count in counts.items()
                ],
                "csv": file,
            }
        )

    def table(self, request: Request, of_id: str) -> HttpResponseBase:
        """All lists, or one of them, line by line."""
        reconciliation, name = self.found(of_id)
        lines = as_csv(reconciliation, gaps_of(request))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{printable(name)}-reconciliation.csv"
        )
        return answer


def gaps_of(request: Request) -> list[Gap]:
    """The lists that are asked for; all if none is named."""
    for name in request.query_params:
        if name != "gap":
            raise NotUnderstood(name, unknown(name, ["gap"]))
    asked = request.query_params.get("gap")
    if asked is None:
        return list(Gap)
    if asked not in words_of(Gap):
        sentence = f"'gap' is one of {', '.join(words_of(Gap))}, not '{asked[:80]}'."
        raise NotUnderstood("gap", sentence)
    return [Gap(asked)]


def as_csv(reconciliation: Reconciliation, gaps: list[Gap]) -> Iterator[bytes]:
    """Lists line by line, the names of the columns first."""
    names = [one.name for one in fields(GapLine)]
    yield csv_line(names).encode()
    for gap in gaps:
        for line in reconciliation.lines(gap):
            cells = (getattr(line, name) for name in names)
            yield csv_line("" if cell is None else str(cell) for cell in cells).encode()


class OfPlate(ReconciliationView):
    """The reconciliation of a plate."""

    noun = "plate"

    def found(self, of_id: str) -> tuple[Reconciliation, str]:
        """Of the visible plate with this id."""
        plate = plate_of(self.viewer, of_id)
        return of_plate(plate), str(plate.id)


class OfDataset(ReconciliationView):
    """The reconciliation of a dataset."""

    noun = "dataset"

    def found(self, of_id: str) -> tuple[Reconciliation, str]:
        """Of the visible dataset with this id or slug."""
        dataset = dataset_of(self.viewer, of_id)
        return of_dataset(dataset), dataset.slug


class OfSource(ReconciliationView):
    """The reconciliation of a source."""

    noun = "source"

    def found(self, of_id: str) -> tuple[Reconciliation, str]:
        """Of the source with this id, for who runs the catalog, over what they see."""
        viewer = self.viewer
        source = only(viewer.sources, "source", id=uuid_or_none(of_id))
        return of_source(source, viewer), source.name


class PlateReconciliation(OfPlate):
    """A plate's, as JSON."""

    @extend_schema(
        summary="What of a plate was expected, came, is sound and is annotated",
        tags=["plates"],
        responses={200: ReconciliationShape, **ERRORS},
    )
    def get(self, request: Request, plate_id: str) -> Response:
        """Counts, and the first 100 lines of each list."""
        return self.summary(request, plate_id)


class PlateReconciliationFile(OfPlate):
    """A plate's, as CSV."""

    @extend_schema(
        summary="The reconciliation of a plate as CSV",
        tags=["plates"],
        operation_id="plate_reconciliation_csv",
        parameters=[OF_GAP],
        responses=CSV,
    )
    def get(self, request: Request, plate_id: str) -> HttpResponseBase:
        """All lists, one below the other."""
        return self.table(request, plate_id)


class DatasetReconciliation(OfDataset):
    """A dataset's, as JSON."""

    @extend_schema(
        summary="What of a dataset was expected, came, is sound and is annotated",
        tags=["datasets"],
        responses={200: ReconciliationShape, **ERRORS},
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Counts, and the first 100 lines of each list."""
        return self.summary(request, dataset_id)


class DatasetReconciliationFile(OfDataset):
    """A dataset's, as CSV."""

    @extend_schema(
        summary="The reconciliation of a dataset as CSV",
        tags=["datasets"],
        operation_id="dataset_reconciliation_csv",
        parameters=[OF_GAP],
        responses=CSV,
    )
    def get(self, request: Request, dataset_id: str) -> HttpResponseBase:
        """All lists, one below the other."""
        return self.table(request, dataset_id)


class SourceReconciliation(OfSource):
    """A source's, as JSON; for operators."""

    @extend_schema(
        summary="What of a source was expected, came, is sound and is annotated",
        tags=["sources"],
        responses={200: ReconciliationShape, **ERRORS},
    )
    def get(self, request: Request, source_id: str) -> Response:
        """Counts, and the first 100 lines of each list."""
        return self.summary(request, source_id)


class SourceReconciliationFile(OfSource):
    """A source's, as CSV; for operators."""

    @extend_schema(
        summary="The reconciliation of a source as CSV",
        tags=["sources"],
        operation_id="source_reconciliation_csv",
        parameters=[OF_GAP],
        responses=CSV,
    )
    def get(self, request: Request, source_id: str) -> HttpResponseBase:
        """All lists, one below the other."""
        return self.table(request, source_id)
