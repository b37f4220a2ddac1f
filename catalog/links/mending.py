"""Where what the checklist asks for is done: paths of pages, by the place that a rule names."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from catalog.checklist.rules import Place
from catalog.models import Dataset


def mending_path(place: Place, dataset: Dataset) -> str:
    """The path of the page on which a person mends it."""
    return _PATHS[place](dataset)


def _stores(dataset: Dataset) -> str:
    return f"{reverse('admin:plates_store_changelist')}?scope={dataset.pk}"


def _plates_that(condition: str) -> Callable[[Dataset], str]:
    def path(dataset: Dataset) -> str:
        asked = {"of": "plates", "q": f"dataset:{dataset.slug} {condition}"}
        return f"{reverse('portal:search')}?{urlencode(asked)}"

    return path


_PATHS: Final[Mapping[Place, Callable[[Dataset], str]]] = {
    Place.DATASET: lambda dataset: reverse("admin:catalog_dataset_change", args=[dataset.pk]),
    Place.STORES: _stores,
    Place.PLATE_MAPS: lambda dataset: reverse(
        "admin:catalog_dataset_reconciliation", args=[dataset.pk]
    ),
    Place.FINDINGS: _plates_that("(verdict:invalid OR verdict:unreadable)"),
    Place.COMPLETENESS: _plates_that(
        "(verdict:incomplete OR completion:arriving OR completion:lacking)"
    ),
    Place.PREVIEWS: _stores,
    Place.PROPOSALS: lambda dataset: (
        f"{reverse('admin:catalog_proposal_changelist')}"
        f"?{urlencode({'state__exact': 'open', 'q': dataset.slug})}"
    ),
}
