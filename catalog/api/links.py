"""Links over REST: what opens a store, plate, well, field or image, for who may see it."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import REFUSED, AskingView
from catalog.api.fields import fields_told
from catalog.api.images import images_told
from catalog.api.plates import plate_of, well_of
from catalog.api.shapes.examples_links import LINKS
from catalog.api.shapes.jobs import JobShape
from catalog.api.shapes.links import LinkedOut, LinkedShape
from catalog.api.stores import store_of
from catalog.api.views import ERRORS, Decorator, ReadView, example
from catalog.errors import NotThere
from catalog.links.aims import (
    stores_of_plate,
    target_of_field,
    target_of_image,
    target_of_store,
    target_of_well,
)
from catalog.links.targets import Target
from catalog.models import Token
from catalog.queries.single import only
from catalog.services.link_tests import request_link_test
from catalog.services.linking import Asker, linked
from plates.ids import uuid_or_none
from plates.models import Plate, Store

OF_STORE = OpenApiParameter(
    "store", str, description="Id of the store to open, if several show the plate."
)
NO_STORE = "No store shows this any more, so there is nothing to open."


def links_of(noun: str, parameters: Sequence[OpenApiParameter] = ()) -> Decorator:
    """The schema of a route that answers links."""
    return extend_schema(
        summary=f"Viewers, snippets and links of a {noun}",
        tags=["links"],
        parameters=list(parameters),
        responses={200: LinkedOut, **ERRORS},
        examples=example(f"Links of a {noun}", LINKS),
    )


def base_of(request: Request) -> str:
    """Where bytes are sent from, as who asks reaches it."""
    return settings.DATA_URL or request.build_absolute_uri("/")


def asked_with(request: Request) -> UUID | None:
    """The id of the token that a request comes with; None if it comes with none."""
    return request.auth.id if isinstance(request.auth, Token) else None


class LinksView(ReadView):
    """Links of one thing."""

    def told(self, target: Target, stores: Sequence[Store] = ()) -> Response:
        """The links of a target; `stores` are those that show the plate."""
        asker = Asker(self.request.user, base_of(self.request), asked_with=asked_with(self.request))
        context = {"request": self.request, "stores": list(stores)}
        return Response(LinkedShape(linked(target, asker), context=context).data)

    def stores_of(self, plate: Plate) -> list[Store]:
        """The stores that show a plate, the one that is asked for in front."""
        stores = stores_of_plate(plate)
        wanted = self.request.query_params.get("store")
        if wanted is None:
            return stores
        chosen = [store for store in stores if store.id == uuid_or_none(wanted)]
        return chosen + [store for store in stores if store not in chosen] if chosen else []


class LinksOfStore(LinksView):
    """Links of a store."""

    @links_of("store")
    def get(self, request: Request, store_id: str) -> Response:
        """What opens a store, and by which address."""
        return self.told(target_of_store(store_of(self.viewer, store_id)))


class LinksOfPlate(LinksView):
    """Links of a plate."""

    @links_of("plate", [OF_STORE])
    def get(self, request: Request, plate_id: str) -> Response:
        """What opens a plate: of several stores that show it, the newest that can be opened."""
        stores = self.stores_of(plate_of(self.viewer, plate_id))
        if not stores:
            raise NotThere(NO_STORE)
        return self.told(target_of_store(stores[0]), stores)


class LinksOfWell(LinksView):
    """Links of a well."""

    @links_of("well", [OF_STORE])
    def get(self, request: Request, plate_id: str, label: str) -> Response:
        """What opens a well, in the newest store that can be opened and has fields of it."""
        well = well_of(self.viewer, plate_id, label)
        stores = self.stores_of(well.plate)
        targets = (target_of_well(well, store) for store in stores)
        target = next((one for one in targets if one is not None), None)
        if target is None:
            raise NotThere(NO_STORE)
        return self.told(target, stores)


class LinksOfField(LinksView):
    """Links of a field."""

    @links_of("field")
    def get(self, request: Request, store_id: str, path: str) -> Response:
        """What opens a field: to viewers it is an image."""
        rows = fields_told(self.viewer.fields)
        field = only(rows, "field", store__id=uuid_or_none(store_id), path=path.rstrip("/"))
        return self.told(target_of_field(field))


class LinksOfImage(LinksView):
    """Links of an image."""

    @links_of("image")
    def get(self, request: Request, image_id: str) -> Response:
        """What opens an image that is no field."""
        image = only(images_told(self.viewer), "image", id=uuid_or_none(image_id))
        return self.told(target_of_image(image))


class TestLinks(AskingView):
    """Test the links of a store."""

    @extend_schema(
        summary="Test the links of a store",
        tags=["links"],
        operation_id="store_test_links",
        request=None,
        responses={202: JobShape, **REFUSED},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Ask for a store as viewers in browsers do, as a job; for curators of its dataset.

        What came of it counts in `links/` from then on.
        """
        store = store_of(self.viewer, store_id)
        return self.asked(request_link_test(store=store, by=request.user, base=base_of(request)))
