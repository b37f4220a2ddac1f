"""Jobs about one store over REST: for curators of its dataset, who ask for them."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT, REFUSED, AskingView
from catalog.api.bodies import understood
from catalog.api.shapes.jobs import JobShape
from catalog.api.stores import store_of
from catalog.errors import NotUnderstood
from catalog.models import Dataset
from catalog.services.count import request_count
from catalog.services.curators import TELL_STORES_APART, refuse_all_but_curators
from catalog.services.harvest_jobs import request_store_harvest
from catalog.services.mirrors import separate_location
from catalog.services.previews import request_preview
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


class StoreValidate(AskingView):
    """Validate a store."""

    @extend_schema(
        summary="Validate a store",
        tags=["stores"],
        request=ValidationWish,
        responses={202: JobShape, **REFUSED},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Ask every rule about a store, as a job; for curators of its dataset."""
        store = store_of(self.viewer, store_id)
        # Who may not ask is told so whatever the body says.
        refuse_all_but_curators(request.user, Dataset.objects.get(pk=store.scope))
        wish = understood(request, ValidationWish)
        job = request_validation(
            store=store,
            by=request.user,
            depth=Depth[str(wish["depth"]).upper()],
            policy=Policy(str(wish["policy"])),
        )
        return self.asked(job)


class StoreHarvest(AskingView):
    """Read a store again."""

    @extend_schema(
        summary="Harvest a store",
        tags=["stores"],
        request=None,
        responses={202: JobShape, **REFUSED},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Read a store again, as a job; for curators of its dataset. Only what changed is written."""
        return self.asked(
            request_store_harvest(store=store_of(self.viewer, store_id), by=request.user)
        )


class StoreCount(AskingView):
    """Count the chunks of a store."""

    @extend_schema(
        summary="Count the chunks of a store",
        tags=["stores"],
        request=None,
        responses={202: JobShape, **IN_CONFLICT},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """List the objects of a store and hold them against its arrays, as a job; for curators."""
        return self.asked(request_count(store=store_of(self.viewer, store_id), by=request.user))


class StorePreview(AskingView):
    """Draw a store."""

    @extend_schema(
        summary="Draw a store",
        tags=["stores"],
        request=None,
        responses={202: JobShape, **IN_CONFLICT},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Draw thumbnails, contact sheets and statistics anew, as a job; for curators."""
        return self.asked(request_preview(store=store_of(self.viewer, store_id), by=request.user))


class SeparationWish(serializers.Serializer[object]):
    """Which location is to be a store of its own."""

    url = serializers.CharField(max_length=4096, help_text="As `locations` tells it.")


class StoreSeparate(AskingView):
    """Make a location of a store a store of its own again."""

    @extend_schema(
        summary="Separate a location of a store",
        tags=["stores"],
        operation_id="store_separate",
        request=SeparationWish,
        responses={202: JobShape, **IN_CONFLICT},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Undo a move or a copy: the location gets a store of its own, which is harvested by a job.

        For curators of the dataset.
        """
        store = store_of(self.viewer, store_id)
        dataset = Dataset.objects.get(pk=store.scope)
        refuse_all_but_curators(request.user, dataset, to=TELL_STORES_APART)
        wish = understood(request, SeparationWish)
        location = location_at(store, str(wish["url"]))
        job = separate_location(location=location, by=request.user)
        return self.asked(job)


def location_at(store: Store, url: str) -> Location:
    """The place of a store at a URL; NotUnderstood if it does not lie there."""
    found = Location.objects.filter(store=store, url_digest=digest_of_url(url), gone_at=None)
    if (location := found.first()) is None:
        raise NotUnderstood("url", "The store does not lie there; `locations` says where it does.")
    return location
