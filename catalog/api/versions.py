"""Versions over REST: what was published of a dataset, its files, and what became of it."""

from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT
from catalog.api.bodies import understood
from catalog.api.datasets import dataset_of, named_dataset_of
from catalog.api.filters import PAGE_PARAMETERS
from catalog.api.pages import page_of
from catalog.api.shapes.examples_versions import VERSION, VERSIONS
from catalog.api.shapes.publication import WithdrawWish
from catalog.api.shapes.versions import VersionShape, WholeVersionShape
from catalog.api.views import ERRORS, LIST_ERRORS, PROBLEM, ReadView, example, page_shape
from catalog.errors import NotThere, VersionFileLost, VersionWithdrawn
from catalog.models import Version
from catalog.queries.versions import may_have_files, version_of, versions_of
from catalog.services.curators import refuse_all_but_publishers
from catalog.services.version_files import MANIFEST, path_of_file
from catalog.services.withdrawals import withdraw_version

NUMBER = OpenApiParameter(
    "version_number", OpenApiTypes.STR, OpenApiParameter.PATH, description="Counted from 1."
)
GIVEN = {
    (410, "application/problem+json"): PROBLEM,
    (503, "application/problem+json"): PROBLEM,
    **ERRORS,
}


class VersionView(ReadView):
    """A route about versions of a dataset."""

    def version(self, dataset_id: str, version_number: str) -> Version:
        """The version with this number of a dataset that may be named."""
        return version_of(named_dataset_of(self.viewer, dataset_id), version_number)

    def told(self, version: Version) -> Response:
        """All that is told of a version."""
        context = self.context_for(self.viewer, [version.dataset_id])
        return Response(WholeVersionShape(version, context=context).data)


class VersionList(VersionView):
    """The versions of a dataset."""

    @extend_schema(
        summary="The versions of a dataset",
        tags=["datasets"],
        operation_id="dataset_versions_list",
        parameters=PAGE_PARAMETERS,
        responses={200: page_shape("version", VersionShape), **LIST_ERRORS},
        examples=example("The versions of a dataset", VERSIONS),
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Those that were withdrawn too, oldest first."""
        dataset = named_dataset_of(self.viewer, dataset_id)
        page = page_of(request, versions_of(dataset), order=["number"])
        context = self.context_for(self.viewer, [dataset.pk])
        return Response(
            {
                "results": VersionShape(page.rows, many=True, context=context).data,
                "next": page.next,
                "previous": page.previous,
                "count": page.count,
                "count_is_exact": page.count_is_exact,
            }
        )


class VersionOne(VersionView):
    """One version of a dataset."""

    @extend_schema(
        summary="One version of a dataset",
        tags=["datasets"],
        operation_id="dataset_version",
        parameters=[NUMBER],
        responses={200: WholeVersionShape, **ERRORS},
        examples=example("One version", VERSION),
    )
    def get(self, request: Request, dataset_id: str, version_number: str) -> Response:
        """What the dataset was when it was published; of a withdrawn one, its tombstone."""
        return self.told(self.version(dataset_id, version_number))


class VersionFile(VersionView):
    """A file of a version."""

    @extend_schema(
        summary="A file of a version",
        tags=["datasets"],
        operation_id="dataset_version_file",
        parameters=[
            NUMBER,
            OpenApiParameter(
                "file_name",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="As `files` has it.",
            ),
        ],
        responses={
            (200, "application/vnd.apache.parquet"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.OBJECT,
            **GIVEN,
        },
    )
    def get(
        self, request: Request, dataset_id: str, version_number: str, file_name: str
    ) -> HttpResponseBase:
        """The file as it was written; its ETag is its SHA-256."""
        version = self.version(dataset_id, version_number)
        refuse_withdrawn(request, version)
        told = next((one for one in version.files if one["name"] == file_name), None)
        if told is None:
            raise NotThere("This version has no such file; 'files' lists those it has.")
        return with_headers(request, file_answer(request, version, told), version, told)


def refuse_withdrawn(request: Request, version: Version) -> None:
    """VersionWithdrawn for who may not have the files of a version any more."""
    if not may_have_files(request.user, version):
        reason = version.withdrawn_reason or version.dataset.withdrawn_reason
        raise VersionWithdrawn(version.number, reason)


def file_answer(request: Request, version: Version, told: dict[str, str]) -> HttpResponseBase:
    """The bytes of a file, or that who asks has them already."""
    if f'"{told["sha256"]}"' in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified()
    path = path_of_file(version, told["name"])
    if not path.is_file():
        raise VersionFileLost(told["name"])
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(path.stat().st_size)})
    return FileResponse(path.open("rb"))


def with_headers(
    request: Request, answer: HttpResponseBase, version: Version, told: dict[str, str]
) -> HttpResponseBase:
    """A file with its digest, under a name that tells whose it is."""
    is_json = told["name"] == MANIFEST
    answer["Content-Type"] = "application/json" if is_json else "application/vnd.apache.parquet"
    answer["ETag"] = f'"{told["sha256"]}"'
    reach = "public" if version.dataset.is_open else "private"
    # It never changes; that it was withdrawn is asked for each time.
    answer["Cache-Control"] = f"{reach}, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = (
        content_disposition_header(
            as_attachment=True,
            filename=f"{version.dataset.slug}-v{version.number}-{told['name']}",
        )
        or "attachment"
    )
    return answer


class VersionWithdraw(VersionView):
    """Withdraw one version of a dataset."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Withdraw one version of a dataset, for good",
        tags=["datasets"],
        operation_id="dataset_version_withdraw",
        parameters=[NUMBER],
        request=WithdrawWish,
        responses={200: WholeVersionShape, **IN_CONFLICT},
    )
    def post(self, request: Request, dataset_id: str, version_number: str) -> Response:
        """Leave a tombstone with the reason; for publishers. The last one goes with its dataset."""
        dataset = dataset_of(self.viewer, dataset_id)
        refuse_all_but_publishers(request.user, dataset)
        version = version_of(dataset, version_number)
        reason = str(understood(request, WithdrawWish)["reason"])
        return self.told(withdraw_version(version=version, reason=reason, by=request.user))
