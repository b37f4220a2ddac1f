"""Stores go to another dataset over REST: for curators of both."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.asking import IN_CONFLICT
from catalog.api.bodies import understood
from catalog.api.shapes.findings import StoreName
from catalog.api.shapes.parts import DatasetName
from catalog.api.stores import store_of
from catalog.api.views import ReadView
from catalog.errors import NotUnderstood
from catalog.models import Dataset
from catalog.services.curators import MOVE_STORES, refuse_all_but_curators
from catalog.services.moving import move_to_dataset

NO_DATASET = "There is no dataset of that slug that you may see; make it first."


class MoveWish(serializers.Serializer[object]):
    """Where a store is to go."""

    dataset = serializers.SlugField(max_length=80, help_text="The slug of the other dataset.")


class MovedShape(serializers.Serializer[object]):
    """What went, and where it is now."""

    dataset = DatasetName()
    stores = StoreName(many=True)


class StoreMove(ReadView):
    """Move a store to another dataset."""

    http_method_names = ["post", "options"]

    @extend_schema(
        summary="Move a store to another dataset",
        tags=["stores"],
        operation_id="store_move",
        request=MoveWish,
        responses={200: MovedShape, **IN_CONFLICT},
    )
    def post(self, request: Request, store_id: str) -> Response:
        """Give a store to another dataset, with its plate, all stores of that and its plate maps.

        For curators of both. Moving back undoes it; published versions stay what they are. Refused
        while a job is about it, and where a plate map is about plates that would stay behind.
        """
        store = store_of(self.viewer, store_id)
        # Who may not is told so whatever the body says.
        refuse_all_but_curators(request.user, Dataset.objects.get(pk=store.scope), to=MOVE_STORES)
        slug = understood(request, MoveWish)["dataset"]
        dataset = self.viewer.datasets.filter(slug=slug).first()
        if dataset is None:
            raise NotUnderstood("dataset", NO_DATASET)
        moved = move_to_dataset(stores=[store], to=dataset, by=request.user)
        named = [{"id": str(one.id), "name": one.name} for one in moved]
        return Response({"dataset": {"id": str(dataset.id), "slug": slug}, "stores": named})
