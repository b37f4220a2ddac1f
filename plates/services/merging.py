"""One store in the place of two that hold the same, and two again where that was wrong."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from plates.models import (
    Acquisition,
    Carrier,
    Evidence,
    Field,
    Image,
    Location,
    Plate,
    Store,
    Validation,
    Well,
)
from plates.services.load_plate import LEAVE_WELLS
from plates.services.renumbering import hand_over_annotation
from plates.services.searchable import keeping_searchable
from plates.services.tables import loading_cursor, run
from plates.states import Reach

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@transaction.atomic
def merge_store(new: Store, *, into: Store) -> None:
    """Make a store's locations those of another with the same digest, and remove its own rows.

    The other keeps its ids, plate and wells, and is a tombstone no more. ProtectedError if
    something hangs on the rows that would go, AnnotationInTheWay if plate maps say what the other
    has no wells or images for. Both are locked by the caller.
    """
    with loading_cursor() as cursor, keeping_searchable(cursor, [new.pk, into.pk]):
        hand_over_annotation(cursor, new, into=into)
        Location.objects.filter(store=new).update(store=into)
        if into.vanished_at is not None:
            raise_from_dead(into, new)
        remove_store(cursor, new)


def raise_from_dead(known: Store, new: Store) -> None:
    """Take a tombstone away: what of a store depends on where it lies is now as in another."""
    judged = Validation.objects.filter(store=known, digest=known.digest).first()
    Store.objects.filter(pk=known.pk).update(
        name=new.name,
        reach=Reach.OK.value,
        verdict=judged.verdict if judged else new.verdict,
        read_at=new.read_at,
        vanished_at=None,
    )
    if known.plate_id is not None:
        Plate.objects.filter(pk=known.plate_id).update(vanished_at=None)


def remove_store(cursor: "CursorWrapper", store: Store) -> None:
    """Remove a store and all that it alone shows; the wells of a plate that others show stay."""
    for rows in (Field, Acquisition, Image):
        rows._default_manager.filter(store=store).delete()  # noqa: SLF001 - Django's own name
    plate, carrier = store.plate, store.carrier
    store.delete()
    if carrier is not None:
        carrier.delete()
    if plate is None:
        return
    if Store.objects.filter(plate=plate).exists():
        run(cursor, LEAVE_WELLS, plate=plate.pk)
    else:
        remove_plate(plate)


def remove_plate(plate: Plate) -> None:
    """Remove a plate that no store shows, with its wells and its carrier."""
    Well.objects.filter(plate=plate).delete()
    plate.delete()
    Carrier.objects.filter(pk=plate.carrier_id).delete()


@transaction.atomic
def split_location(location: Location) -> Store:
    """A store of its own for a location, to be harvested; nothing is known of it yet.

    The store that it was taken from is a tombstone if it lies nowhere else; its plate keeps what
    plate maps say of it.
    """
    known = Store.objects.select_for_update().get(pk=location.store_id)
    name = location.url.rstrip("/").rsplit("/", 1)[-1][:255]
    made = Store.objects.create(scope=known.scope, name=name)
    Location.objects.filter(pk=location.pk).update(store=made)
    Evidence.objects.filter(location=location).delete()
    location.store = made
    if not Location.objects.filter(store=known, gone_at=None).exists():
        with loading_cursor() as cursor, keeping_searchable(cursor, [known.pk]):
            bury(known)
    return made


def bury(store: Store) -> None:
    """Make a tombstone of a store, and of its plate if no other store shows that."""
    now = timezone.now()
    Store.objects.filter(pk=store.pk).update(vanished_at=now)
    if store.plate_id is None:
        return
    if not Store.objects.filter(plate=store.plate_id, vanished_at=None).exists():
        Plate.objects.filter(pk=store.plate_id).update(vanished_at=now)
