"""Sources over REST: for operators, who see, make, change and scan them."""

from http import HTTPStatus

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import REFUSED, AskingView
from catalog.api.bodies import understood
from catalog.api.shapes.jobs import JobShape
from catalog.api.shapes.sources import SourceShape, SourceWish
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.errors import NotAllowed, NotUnderstood
from catalog.models import Dataset, Source
from catalog.queries.single import only
from catalog.queries.visible import runs_the_catalog
from catalog.services.sources import change_source, create_source, request_scan
from plates.ids import uuid_or_none


class SourceList(ListView):
    """The sources."""

    http_method_names = ["get", "head", "options", "post"]

    @list_of("source", SourceShape)
    def get(self, request: Request) -> Response:
        """The sources, oldest first; none for who does not run the catalog."""
        rows = self.viewer.sources.select_related("default_dataset")
        context: dict[str, object] = {"request": request}
        return self.answer(rows, SourceShape, viewer=self.viewer, order=["id"], context=context)

    @extend_schema(
        summary="Make a source",
        tags=["sources"],
        operation_id="source_create",
        request=SourceWish,
        responses={201: SourceShape, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """A new source, scanned as soon as the clock sees it; for operators."""
        by = operator_of(request)
        told = understood(request, SourceWish)
        source = create_source(by=by, **with_dataset(told))
        shape = SourceShape(source, context={"request": request})
        return Response(shape.data, HTTPStatus.CREATED)


class SourceOne(ReadView):
    """One source."""

    http_method_names = ["get", "head", "options", "patch"]

    @one_of("source", SourceShape)
    def get(self, request: Request, source_id: str) -> Response:
        """The source with this id."""
        return Response(SourceShape(self.source(source_id), context={"request": request}).data)

    @extend_schema(
        summary="Change a source",
        tags=["sources"],
        operation_id="source_change",
        request=SourceWish(partial=True),
        responses={200: SourceShape, **REFUSED},
    )
    def patch(self, request: Request, source_id: str) -> Response:
        """Change what is said; the rest stays."""
        source = self.source(source_id)
        told = understood(request, SourceWish, partial=True)
        changed = change_source(source=source, by=operator_of(request), **with_dataset(told))
        return Response(SourceShape(changed, context={"request": request}).data)

    def source(self, source_id: str) -> Source:
        """The source with this id, if the viewer may see it."""
        rows = self.viewer.sources.select_related("default_dataset")
        return only(rows, "source", id=uuid_or_none(source_id))


class ScanWish(serializers.Serializer[object]):
    """How a source is to be scanned."""

    accept_losses = serializers.BooleanField(
        default=False,
        help_text="Take stores as gone that are not found, even if they are more than half.",
    )


class SourceScan(AskingView, SourceOne):
    """Scan a source."""

    @extend_schema(
        summary="Scan a source",
        tags=["sources"],
        operation_id="source_scan",
        request=ScanWish,
        responses={202: JobShape, **REFUSED},
    )
    def post(self, request: Request, source_id: str) -> Response:
        """Look for what is new, changed or gone, as a job."""
        source = self.source(source_id)
        wish = understood(request, ScanWish)
        accept_losses = bool(wish["accept_losses"])
        return self.asked(request_scan(source=source, by=request.user, accept_losses=accept_losses))


def operator_of(request: Request) -> User:
    """Who asks, if they run the catalog; NotAllowed otherwise."""
    if not isinstance(request.user, User) or not runs_the_catalog(request.user):
        raise NotAllowed("Only operators may make and change sources.")
    return request.user


def with_dataset(told: dict[str, object]) -> dict[str, object]:
    """What was told, with the dataset of a slug in its place."""
    if "dataset" not in told:
        return told
    slug = told.pop("dataset")
    dataset = Dataset.objects.filter(slug=slug).first() if slug else None
    if slug and dataset is None:
        raise NotUnderstood("dataset", "There is no dataset of that slug; make it first.")
    return told | {"default_dataset": dataset}
