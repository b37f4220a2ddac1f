from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.bodies import understood
from catalog.api.filters import uuid_or_none
from catalog.api.shapes.jobs import JobShape
from catalog.api.views import LIST_ERRORS, PROBLEM, ReadView, only
from catalog.models import Dataset
from catalog.services.harvest import request_store_harvest
from catalog.services.validate import DEPTHS, refuse_all_but_curators, request_validation
from plates.omezarr.rules.rule import Policy
from plates.omezarr.walk import Depth


class ValidationWish(serializers.Serializer[object]):
    """How a store is to be validated."""

    depth = serializers.ChoiceField(
        choices=[depth.word for depth in DEPTHS],
        default=Depth.LABELS.word,
        help_text="labels reads every document; sample decodes some chunks too.",
    )
    policy = serializers.ChoiceField(
        choices=[policy.value for policy in Policy],
        default=Policy.SPEC.value,
        help_text="Which level the breach of a rule has.",
    )


class StoreValidate(ReadView):
    """Validate a store."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Validate a store",
        tags=["stores"],
        request=ValidationWish,
        responses={202: JobShape, (403, "application/problem+json"): PROBLEM, **LIST_ERRORS},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Ask every rule about a store, as a job; for curators of its dataset."""
        viewer = self.viewer
        store = only(viewer.stores, "store", id=uuid_or_none(store_id))
        # Who may not ask is told so whatever the body says.
        refuse_all_but_curators(request.user, Dataset.objects.get(pk=store.scope))
        wish = understood(request, ValidationWish)
        job = request_validation(
            store=store,
            by=request.user,
            depth=Depth[str(wish["depth"]).upper()],
            policy=Policy(str(wish["policy"])),
        )
        shape = JobShape(job, context=self.context_for(viewer, [job.dataset_id]))
        return Response(shape.data, HTTPStatus.ACCEPTED)


class StoreHarvest(ReadView):
    """Read a store again."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Harvest a store",
        tags=["stores"],
        request=None,
        responses={202: JobShape, (403, "application/problem+json"): PROBLEM, **LIST_ERRORS},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Read a store again, as a job; for curators of its dataset. Only what changed is written."""
        viewer = self.viewer
        store = only(viewer.stores, "store", id=uuid_or_none(store_id))
        job = request_store_harvest(store=store, by=request.user)
        shape = JobShape(job, context=self.context_for(viewer, [job.dataset_id]))
        return Response(shape.data, HTTPStatus.ACCEPTED)
