"""Pictures of fields and images: thumbnails, and views as somebody wants them."""

from collections.abc import Callable, Sequence
from typing import Final

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api.filters import unknown
from catalog.api.views import LIST_ERRORS, PROBLEM, ReadView
from catalog.errors import NotUnderstood
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from catalog.services.pictures import Pictured, Sight, picture, sight_of, thumbnail_sight
from plates.ids import uuid_or_none
from plates.models import Field, Image
from plates.pixels.encoding import JPEG
from plates.pixels.wishes import MOST_SHOWN, WIDEST, View, ViewRefused, parse_view

FRESH_S: Final = 600
"""So long nobody asks again for a picture that was looked at; then its ETag tells."""
VERSION: Final = OpenApiParameter(
    "v",
    OpenApiTypes.STR,
    description="Anything; the `mark` of what was drawn, say, so that a new drawing has a new URL.",
)
PICTURE_ERRORS: Final = {
    **LIST_ERRORS,
    (422, "application/problem+json"): PROBLEM,
    (503, "application/problem+json"): PROBLEM,
}
VIEW_PARAMETERS: Final = [
    OpenApiParameter(
        "channels",
        OpenApiTypes.STR,
        description=(
            f"Up to {MOST_SHOWN} channels, each `number[:RRGGBB[:low-high]]`, such as "
            "`0:2F6BFF:104-3200,2` or `0::104-3200`. Those that are active, if left out."
        ),
    ),
    OpenApiParameter(
        "z", OpenApiTypes.STR, description="A plane from 0, `middle`, or `max` of all planes."
    ),
    OpenApiParameter("t", OpenApiTypes.STR, description="A moment from 0, or `middle`."),
    OpenApiParameter(
        "width",
        OpenApiTypes.INT,
        description=f"Pixels of the picture, up to {WIDEST}; read from the level that this needs.",
    ),
    OpenApiParameter(
        "level", OpenApiTypes.INT, description="This level, pixel by pixel, instead of a width."
    ),
    OpenApiParameter(
        "region",
        OpenApiTypes.STR,
        description="`x,y,width,height` in pixels of the largest level; all of it if left out.",
    ),
    VERSION,
]
_VIEW_NAMES: Final = [one.name for one in VIEW_PARAMETERS]


class PictureView(ReadView):
    """A route that answers a picture."""

    def pictured(
        self, request: Request, *, scope: int, tag: str, kind: str, content: Callable[[], bytes]
    ) -> HttpResponseBase:
        """The picture, or that who asks has it already: then it is not made.

        Pictures of what not everybody may see are kept by browsers alone.
        """
        etag = f'"{tag}"'
        known = etag in parse_etags(request.headers.get("If-None-Match", ""))
        dataset = self.viewer.datasets.get(serial=scope)
        reach = "public" if dataset.is_open else "private"
        answer = HttpResponseNotModified() if known else HttpResponse(content(), content_type=kind)
        answer["ETag"] = etag
        answer["Cache-Control"] = f"{reach}, max-age={FRESH_S}"
        return answer

    def seen(self, request: Request, sight: Sight, scope: int) -> HttpResponseBase:
        """A view of a field or image."""
        return self.pictured(
            request,
            scope=scope,
            tag=sight.digest,
            kind=JPEG,
            content=lambda: picture(sight=sight),
        )


def asked_of(request: Request, known: Sequence[str]) -> dict[str, str]:
    """The parameters of a request; an unknown one is refused."""
    for name in request.query_params:
        if name not in known:
            raise NotUnderstood(name, unknown(name, known))
    told = {name: str(value) for name, value in request.query_params.items()}
    told.pop(VERSION.name, None)
    return told


def view_of(request: Request) -> View:
    """The view that a request asks for; NotUnderstood for the absurd."""
    try:
        return parse_view(asked_of(request, _VIEW_NAMES))
    except ViewRefused as refused:
        raise NotUnderstood(refused.parameter, str(refused)) from refused


def field_of(viewer: Viewer, store_id: str, path: str) -> Field:
    """The visible field at a path of a store."""
    rows = viewer.fields.select_related("store", "layout")
    return only(rows, "field", store__id=uuid_or_none(store_id), path=path.rstrip("/"))


def image_of(viewer: Viewer, image_id: str) -> Image:
    """The visible image with this id."""
    rows = viewer.images.select_related("store", "layout")
    return only(rows, "image", id=uuid_or_none(image_id))


def of(row: Field | Image) -> Pictured:
    """A field or image as something to be seen."""
    return Pictured(row.store, row.path, row.layout)


class FieldThumbnail(PictureView):
    """A field, small."""

    @extend_schema(
        summary="The thumbnail of a field",
        tags=["pictures"],
        parameters=[VERSION],
        responses={(200, JPEG): OpenApiTypes.BINARY, **PICTURE_ERRORS},
    )
    def get(self, request: Request, store_id: str, path: str) -> HttpResponseBase:
        """A field of at most 160 pixels, with the windows of all pictures of its store.

        Drawn after the harvest; what was not drawn is rendered now. Missing chunks are hatched.
        """
        field = field_of(self.viewer, store_id, path)
        asked_of(request, [VERSION.name])
        return self.seen(request, thumbnail_sight(of(field)), field.store.scope)


class FieldPicture(PictureView):
    """A field as somebody wants to see it."""

    @extend_schema(
        summary="A picture of a field",
        tags=["pictures"],
        parameters=VIEW_PARAMETERS,
        responses={(200, JPEG): OpenApiTypes.BINARY, **PICTURE_ERRORS},
    )
    def get(self, request: Request, store_id: str, path: str) -> HttpResponseBase:
        """A view rendered from the store: channels, contrast, plane, moment, region, size."""
        field = field_of(self.viewer, store_id, path)
        return self.seen(request, sight_of(of(field), view_of(request)), field.store.scope)


class ImageThumbnail(PictureView):
    """An image, small."""

    @extend_schema(
        summary="The thumbnail of an image",
        tags=["pictures"],
        parameters=[VERSION],
        responses={(200, JPEG): OpenApiTypes.BINARY, **PICTURE_ERRORS},
    )
    def get(self, request: Request, image_id: str) -> HttpResponseBase:
        """An image of at most 160 pixels, as that of a field."""
        image = image_of(self.viewer, image_id)
        asked_of(request, [VERSION.name])
        return self.seen(request, thumbnail_sight(of(image)), image.scope)


class ImagePicture(PictureView):
    """An image as somebody wants to see it."""

    @extend_schema(
        summary="A picture of an image",
        tags=["pictures"],
        parameters=VIEW_PARAMETERS,
        responses={(200, JPEG): OpenApiTypes.BINARY, **PICTURE_ERRORS},
    )
    def get(self, request: Request, image_id: str) -> HttpResponseBase:
        """A view rendered from the store, as that of a field."""
        image = image_of(self.viewer, image_id)
        return self.seen(request, sight_of(of(image), view_of(request)), image.scope)
