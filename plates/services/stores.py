from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from plates.models import Location, Plate, Store
from plates.models.location import digest_of_url
from plates.omezarr.errors import StoreError, StoreNotFound
from plates.omezarr.validate import is_unreadable
from plates.services.searchable import keeping_searchable
from plates.services.tables import loading_cursor
from plates.states import Reach, Verdict


@transaction.atomic
def store_at(url: str, *, scope: int) -> tuple[Store, bool]:
    """The store that lies at a URL, and whether it had to be made."""
    digest = digest_of_url(url)
    wait_at(digest)
    found = Store.objects.filter(locations__url_digest=digest, locations__gone_at=None).first()
    if found:
        return found, False
    if (back := came_back(digest, scope)) is not None:
        return back, False
    store = Store.objects.create(scope=scope, name=url.rstrip("/").rsplit("/", 1)[-1][:255])
    Location.objects.create(store=store, url=url, url_digest=digest)
    return store, True


def wait_at(digest: bytes) -> None:
    """Let whoever asks for the same URL at the same time wait, and then find the store."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:7])])


def came_back(digest: bytes, scope: int) -> Store | None:
    """The store that vanished from a URL and lies there again: its ids survive."""
    gone = Location.objects.filter(
        url_digest=digest, store__scope=scope, store__vanished_at__isnull=False
    )
    location = gone.select_related("store").order_by("-gone_at").first()
    if location is None:
        return None
    Location.objects.filter(pk=location.pk).update(gone_at=None)
    # The harvest that follows says whether it is what it was, and takes the tombstone away.
    return location.store


@transaction.atomic
def lie_again(location: Location) -> None:
    """Say that a store lies at a location where it was just read.

    A scan may have missed it there. StoreNotFound if another store was entered there since.
    """
    gone = Location.objects.filter(pk=location.pk, gone_at__isnull=False)
    if not gone.exists():
        return
    digest = bytes(location.url_digest)
    wait_at(digest)
    if Location.objects.filter(url_digest=digest, gone_at=None).exclude(pk=location.pk).exists():
        raise StoreNotFound(
            f"Another store was entered at {location.url} since; this one lies nowhere any more."
        )
    gone.update(gone_at=None)


@transaction.atomic
def mark_unread(store: Store, error: StoreError) -> None:
    """Say on a store that it could not be read; what was known of it stays."""
    told = {"reach": Reach.UNREACHABLE.value}
    if is_unreadable(error):
        told = {"verdict": Verdict.UNREADABLE.value}
    Store.objects.filter(pk=store.pk).exclude(**told).update(**told)


@transaction.atomic
def mark_vanished(locations: Sequence[int]) -> list[Store]:
    """Say that nothing lies at some locations any more; the stores that lie nowhere now.

    They stay as tombstones, and so do plates that no other store shows.
    """
    now = timezone.now()
    held = Location.objects.filter(pk__in=locations, gone_at=None)
    touched = list(held.values_list("store", flat=True))
    held.update(gone_at=now)
    somewhere = Location.objects.filter(store=OuterRef("pk"), gone_at=None)
    lost = Store.objects.filter(pk__in=touched, vanished_at=None).exclude(Exists(somewhere))
    vanished = list(lost)
    serials = [store.pk for store in vanished]
    with loading_cursor() as cursor, keeping_searchable(cursor, serials):
        Store.objects.filter(pk__in=serials).update(vanished_at=now)
        shown = Store.objects.filter(plate=OuterRef("pk"), vanished_at=None)
        plates = Plate.objects.filter(stores__in=serials)
        plates.exclude(Exists(shown)).update(vanished_at=now)
    return vanished
