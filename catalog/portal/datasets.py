from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Dataset, Version
from catalog.portal.errors import or_nothing_here
from catalog.portal.finder import finder_link
from catalog.portal.life import life_of
from catalog.portal.structured import of_dataset
from catalog.queries.history import last_done
from catalog.queries.overview import at_scopes
from catalog.queries.single import only
from catalog.queries.soundness import states_in, states_of
from catalog.queries.versions import is_tombstone, versions_of
from catalog.queries.visible import Viewer
from catalog.search.queries import Condition, Exactly
from catalog.search.rendering import render as rendered
from plates.ids import uuid_or_none
from plates.models import Plate, Preview
from plates.states import Verdict

PLATES: Final = 48
IMAGES: Final = 24


@dataclass(frozen=True, slots=True)
class ListedPlate:
    """A plate in the list of its dataset."""

    plate: Plate
    is_drawn: bool
    state: str
    """The worst of its stores; empty if it has none any more."""


def datasets(request: HttpRequest) -> HttpResponse:
    """All datasets that a viewer may see, newest first."""
    viewer = Viewer(request.user)
    told = at_scopes(viewer.datasets.order_by("-serial")[:500])
    return render(request, "portal/datasets.html", {"datasets": told})


@or_nothing_here
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """A dataset: who made it, what is in it, where it is."""
    viewer = Viewer(request.user)
    rows = viewer.named_datasets.prefetch_related(
        "people", "publications", "funding", "external_ids"
    )
    one = only(rows, "dataset", slug=slug)
    versions = list(versions_of(one))
    if is_tombstone(viewer, one):
        return render(request, "portal/tombstone.html", {"dataset": one, "versions": versions})
    after = uuid_or_none(request.GET.get("after", ""))
    plates = viewer.plates.filter(scope=one.serial, vanished_at=None).order_by("id")
    shown = list((plates.filter(id__gt=after) if after else plates)[: PLATES + 1])
    drawn, states = drawn_of(shown), states_of(shown)
    told = {
        "dataset": one,
        "structured": of_dataset(request, one, latest_of(versions)),
        "versions": versions,
        "latest": latest_of(versions),
        "life": life_of(viewer, one),
        "at_a_glance": at_scopes([one])[0],
        "parent": viewer.datasets.filter(serial=one.parent_id or 0).first(),
        "children": at_scopes(viewer.datasets.filter(parent=one.serial).order_by("slug")),
        "plates": [
            ListedPlate(plate, plate.serial in drawn, states.get(plate.serial, ""))
            for plate in shown[:PLATES]
        ],
        "after": shown[PLATES - 1].id if len(shown) > PLATES else None,
        "is_first": after is None,
        "states": [told for told in states_in(one.serial) if told[0] != Verdict.VALID.value],
        "history": last_done(viewer, one),
        "finder": finder_of(request, one) if shown else "",
        "images": viewer.images.filter(scope=one.serial).select_related("store", "layout")[:IMAGES],
    }
    return render(request, "portal/dataset.html", told)


def latest_of(versions: Sequence[Version]) -> Version | None:
    """The newest of some versions that was not withdrawn; they are the newest first."""
    return next((one for one in versions if one.withdrawn_at is None), None)


def finder_of(request: HttpRequest, dataset: Dataset) -> str:
    """The link that opens a public dataset in BioFile Finder; empty for others."""
    if not dataset.is_open:
        return ""
    query = rendered(Condition("dataset", Exactly(dataset.slug)))
    return finder_link(request, query, dataset.slug)


def drawn_of(plates: Sequence[Plate]) -> frozenset[int]:
    """Which of some plates have pictures, by their serials."""
    rows = Preview.objects.filter(store__plate__in=plates, images__gt=F("failed")).order_by()
    return frozenset(rows.values_list("store__plate", flat=True))
