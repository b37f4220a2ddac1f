"""What a viewer finds on entering: how much there is, and what came last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Sum
from django.db.models.functions import Coalesce

from catalog.models import Change, Dataset
from catalog.queries.strips import Strip, strips_of
from catalog.queries.visible import Viewer
from plates.models import Plate, Store

NEWEST = 12
PICTURED = 48
RECENT = 8
"""Changes."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much of everything a viewer may see."""

    datasets: int
    plates: int
    wells: int
    fields: int
    images: int


@dataclass(frozen=True, slots=True)
class DatasetAtAGlance:
    """A dataset with what it holds."""

    dataset: Dataset
    plates: int
    wells: int
    fields: int
    images: int
    last_read: datetime | None
    strip: Strip | None = None
    """Pictures that stand for it."""


def numbers_for(viewer: Viewer) -> Numbers:
    """The totals over all that a viewer may see; sums of stored counts, no row of a well is read."""
    plates = viewer.plates.aggregate(n=Count("pk"), wells=Coalesce(Sum("well_count"), 0))
    stores = viewer.stores.aggregate(
        fields=Coalesce(Sum("field_count"), 0), images=Coalesce(Sum("image_count"), 0)
    )
    return Numbers(
        datasets=len(viewer.scopes),
        plates=plates["n"],
        wells=plates["wells"],
        fields=stores["fields"],
        images=stores["images"],
    )


def newest_datasets(viewer: Viewer) -> list[DatasetAtAGlance]:
    """The newest visible datasets, each with what it holds."""
    return at_scopes(viewer.datasets.order_by("-serial")[:NEWEST])


def at_scopes(rows: Iterable[Dataset]) -> list[DatasetAtAGlance]:
    """Datasets, each with what it holds, the first of them pictured; four statements besides."""
    datasets = list(rows)
    scopes = [dataset.serial for dataset in datasets]
    plates = plates_by_scope(scopes)
    stores = stores_by_scope(scopes)
    strips = strips_of(scopes[:PICTURED])
    return [
        at_a_glance(
            dataset,
            plates.get(dataset.serial, (0, 0)),
            stores.get(dataset.serial, (0, 0, None)),
            strips.get(dataset.serial),
        )
        for dataset in datasets
    ]


def recent_changes(viewer: Viewer) -> list[Change]:
    """The newest visible changes, newest first, with store and plate."""
    rows = viewer.changes.select_related("store", "plate", "dataset").order_by("-serial")
    return list(rows[:RECENT])


def at_a_glance(
    dataset: Dataset,
    of_plates: tuple[int, int],
    of_stores: tuple[int, int, datetime | None],
    strip: Strip | None,
) -> DatasetAtAGlance:
    """A dataset with the sums over its plates and over its stores."""
    plates, wells = of_plates
    fields, images, last_read = of_stores
    return DatasetAtAGlance(dataset, plates, wells, fields, images, last_read, strip)


def plates_by_scope(scopes: list[int]) -> dict[int, tuple[int, int]]:
    """Numbers of plates and wells in each scope."""
    rows = Plate.objects.filter(scope__in=scopes).order_by().values("scope")
    counted = rows.annotate(of_plates=Count("pk"), of_wells=Sum("well_count"))
    return {row["scope"]: (row["of_plates"], row["of_wells"]) for row in counted}


def stores_by_scope(scopes: list[int]) -> dict[int, tuple[int, int, datetime | None]]:
    """Numbers of fields and images in each scope, and when one of its stores was last read."""
    rows = Store.objects.filter(scope__in=scopes).order_by().values("scope")
    counted = rows.annotate(
        of_fields=Sum("field_count"), of_images=Sum("image_count"), last=Max("read_at")
    )
    return {row["scope"]: (row["of_fields"], row["of_images"], row["last"]) for row in counted}
