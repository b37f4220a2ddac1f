"""What differs between two versions, over REST: in short, or whole as CSV."""

import json
from collections.abc import Generator

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import unknown
from catalog.api.shapes.diffs import DiffShape
from catalog.api.shapes.examples_versions import DIFF
from catalog.api.streams import Begun
from catalog.api.versions import GIVEN, NUMBER, VersionView, refuse_withdrawn
from catalog.api.views import LIST_ERRORS, example
from catalog.errors import NotUnderstood
from catalog.models import Version
from catalog.queries.versions import is_number, version_before, versions_of
from catalog.services.version_diffs import Difference, Kept, diff_of, differences, kept
from plates.omezarr.csv_lines import csv_line

FROM = OpenApiParameter(
    "from",
    OpenApiTypes.INT,
    description="The number of the other version; the one before if left out.",
)
COLUMNS = Difference._fields


class VersionDiff(VersionView):
    """What differs between two versions."""

    @extend_schema(
        summary="What differs from another version",
        tags=["datasets"],
        operation_id="dataset_version_diff",
        parameters=[NUMBER, FROM],
        responses={200: DiffShape, **GIVEN, **LIST_ERRORS},
        examples=example("What differs", DIFF),
    )
    def get(self, request: Request, dataset_id: str, version_number: str) -> Response:
        """Keys of the metadata, stores and wells: how many came, went and changed, and the first."""
        before, after = self.pair(request, dataset_id, version_number)
        file = reverse("api:dataset-version-diff-csv", args=[after.dataset.id, after.number])
        csv = f"{request.build_absolute_uri(file)}?from={before.number}"
        return Response({**diff_of(before, after), "to": after.number, "csv": csv})

    def pair(
        self, request: Request, dataset_id: str, version_number: str
    ) -> tuple[Version, Version]:
        """The two versions that a request compares; both have to be had still."""
        for name in request.query_params:
            if name != "from":
                raise NotUnderstood(name, unknown(name, ["from"]))
        after = self.version(dataset_id, version_number)
        before = other_version(after, request.query_params.get("from"))
        for one in (before, after):
            refuse_withdrawn(request, one)
        return before, after


def other_version(after: Version, asked: str | None) -> Version:
    """The version to compare with; NotUnderstood if there is none."""
    if asked is None:
        found = version_before(after)
    else:
        number = int(asked) if is_number(asked) else 0
        found = versions_of(after.dataset).filter(number=number).first()
    if found is None:
        raise NotUnderstood("from", "'from' is the number of another version of this dataset.")
    return found


class VersionDiffFile(VersionDiff):
    """What differs between two versions, whole."""

    @extend_schema(
        summary="All that differs from another version, as CSV",
        tags=["datasets"],
        operation_id="dataset_version_diff_csv",
        parameters=[NUMBER, FROM],
        responses={(200, "text/csv"): OpenApiTypes.STR, **GIVEN, **LIST_ERRORS},
    )
    def get(  # type: ignore[override]
        self, request: Request, dataset_id: str, version_number: str
    ) -> HttpResponseBase:
        """A line for each store or well that came or went, and for each key that changed."""
        before, after = self.pair(request, dataset_id, version_number)
        lines = Begun(csv_of(kept(before), kept(after)))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"{after.dataset.slug}-v{before.number}-v{after.number}.csv"
        answer["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=name
        )
        return answer


def csv_of(before: Kept, after: Kept) -> Generator[bytes, None, None]:
    """What differs line by line, the names of the columns first."""
    yield csv_line(COLUMNS).encode()
    for one in differences(before, after):
        yield csv_line(map(cell, one)).encode()


def cell(value: object) -> str:
    """A value as a cell: nothing is empty, and what is no text is JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
