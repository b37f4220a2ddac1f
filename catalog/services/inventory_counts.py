"""Counting by an inventory: one file that names all objects of a storage, for all stores in it.

Nothing is asked of the storage, and the file may name its objects in any order.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from django.db import transaction

from catalog.errors import InventoryUnfit
from catalog.models import Dataset
from catalog.services.changes import changes_of_standing, write_changes
from catalog.services.grounds import Ground, Runs
from catalog.services.jobs import locked_under
from catalog.services.leases import Lease
from catalog.services.record import record
from catalog.services.standing import locked_store
from catalog.services.validate import last_asked
from plates.models import Store
from plates.omezarr.chunk_counts import ChunkCounts
from plates.omezarr.errors import ReadCancelled
from plates.omezarr.inventories import Inventory
from plates.omezarr.objects import ListedObject
from plates.queries.declared import declared_of
from plates.services.counts import Counted, CountOutdated, counted_store, keep_count
from plates.states import Origin

MAX_ARRAYS: Final = 500_000
"""So many arrays are held at once, of 630 bytes each (315 MB); or one store that has more."""

Tell: TypeAlias = Callable[[str, Counted], None]


@dataclass(slots=True)
class InventoryOutcome:
    """What came of counting by an inventory; the lists are of addresses."""

    counted: int = 0
    whole: int = 0
    absent: list[str] = field(default_factory=list)
    """Stores of which the inventory names no object: nothing is said of them."""
    outdated: list[str] = field(default_factory=list)
    """Stores that were counted at a later moment already."""


def count_by_inventory(
    *,
    ground: Ground,
    inventory: Inventory,
    taken_at: datetime,
    tell: Tell | None = None,
    among: frozenset[int] | None = None,
    under: Lease | None = None,
    stop: Callable[[], bool] | None = None,
) -> InventoryOutcome:
    """Count the stores of a ground by an inventory of it, made at a moment with a time zone.

    All of them, or those `among` some. The job of a lease that it is done `under` is told as its
    reason; LeaseLost if another has that job, ReadCancelled when `stop` says yes.

    The inventory is gone through once where its stores have no more than 500,000 arrays together.
    Where they have more that first time shows in which order it is; the second time each store is
    counted as it comes by. Stores whose objects lie scattered are held, so many at a time: only
    for those the inventory is gone through more often. `tell` hears of each store that was written.
    InventoryUnfit if chunks cannot be counted by it, InventoryMalformed if it is damaged: nothing
    was written then.
    """
    if not inventory.tells_sizes:
        raise InventoryUnfit(
            f"This inventory ({inventory.form}) tells no sizes, and an object without bytes is no "
            "chunk. Make it with sizes, such as with find -type f -printf '%s\\t%T@\\t%p\\n'."
        )
    wanted = {
        path: store for path, store in ground.stores.items() if among is None or store.pk in among
    }
    counting = _Counting(ground, wanted, inventory, taken_at, tell, under, stop)
    counting.go()
    return counting.outcome


class _Counting:
    """One counting, pass by pass."""

    def __init__(
        self,
        ground: Ground,
        wanted: Mapping[str, Store],
        inventory: Inventory,
        taken_at: datetime,
        tell: Tell | None,
        under: Lease | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.outcome = InventoryOutcome()
        self._ground = ground
        self._wanted = wanted
        self._under = under
        self._stop = stop
        self._inventory = inventory
        self._taken_at = taken_at
        self._tell = tell
        self._runs = Runs(ground.stores)
        self._seen: set[str] = set()
        self._scattered: set[str] = set()

    def go(self) -> None:
        """Look through the inventory, count, and write what is there of each store."""
        held = self._look_through()
        if not self._inventory.objects:
            raise InventoryUnfit(
                f"The inventory names no object below {self._ground.root.shown}, but "
                f"{self._inventory.elsewhere:,} elsewhere. Is it of this storage, and what is the "
                "root called in it?"
            )
        absent = (path for path in self._wanted if path not in self._seen)
        self.outcome.absent = sorted(self._url(path) for path in absent)
        if held is not None:
            self._write_all(held)
            return
        waiting = set(self._seen)
        while waiting:
            waiting = self._count_among(waiting)

    def _look_through(self) -> dict[str, ChunkCounts] | None:
        """Which stores come by, and which more than once; their counts too if these are few."""
        held: dict[str, ChunkCounts] | None = {}
        arrays = 0
        for path, objects in self._runs_wanted():
            if path in self._seen:
                self._scattered.add(path)
            elif held is not None:
                held[path] = self._opened(path)
                arrays += len(held[path].arrays)
                held = None if arrays > MAX_ARRAYS else held
            self._seen.add(path)
            if held is not None:
                held[path].count(objects)
        return held

    def _count_among(self, wanted: set[str]) -> set[str]:
        """Count those of some stores for which there is room; the others."""
        held: dict[str, ChunkCounts] = {}
        waiting: set[str] = set()
        arrays = 0
        for path, objects in self._runs_wanted():
            if path not in wanted or path in waiting:
                continue
            counts = held.get(path) or self._opened(path)
            if path not in self._scattered:
                counts.count(objects)
                self._write(path, counts)
                continue
            if path not in held:
                if held and arrays + len(counts.arrays) > MAX_ARRAYS:
                    waiting.add(path)
                    continue
                arrays += len(counts.arrays)
                held[path] = counts
            counts.count(objects)
        self._write_all(held)
        return waiting

    def _runs_wanted(self) -> Iterator[tuple[str, Iterator[ListedObject]]]:
        """The objects of the stores that are counted; what lies in others in these is not theirs."""
        for path, run in self._runs.of(self._inventory):
            if self._stop is not None and self._stop():
                raise ReadCancelled("Counting by the inventory was stopped.")
            if path in self._wanted:
                yield path, run

    def _opened(self, path: str) -> ChunkCounts:
        return ChunkCounts(declared_of(self._wanted[path]))

    def _url(self, path: str) -> str:
        return self._ground.root.child(path)

    def _write_all(self, held: dict[str, ChunkCounts]) -> None:
        for path in list(held):
            self._write(path, held.pop(path))

    def _write(self, path: str, counts: ChunkCounts) -> None:
        store = self._wanted[path]
        _, policy = last_asked(store)
        counted = counted_store(
            counts, store, counted_at=self._taken_at, origin=Origin.INVENTORY, policy=policy
        )
        try:
            write_counted(store, counted, under=self._under)
        except CountOutdated:
            self.outcome.outdated.append(self._url(path))
            return
        self.outcome.counted += 1
        self.outcome.whole += counted.completeness.is_whole
        if self._tell is not None:
            self._tell(self._url(path), counted)


@transaction.atomic
def write_counted(store: Store, counted: Counted, *, under: Lease | None) -> None:
    """Write a count, and what it did to the verdict, for the job of a lease if there is one."""
    job = locked_under(under) if under else None
    before = locked_store(store)
    keep_count(store, counted)
    after = Store.objects.get(pk=store.pk)
    differs = before.verdict != after.verdict
    changes = {"verdict": (before.verdict, after.verdict)} if differs else {}
    if differs or job is None:
        dataset = Dataset.objects.get(pk=store.scope)
        record("count", store, by=None, dataset=dataset, job=job, changes=changes)
    write_changes(changes_of_standing(before, after, job=job))
