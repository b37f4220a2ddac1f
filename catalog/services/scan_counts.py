"""Counts by the inventory of a source: the stores that are due, in one pass for all of them."""

from collections.abc import Iterable

from catalog.models import Job, Source
from catalog.services.due_counts import ask_for_due_counts, due_by, lists_at_little_cost
from catalog.services.grounds import ground_of_source
from catalog.services.heartbeat import Heartbeat
from catalog.services.inventory_counts import count_by_inventory
from catalog.services.leases import Lease
from catalog.services.tally import Tally
from plates.omezarr.inventories import Inventory


def tell_inventory(inventory: Inventory, tally: Tally) -> None:
    """Say what the evidence of a scan rests on."""
    made_at = inventory.made_at
    tally.inventory = {
        "form": inventory.form,
        "objects": inventory.objects,
        "made_at": made_at.isoformat() if made_at else None,
    }


def count_due_by(
    inventory: Inventory,
    stores: Iterable[int],
    *,
    lease: Lease,
    job: Job,
    source: Source,
    tally: Tally,
    alive: Heartbeat,
) -> None:
    """Count those of some unchanged stores that are due, by the inventory that they were found in.

    Where it tells too little, jobs are asked for that list each store, if that costs little.
    """
    if source.count_days is None:
        return
    made_at = inventory.made_at
    if made_at is None or not inventory.tells_sizes:
        lacking = "sizes" if made_at else "the moment at which it was made"
        listed = lists_at_little_cost(source.url)
        tally.remarks.append(UNFIT.format(lacking, LISTED if listed else NOT_COUNTED))
        tally.counts += ask_for_due_counts(lease, job, source, stores) if listed else 0
        return
    due = due_by(stores, source, made_at)
    if not due:
        return
    outcome = count_by_inventory(
        ground=ground_of_source(source),
        inventory=inventory,
        taken_at=made_at,
        among=frozenset(store.pk for store in due),
        under=lease,
        stop=alive.is_lost,
    )
    tally.counted, tally.whole = outcome.counted, outcome.whole


UNFIT = "The inventory does not tell {}, so that chunks cannot be counted by it. {}"
LISTED = "Each store is listed instead."
NOT_COUNTED = "Nothing is counted."
