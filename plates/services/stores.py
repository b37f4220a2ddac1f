from django.db import connection, transaction

from plates.models import Location, Store
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
    store = Store.objects.create(scope=scope, name=url.rstrip("/").rsplit("/", 1)[-1][:255])
    Location.objects.create(store=store, url=url, url_digest=digest)
    return store, True


@transaction.atomic
def mark_unread(store: Store, error: StoreError) -> None:
    """Say on a store that it could not be read; what was known of it stays."""
    told = {"reach": Reach.UNREACHABLE.value}
    if is_unreadable(error):
        told = {"verdict": Verdict.UNREADABLE.value}
    Store.objects.filter(pk=store.pk).exclude(**told).update(**told)
