from django.db.models import Prefetch, QuerySet

from plates.models import Location, Store


def with_places(lookup: str = "locations") -> "Prefetch[str, QuerySet[Location], str]":
    """Prefetch where stores lie now; `lookup` leads from the row to `locations`."""
    return Prefetch(lookup, queryset=Location.objects.filter(gone_at=None).order_by("id"))


def with_all_places() -> "Prefetch[str, QuerySet[Location], str]":
    """Prefetch where stores lie and lay into `all_places`, with the evidence of each place."""
    rows = Location.objects.select_related("evidence").order_by("id")
    for kept in ("witnesses", "paths", "documents", "chunks"):
        rows = rows.defer(f"evidence__{kept}")
    return Prefetch("locations", rows, to_attr="all_places")


def place_of(store: Store) -> str:
    """Where a store lies, of those fetched with it; empty if it lies nowhere any more."""
    places = list(store.locations.all())
    return places[0].url if places else ""
