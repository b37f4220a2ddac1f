from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import uuid_or_none
from catalog.api.shapes.counts import CompletenessShape, in_full
from catalog.api.shapes.jobs import JobShape
from catalog.api.views import ERRORS, LIST_ERRORS, PROBLEM, ReadView, only
from catalog.errors import NotThere
from catalog.services.count import request_count
from plates.models import Count


class StoreCount(ReadView):
    """Count the chunks of a store."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Count the chunks of a store",
        tags=["stores"],
        request=None,
        responses={
            202: JobShape,
            (403, "application/problem+json"): PROBLEM,
            (409, "application/problem+json"): PROBLEM,
            **LIST_ERRORS,
        },
    )
    def post(self, request: Request, store_id: str) -> Response:
        """List the objects of a store and hold them against its arrays, as a job; for curators."""
        viewer = self.viewer
        store = only(viewer.stores, "store", id=uuid_or_none(store_id))
        job = request_count(store=store, by=request.user)
        shape = JobShape(job, context=self.context_for(viewer, [job.dataset_id]))
        return Response(shape.data, HTTPStatus.ACCEPTED)


class StoreCompleteness(ReadView):
    """What of a store is there."""

    @extend_schema(
        summary="What of a store is there",
        tags=["stores"],
        responses={200: CompletenessShape, **ERRORS},
    )
    def get(self, request: Request, store_id: str) -> Response:
        """What of a store's chunks is there, by level, channel, label, well and field."""
        store = only(self.viewer.stores, "store", id=uuid_or_none(store_id))
        count = Count.objects.filter(store=store).first()
        if count is None:
            raise NotThere(
                "The chunks of this store were not counted yet: POST to count/ asks for it."
            )
        store.count = count
        return Response(in_full(store, count))
