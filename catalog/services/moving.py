"""Stores go to another dataset, with their plates and plate maps."""

from collections import defaultdict
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Q

from catalog.errors import MoveRefused
from catalog.models import Change, Dataset, Holding, Job, Proposal, Share
from catalog.services.changes import change_of, write_changes
from catalog.services.curators import MOVE_STORES, person_of, refuse_all_but_curators
from catalog.services.plate_map_matches import request_matches
from catalog.services.record import record
from catalog.words import ENDED, ChangeVerb
from plates.models import Plate, Store
from plates.services.moving import AnnotationStaysBehind, SamePlateMapThere, move_stores

BUSY = (
    "A job about {name} goes on or waits; it would write into the dataset that the store leaves. "
    "Wait for it, or cancel it first."
)


@transaction.atomic
def move_to_dataset(
    *, stores: Sequence[Store], to: Dataset, by: User | AnonymousUser | None
) -> list[Store]:
    """The stores that are now in another dataset: those that were asked for, and the others of their plates.

    What is there already is left alone, and moving back undoes it. NotAllowed for who is no curator
    of all datasets concerned; MoveRefused while a job is about one of the stores, and where a plate
    map is about plates that would stay behind. Published versions stay what they are.
    """
    for dataset in Dataset.objects.filter(pk__in={store.scope for store in stores} | {to.pk}):
        refuse_all_but_curators(by, dataset, to=MOVE_STORES)
    came_from = dict(held_in(stores))
    try:
        moved = move_stores(stores, to=to.pk)
    except (AnnotationStaysBehind, SamePlateMapThere) as error:
        raise MoveRefused(str(error)) from error
    if not moved.stores:
        return []
    pks = [store.pk for store in moved.stores]
    refuse_while_busy(pks)
    came_from |= dict(held_in(moved.stores))
    take_along(pks, to)
    plates = {store.plate_id for store in moved.stores if store.plate_id is not None}
    for plate in Plate.objects.filter(pk__in=plates):
        request_matches(plate=plate)
    write_down(moved.stores, came_from, to=to, by=person_of(by))
    return list(moved.stores)


def held_in(stores: Sequence[Store]) -> list[tuple[int, Dataset]]:
    """By store the dataset that holds it."""
    rows = Holding.objects.filter(store__in=[store.pk for store in stores])
    return [(one.store_id, one.dataset) for one in rows.select_related("dataset")]


def refuse_while_busy(stores: Sequence[int]) -> None:
    """MoveRefused while a job is about any of some stores."""
    going_on = Job.objects.filter(store__in=stores).exclude(state__in=sorted(ENDED))
    if (job := going_on.select_related("store").first()) is not None and job.store is not None:
        raise MoveRefused(BUSY.format(name=job.store.name or job.url))


def take_along(stores: Sequence[int], to: Dataset) -> None:
    """What the catalog keeps of stores is of the other dataset from now on.

    That two stores are the same is proposed within a dataset only.
    """
    Holding.objects.filter(store__in=stores).update(dataset=to)
    Change.objects.filter(store__in=stores).update(dataset=to)
    Job.objects.filter(store__in=stores).update(dataset=to)
    plates = Store.objects.filter(pk__in=stores, plate__isnull=False).values("plate")
    of_them = Q(store__in=stores) | Q(plate__in=plates) | Q(well__plate__in=plates)
    Share.objects.filter(of_them).update(dataset=to)
    inside = Q(store__in=stores) & Q(of__in=stores)
    about = Proposal.objects.filter(Q(store__in=stores) | Q(of__in=stores))
    about.exclude(inside).delete()
    about.update(dataset=to)


def write_down(
    stores: Sequence[Store], came_from: dict[int, Dataset], *, to: Dataset, by: User | None
) -> None:
    """The audit record at both ends, and the feed: what left is named by ids alone."""
    left: dict[int, list[Store]] = defaultdict(list)
    for store in stores:
        before = came_from[store.pk]
        left[before.pk].append(store)
        changes = {"dataset": (before.slug, to.slug)}
        record("move", store, by=by, dataset=to, changes=changes)
        record("move", store, by=by, dataset=before, changes=changes)
    gone = [
        Change(
            verb=ChangeVerb.LEFT.value,
            dataset_id=scope,
            differences={"left": {"stores": [str(store.id) for store in some]}},
        )
        for scope, some in left.items()
    ]
    write_changes([*gone, *(change_of(ChangeVerb.JOINED, store, job=None) for store in stores)])
