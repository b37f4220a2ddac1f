from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import BY_DATASET
from catalog.api.fields import FIELD_FILTERS, FIELD_ORDER, fields_told
from catalog.api.filters import Filter, by_id, exact, words_of
from catalog.api.shapes.fields import FieldOut, FieldShape
from catalog.api.shapes.stores import StoreShape
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.queries.last_changes import last_change_of_store
from catalog.queries.single import only
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none
from plates.models import Store
from plates.queries.counts import so_far, with_counts
from plates.queries.places import with_all_places, with_places
from plates.states import Completion, Reach, StoreKind, Verdict


def of_completeness(value: str, viewer: Viewer) -> Q:
    """Stores that are whole, arriving or lacking, or were not counted."""
    return so_far(Completion(value))


FILTERS = (
    BY_DATASET,
    Filter("plate", by_id("plate__id"), "That show the plate with this id."),
    Filter("kind", exact("kind"), "Of this kind.", words_of(StoreKind)),
    Filter("version", exact("version"), "Of this version of OME-Zarr, e.g. 0.5."),
    Filter("reach", exact("reach"), "Whether they could be opened.", words_of(Reach)),
    Filter("verdict", exact("verdict"), "With this verdict.", words_of(Verdict)),
    Filter("completeness", of_completeness, "That are so far.", words_of(Completion)),
)


def stores_told(viewer: Viewer) -> QuerySet[Store]:
    """The visible stores with all that their shape tells."""
    rows = with_counts(viewer.stores.select_related("plate", "validation"))
    return rows.prefetch_related(with_places(), with_all_places())


def store_of(viewer: Viewer, store_id: str) -> Store:
    """The visible store with this id."""
    return only(viewer.stores, "store", id=uuid_or_none(store_id))


class StoreList(ListView):
    """The stores."""

    filters = FILTERS

    @list_of("store", StoreShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The visible stores, oldest first."""
        viewer = self.viewer
        rows = stores_told(viewer)
        return self.answer(rows, StoreShape, viewer=viewer, order=["id"])


class StoreOne(ReadView):
    """One store."""

    @one_of("store", StoreShape)
    def get(self, request: Request, store_id: str) -> Response:
        """The store with this id."""
        viewer = self.viewer
        rows = stores_told(viewer)
        store = only(rows, "store", id=uuid_or_none(store_id))
        context = self.context_for(viewer, [store.scope])
        return self.one(StoreShape(store, context=context).data, last_change_of_store(store))


class StoreFieldList(ListView):
    """The fields of a store."""

    filters = FIELD_FILTERS

    @list_of("field", FieldOut, FIELD_FILTERS)
    def get(self, request: Request, store_id: str) -> Response:
        """The fields of a store, well by well in row-major order."""
        viewer = self.viewer
        store = store_of(viewer, store_id)
        rows = fields_told(viewer.fields.filter(store=store))
        return self.answer(
            rows, FieldShape, viewer=viewer, order=FIELD_ORDER, context={"request": request}
        )


class StoreFieldOne(ReadView):
    """One field."""

    @one_of("field", FieldOut)
    def get(self, request: Request, store_id: str, path: str) -> Response:
        """The field at a path of a store, e.g. `B/03/0`."""
        viewer = self.viewer
        rows = fields_told(viewer.fields)
        field = only(rows, "field", store__id=uuid_or_none(store_id), path=path.rstrip("/"))
        told = FieldShape(field, context={"request": request}).data
        return self.one(told, last_change_of_store(field.store))
