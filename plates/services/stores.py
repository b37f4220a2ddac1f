from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from plates.models import Location, Plate, Store
from plates.models.location import digest_of_url
from plates.omezarr.errors import StoreError
from plates.omezarr.validate import is_unreadable
from plates.states import Reach, Verdict


@transaction.atomic
def store_at(url: str, *, scope: int) -> tuple[Store, bool]:
    """The store that lies at a URL, and whether it had to be made."""
    digest = digest_of_url(url)
    with connection.cursor() as cursor:
        # Whoever asks for the same URL at the same time waits here, and then finds the store.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:7])])
    found = Store.objects.filter(locations__url_digest=digest, locations__gone_at=None).first()
    if found:
        return found, False
    if (back := came_back(digest, scope)) is not None:
        return back, False
    store = Store.objects.create(scope=scope, name=url.rstrip("/").rsplit("/", 1)[-1][:255])
    Location.objects.create(store=store, url=url, url_digest=digest)
    return store, True


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
    Store.objects.filter(pk__in=[store.pk for store in vanished]).update(vanished_at=now)
    shown = Store.objects.filter(plate=OuterRef("pk"), vanished_at=None)
    plates = Plate.objects.filter(pk__in=[store.plate_id for store in vanished if store.plate_id])
    plates.exclude(Exists(shown)).update(vanished_at=now)
    return vanished
