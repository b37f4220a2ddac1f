"""The rows of a plate map that were not simply matched: by pages, and whole as CSV."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import PAGE_PARAMETERS, unknown, words_of
from catalog.api.numbered_pages import numbered_page, page_of_shapes
from catalog.api.plate_maps import PlateMapView
from catalog.api.shapes.plate_maps import NamedPlateShape, ReportedRowShape
from catalog.api.views import LIST_ERRORS
from catalog.errors import NotUnderstood
from catalog.queries.plate_map_rows import ReportedRows, rows_reported
from catalog.queries.plates_named import PlateNamed, plates_named
from plates.models import PlateMap
from plates.omezarr.csv_lines import csv_line
from plates.platemaps.verdicts import RowVerdict

VERDICTS = [word for word in words_of(RowVerdict) if word != RowVerdict.MATCHED.value]
OF_VERDICT = OpenApiParameter(
    "verdict", OpenApiTypes.STR, description="With this verdict alone.", enum=VERDICTS
)
COLUMNS = ("file", "row", "column", "plate", "subject", "verdict", "message")


def refuse_unknown(request: Request, *known: str) -> None:
    """NotUnderstood for a parameter that is none."""
    for name in request.query_params:
        if name not in known:
            raise NotUnderstood(name, unknown(name, known))


def verdict_of(request: Request, *known: str) -> str:
    """The verdict that is asked for; empty for all."""
    refuse_unknown(request, *known)
    verdict = request.query_params.get("verdict", "")
    if verdict and verdict not in VERDICTS:
        sentence = f"'verdict' is one of {', '.join(VERDICTS)}, not '{verdict[:80]}'."
        raise NotUnderstood("verdict", sentence)
    return verdict


class PlateMapRowList(PlateMapView):
    """The rows that were not simply matched."""

    @extend_schema(
        summary="A page of the rows that were not simply matched",
        tags=["plate maps"],
        operation_id="platemap_row_list",
        parameters=[*PAGE_PARAMETERS, OF_VERDICT],
        responses={
            200: page_of_shapes("PageOfReportedRows", ReportedRowShape(many=True)),
            **LIST_ERRORS,
        },
    )
    def get(self, request: Request, plate_map_id: str) -> Response:
        """What the last dry run reported of rows, in the order of the files."""
        plate_map = self.plate_map(plate_map_id)
        verdict = verdict_of(request, "verdict", "limit", "cursor")
        return numbered_page(request, ReportedRows(plate_map, verdict), row_told)


def row_told(row: dict[str, object]) -> dict[str, object]:
    """A reported row with all of its names."""
    return {name: row.get(name, 0 if name == "row" else "") for name in COLUMNS}


class PlateMapPlateList(PlateMapView):
    """The plates that a plate map names."""

    @extend_schema(
        summary="A page of the plates that a plate map names",
        tags=["plate maps"],
        operation_id="platemap_plate_list",
        parameters=[*PAGE_PARAMETERS],
        responses={
            200: page_of_shapes("PageOfNamedPlates", NamedPlateShape(many=True)),
            **LIST_ERRORS,
        },
    )
    def get(self, request: Request, plate_map_id: str) -> Response:
        """The plates that it names and how they were found, those that were not before the others."""
        plate_map = self.plate_map(plate_map_id)
        refuse_unknown(request, "limit", "cursor")
        return numbered_page(request, plates_named(plate_map), plate_told)


def plate_told(named: PlateNamed) -> dict[str, object]:
    """A plate as the file names it."""
    return {
        "spelling": named.spelling,
        "plates": [{"id": plate_id, "name": name} for plate_id, name in named.plates],
        "matched_by": named.matched_by,
        "message": named.message,
        "map": named.map_name,
        "rows": named.rows,
    }


class PlateMapRowsFile(PlateMapView):
    """The rows that were not simply matched, as a table."""

    @extend_schema(
        summary="The rows that were not simply matched, as CSV",
        tags=["plate maps"],
        operation_id="platemap_rows_csv",
        parameters=[OF_VERDICT],
        responses={(200, "text/csv"): OpenApiTypes.STR, **LIST_ERRORS},
    )
    def get(self, request: Request, plate_map_id: str) -> HttpResponseBase:
        """All rows that the last dry run reported, in the order of the files."""
        plate_map = self.plate_map(plate_map_id)
        lines = as_csv(plate_map, verdict_of(request, "verdict"))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{plate_map.id}-rows.csv"'
        return answer


def as_csv(plate_map: PlateMap, verdict: str) -> Iterator[bytes]:
    """The report line by line, the names of the columns first."""
    yield csv_line(COLUMNS).encode()
    for row in rows_reported(plate_map, verdict):
        yield csv_line(str(cell) for cell in row_told(row).values()).encode()
