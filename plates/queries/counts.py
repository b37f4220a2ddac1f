"""What of stores is there, as it was last counted."""

import msgspec
from django.db.models import Q, QuerySet

from plates.models import Count, Store
from plates.omezarr.share_table import ShareTable
from plates.states import Completion

_CONDITIONS = {
    Completion.WHOLE: Q(count__is_whole=True),
    Completion.ARRIVING: Q(count__is_arriving=True),
    Completion.LACKING: Q(count__is_whole=False, count__is_arriving=False),
    Completion.UNCOUNTED: Q(count__isnull=True),
}
_HEAVY = ("bare_wells", "count__shares", "count__ledger", "count__unread")


def with_counts(stores: QuerySet[Store]) -> QuerySet[Store]:
    """Stores with their counts, but for what only the page of one store tells."""
    return stores.select_related("count").defer(*_HEAVY)


def so_far(completion: Completion) -> Q:
    """The condition that a store is whole, arriving or lacking, or was not counted."""
    return _CONDITIONS[completion]


def table_of(count: Count) -> ShareTable:
    """The shares of a store, by level, channel, label, well and field."""
    return msgspec.convert(count.shares, ShareTable)
