from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.shapes.counts import CompletenessShape, in_full
from catalog.api.stores import store_of
from catalog.api.views import ERRORS, ReadView
from catalog.errors import NotThere
from plates.models import Count


class StoreCompleteness(ReadView):
    """What of a store is there."""

    @extend_schema(
        summary="What of a store is there",
        tags=["stores"],
        responses={200: CompletenessShape, **ERRORS},
    )
    def get(self, request: Request, store_id: str) -> Response:
        """What of a store's chunks is there, by level, channel, label, well and field."""
        store = store_of(self.viewer, store_id)
        count = Count.objects.filter(store=store).first()
        if count is None:
            raise NotThere(
                "The chunks of this store were not counted yet: POST to count/ asks for it."
            )
        store.count = count
        return Response(in_full(store, count))
