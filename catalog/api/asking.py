from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.bodies import understood
from catalog.api.filters import uuid_or_none
from catalog.api.shapes.jobs import JobShape
from catalog.api.views import LIST_ERRORS, PROBLEM, ReadView, only
from catalog.errors import NotUnderstood
from catalog.models import Dataset
from catalog.services.curators import TELL_STORES_APART, refuse_all_but_curators
from catalog.services.mirrors import separate_location
from catalog.services.requesting import request_store_harvest
from catalog.services.validate import DEPTHS, request_validation
from plates.models import Location, Store
from plates.models.location import digest_of_url
from plates.omezarr.depth import Depth
from plates.omezarr.rules.rule import Policy


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


class SeparationWish(serializers.Serializer[object]):
    """Which location is to be a store of its own."""

    url = serializers.CharField(max_length=4096, help_text="As `locations` tells it.")


class StoreSeparate(ReadView):
    """Make a location of a store a store of its own again."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Separate a location of a store",
        tags=["stores"],
        operation_id="store_separate",
        request=SeparationWish,
        responses={
            202: JobShape,
            (403, "application/problem+json"): PROBLEM,
            (409, "application/problem+json"): PROBLEM,
            **LIST_ERRORS,
        },
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Undo a move or a copy: the location gets a store of its own, which is harvested by a job.

        For curators of the dataset.
        """
        viewer = self.viewer
        store = only(viewer.stores, "store", id=uuid_or_none(store_id))
        dataset = Dataset.objects.get(pk=store.scope)
        refuse_all_but_curators(request.user, dataset, to=TELL_STORES_APART)
        wish = understood(request, SeparationWish)
        location = location_at(store, str(wish["url"]))
        job = separate_location(location=location, by=request.user)
        shape = JobShape(job, context=self.context_for(viewer, [job.dataset_id]))
        return Response(shape.data, HTTPStatus.ACCEPTED)


def location_at(store: Store, url: str) -> Location:
    """The place of a store at a URL; NotUnderstood if it does not lie there."""
    found = Location.objects.filter(store=store, url_digest=digest_of_url(url), gone_at=None)
    if (location := found.first()) is None:
        raise NotUnderstood("url", "The store does not lie there; `locations` says where it does.")
    return location
