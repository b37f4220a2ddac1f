from django.contrib.auth.models import User
from django.db import transaction

from catalog.errors import StoreIsElsewhere
from catalog.models import Dataset, Holding, Source
from catalog.services.record import record
from plates.models import Location, Store
from plates.services.stores import store_at


@transaction.atomic
def register_store(
    *,
    url: str,
    dataset: Dataset,
    by: User | None,
    source: Source | None = None,
    guarded: bool = True,
) -> Store:
    """The store at a URL, entered into the dataset if it was not known.

    A `guarded` one is read only where the operator allows.
    """
    store, is_new = store_at(url, scope=dataset.serial)
    if is_new:
        Holding.objects.create(store=store, dataset=dataset, source=source, guarded=guarded)
        record("register", store, by=by, dataset=dataset, changes={"url": (None, url)})
    elif store.scope != dataset.serial:
        raise StoreIsElsewhere(url)
    return store


def url_of(store: Store) -> str:
    """Where a store lies now; the oldest place if there are several."""
    location = Location.objects.filter(store=store, gone_at=None).order_by("id").first()
    return location.url if location else ""
