from collections.abc import Sequence

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import BY_DATASET
from catalog.api.filters import Filter, any_case, by_id
from catalog.api.shapes.annotation_json import annotation_at
from catalog.api.shapes.images import ImageOut, ImageShape, spot_of
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.queries.found import images_found
from catalog.queries.last_changes import last_change_of_annotation, last_change_of_store
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none
from plates.models import Image
from plates.queries.places import with_places

FILTERS = (
    BY_DATASET,
    Filter("q", images_found, "That this query finds."),
    Filter("store", by_id("store__id"), "Of the store with this id."),
    Filter("name", any_case("name"), "With this name, whatever its case."),
)


def images_told(viewer: Viewer) -> QuerySet[Image]:
    """The visible images with all that their shape tells."""
    rows = viewer.images.select_related("store", "layout")
    return rows.prefetch_related(with_places("store__locations"))


class ImageList(ListView):
    """The images that are no fields of a plate."""

    filters = FILTERS

    @list_of("image", ImageOut, FILTERS)
    def get(self, request: Request) -> Response:
        """The visible images, oldest first."""
        viewer = self.viewer
        return self.answer(
            images_told(viewer),
            ImageShape,
            viewer=viewer,
            order=["id"],
            more=annotation_of_images,
        )


def annotation_of_images(images: Sequence[Image]) -> dict[str, object]:
    """What the images of a page need to tell their annotation."""
    return annotation_at([spot_of(image) for image in images])


class ImageOne(ReadView):
    """One image."""

    @one_of("image", ImageOut)
    def get(self, request: Request, image_id: str) -> Response:
        """The image with this id."""
        viewer = self.viewer
        image = only(images_told(viewer), "image", id=uuid_or_none(image_id))
        context = self.context_for(viewer, [image.scope]) | annotation_of_images([image])
        changed = last_change_of_annotation(image.scope, last_change_of_store(image.store))
        return self.one(ImageShape(image, context=context).data, changed)
