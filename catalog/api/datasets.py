from django.db.models import Q
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.filters import Condition, Filter, any_case, exact, words_of
from catalog.api.shapes.datasets import DatasetShape, TombstoneShape, WholeDatasetShape
from catalog.api.views import ListView, ReadView, list_of, one_of
from catalog.models import Dataset
from catalog.queries.found import datasets_found
from catalog.queries.single import only
from catalog.queries.versions import is_tombstone, latest_versions
from catalog.queries.visible import Viewer
from catalog.words import DatasetState, Visibility
from plates.ids import uuid_or_none


def scopes_named(value: str, viewer: Viewer) -> list[int]:
    """The scope of the visible dataset with this slug or id, if there is one.

    Found first, in a statement of its own, so that the next one is planned for its value.
    """
    found = uuid_or_none(value)
    which = Q(id=found) if found else Q(slug=value)
    return list(viewer.datasets.filter(which).values_list("serial", flat=True))


def by_dataset(column: str) -> Condition:
    """Rows whose column names the visible dataset with this slug or id."""
    return lambda value, viewer: Q(**{f"{column}__in": scopes_named(value, viewer)})


def dataset_of(viewer: Viewer, dataset_id: str, *related: str) -> Dataset:
    """The visible dataset with this id or slug, with rows that belong to it."""
    found = uuid_or_none(dataset_id)
    by: dict[str, object] = {"id": found} if found else {"slug": dataset_id}
    return only(viewer.datasets.prefetch_related(*related), "dataset", **by)


BY_DATASET = Filter("dataset", by_dataset("scope"), "Of the dataset with this slug or id.")

FILTERS = (
    Filter("q", datasets_found, "With any well or image that this query finds."),
    Filter("slug", any_case("slug"), "With this slug."),
    Filter("parent", by_dataset("parent"), "Children of the dataset with this slug or id."),
    Filter(
        "visibility",
        exact("visibility"),
        "With this visibility.",
        words_of(Visibility),
    ),
    Filter("state", exact("state"), "In this state.", words_of(DatasetState)),
)


DATASET_OR_TOMBSTONE = PolymorphicProxySerializer(
    "DatasetOrTombstone", [WholeDatasetShape, TombstoneShape], resource_type_field_name=None
)


class DatasetList(ListView):
    """The datasets."""

    filters = FILTERS

    @list_of("dataset", DatasetShape, FILTERS)
    def get(self, request: Request) -> Response:
        """The visible datasets, oldest first."""
        viewer = self.viewer
        return self.answer(
            viewer.datasets,
            DatasetShape,
            viewer=viewer,
            order=["id"],
            scope="parent_id",
            more=lambda rows: {"latest": latest_versions(dataset.pk for dataset in rows)},
        )


RELATED = ("people", "publications", "funding", "external_ids")


def named_dataset_of(viewer: Viewer, dataset_id: str) -> Dataset:
    """The dataset with this id or slug that is visible, or of which a tombstone is."""
    found = uuid_or_none(dataset_id)
    by: dict[str, object] = {"id": found} if found else {"slug": dataset_id}
    return only(viewer.named_datasets.prefetch_related(*RELATED), "dataset", **by)


class DatasetView(ReadView):
    """A route that answers with a dataset."""

    def told(self, dataset: Dataset) -> Response:
        """All that is told of a visible dataset."""
        scopes = [dataset.parent_id] if dataset.parent_id else []
        context = self.context_for(self.viewer, scopes)
        context["latest"] = latest_versions([dataset.pk])
        return self.one(WholeDatasetShape(dataset, context=context).data, dataset.changed_at)


class DatasetOne(DatasetView):
    """One dataset."""

    @one_of("dataset", DATASET_OR_TOMBSTONE)
    def get(self, request: Request, dataset_id: str) -> Response:
        """The dataset with this id or slug; of one that was withdrawn, its tombstone."""
        viewer = self.viewer
        dataset = named_dataset_of(viewer, dataset_id)
        if is_tombstone(viewer, dataset):
            told = TombstoneShape(dataset, context=self.context_for(viewer, []))
            return self.one(told.data, dataset.changed_at)
        return self.told(dataset)
