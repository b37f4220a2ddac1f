"""Plate maps over REST: for the curators of a dataset, who upload, edit, apply and undo them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.bodies import understood
from catalog.api.datasets import BY_DATASET
from catalog.api.filters import Filter, exact, words_of
from catalog.api.shapes.jobs import JobShape
from catalog.api.shapes.plate_maps import PlateMapShape, WholePlateMapShape
from catalog.api.views import (
    LIST_ERRORS,
    PROBLEM,
    Decorator,
    ListView,
    ReadView,
    list_of,
    one_of,
)
from catalog.errors import NotAllowed, NotUnderstood
from catalog.models import Dataset, Job
from catalog.queries.plate_maps import jobs_of_plate_map
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.plate_map_uploads import Upload, upload_plate_map
from catalog.services.plate_maps import (
    edit_mapping,
    request_apply,
    request_check,
    request_undo,
)
from plates.ids import uuid_or_none
from plates.models import PlateMap
from plates.platemaps.formats import Format
from plates.services.plate_map_files import SentFile
from plates.states import PlateMapState

REFUSED = {
    (403, "application/problem+json"): PROBLEM,
    (409, "application/problem+json"): PROBLEM,
    **LIST_ERRORS,
}
ENVELOPE_BYTES = 1024 * 1024
"""What a form may have around its files."""


FILTERS = (
    BY_DATASET,
    Filter("state", exact("state"), "In this state.", words_of(PlateMapState)),
    Filter("format", exact("format"), "Recognised as this.", words_of(Format)),
)


class UploadWish(serializers.Serializer[object]):
    """The files of one import, and whose wells they are about."""

    dataset = serializers.CharField(max_length=255, help_text="Slug or id.")
    plate = serializers.CharField(
        default="", max_length=255, help_text="What all rows are about, where no column says it."
    )
    files = serializers.ListField(
        child=serializers.FileField(),
        help_text="A barcode file, plate maps and reagents that belong together are one import.",
    )


UPLOADED = inline_serializer(
    "UploadedPlateMap",
    {
        "platemap": WholePlateMapShape(),
        "job": JobShape(allow_null=True),
        "new": serializers.BooleanField(help_text="False: these files were imported before."),
    },
)
STARTED = inline_serializer("PlateMapAndJob", {"platemap": WholePlateMapShape(), "job": JobShape()})


def plate_maps_told(viewer: Viewer) -> QuerySet[PlateMap]:
    """The plate maps that a viewer may work on, with all that their shape tells."""
    return viewer.plate_maps.prefetch_related("files")


class PlateMapView(ReadView):
    """A route about one plate map."""

    def plate_map(self, plate_map_id: str) -> PlateMap:
        """The plate map with this id, if the viewer may see it."""
        return only(plate_maps_told(self.viewer), "plate map", id=uuid_or_none(plate_map_id))

    def told(self, plate_map: PlateMap, job: Job | None) -> object:
        """What is told of a plate map."""
        context = self.context_for(self.viewer, [plate_map.scope])
        return WholePlateMapShape(plate_map, context=context | {"job": job}).data

    def started(self, plate_map_id: str, job: Job) -> Response:
        """What is told where a job was asked for."""
        plate_map = self.plate_map(plate_map_id)
        context = self.context_for(self.viewer, [plate_map.scope])
        told = {"platemap": self.told(plate_map, job), "job": JobShape(job, context=context).data}
        return Response(told, HTTPStatus.ACCEPTED)


class PlateMapList(ListView, PlateMapView):
    """The plate maps."""

    http_method_names = ["get", "head", "options", "post"]
    parser_classes = [MultiPartParser]
    filters = FILTERS

    @list_of("plate map", PlateMapShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The plate maps of what you curate, oldest first."""
        viewer = self.viewer
        # What no list tells may be megabytes of each.
        rows = plate_maps_told(viewer).defer("tables", "mapping", "report", "filled")
        return self.answer(rows, PlateMapShape, viewer=viewer, order=["id"])

    @extend_schema(
        summary="Upload a plate map",
        tags=["plate maps"],
        operation_id="platemap_upload",
        request={"multipart/form-data": UploadWish},
        responses={202: UPLOADED, 200: UPLOADED, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Keep the files of one import and ask for its dry run; for curators of the dataset.

        The same files again are answered with their first import (200), and nothing changes.
        """
        refuse_strangers(request)
        refuse_too_large(request)
        wish = wish_of(request)
        viewer = self.viewer
        upload = upload_plate_map(
            dataset=dataset_named(str(wish["dataset"]), viewer),
            by=request.user,
            files=cast("list[SentFile]", wish["files"]),
            plate=str(wish["plate"]),
        )
        return self.answered(upload, viewer)

    def answered(self, upload: Upload, viewer: Viewer) -> Response:
        """What is told of an upload."""
        plate_map = upload.plate_map
        context = self.context_for(viewer, [plate_map.scope])
        newest = upload.job or jobs_of_plate_map(plate_map).first()
        told = {
            "platemap": self.told(plate_map, newest),
            "job": JobShape(upload.job, context=context).data if upload.job else None,
            "new": upload.is_new,
        }
        return Response(told, HTTPStatus.ACCEPTED if upload.job else HTTPStatus.OK)


def refuse_strangers(request: Request) -> None:
    """NotAllowed before a body is read of somebody who can be no curator: files may be large."""
    if not request.user.is_authenticated:
        raise NotAllowed("Only curators of a dataset may upload plate maps: sign in.")


def refuse_too_large(request: Request) -> None:
    """NotUnderstood before a body is read that is larger than all files together may be."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and int(length) > settings.PLATE_MAP_BYTES + ENVELOPE_BYTES:
        raise NotUnderstood(
            "files",
            f"The files of one import may be {settings.PLATE_MAP_BYTES / 2**20:,.0f} MiB together. "
            "Send them in parts, or compressed with gzip.",
        )


def wish_of(request: Request) -> dict[str, object]:
    """What a form says: `dataset`, `plate`, and every file under whatever name."""
    fields = {"dataset", "plate"}
    if unknown := sorted(set(map(str, request.POST)) - fields):
        raise NotUnderstood(unknown[0][:80], "Known are dataset, plate and files.")
    if not (dataset := str(request.POST.get("dataset", "")).strip()):
        raise NotUnderstood("dataset", "Say the dataset whose wells it is about: slug or id.")
    sent = [file for _, files in request.FILES.lists() for file in files]
    files = [SentFile(name_of(file), cast("Any", file)) for file in sent]
    return {"dataset": dataset, "plate": request.POST.get("plate", ""), "files": files}


def name_of(file: object) -> str:
    """What a file was called where it came from."""
    return str(file.name or "") if isinstance(file, UploadedFile) else ""


def dataset_named(value: str, viewer: Viewer) -> Dataset:
    """The visible dataset with this slug or id."""
    found = uuid_or_none(value)
    which: dict[str, object] = {"id": found} if found else {"slug": value}
    return only(viewer.datasets, "dataset", **which)


class MappingWish(serializers.Serializer[object]):
    """What the columns are to become."""

    mapping = serializers.DictField(help_text="The document that GET tells, edited.")


class PlateMapOne(PlateMapView):
    """One plate map."""

    http_method_names = ["get", "head", "options", "patch"]

    @one_of("plate map", WholePlateMapShape)
    def get(self, request: Request, plate_map_id: str) -> Response:
        """The plate map with this id: where it stands, its mapping, what the dry run said."""
        plate_map = self.plate_map(plate_map_id)
        return Response(self.told(plate_map, jobs_of_plate_map(plate_map).first()))

    @extend_schema(
        summary="Edit the mapping of a plate map",
        tags=["plate maps"],
        operation_id="platemap_edit",
        request=MappingWish,
        responses={202: STARTED, **REFUSED},
    )
    def patch(self, request: Request, plate_map_id: str) -> Response:
        """Take this mapping for the proposed one; a dry run follows, as a job."""
        plate_map = self.plate_map(plate_map_id)
        wish = understood(request, MappingWish)
        job = edit_mapping(plate_map=plate_map, document=wish["mapping"], by=request.user)
        return self.started(plate_map_id, job)


def starts(verb: str, sentence: str) -> Decorator:
    """The schema of a route that starts a job about a plate map."""
    return extend_schema(
        summary=sentence,
        tags=["plate maps"],
        operation_id=f"platemap_{verb}",
        request=None,
        responses={202: STARTED, **REFUSED},
    )


class PlateMapStart(PlateMapView):
    """A route that starts a job about a plate map."""

    http_method_names = ["post", "options"]

    def start(self, request: Request, plate_map_id: str, verb: Callable[..., Job]) -> Response:
        """Ask for the job, and tell of it."""
        job = verb(plate_map=self.plate_map(plate_map_id), by=request.user)
        return self.started(plate_map_id, job)


class PlateMapCheck(PlateMapStart):
    """Try a plate map again."""

    @starts("check", "Ask for another dry run of a plate map")
    def post(self, request: Request, plate_map_id: str) -> Response:
        """Say anew what it would do, as a job: plates may have come meanwhile."""
        return self.start(request, plate_map_id, request_check)


class PlateMapApply(PlateMapStart):
    """Apply a plate map."""

    @starts("apply", "Apply a plate map")
    def post(self, request: Request, plate_map_id: str) -> Response:
        """Put what its rows say at the wells, all or nothing, as a job."""
        return self.start(request, plate_map_id, request_apply)


class PlateMapUndo(PlateMapStart):
    """Undo a plate map."""

    @starts("undo", "Undo a plate map")
    def post(self, request: Request, plate_map_id: str) -> Response:
        """Take back what it put at the wells, and nothing else, as a job."""
        return self.start(request, plate_map_id, request_undo)
