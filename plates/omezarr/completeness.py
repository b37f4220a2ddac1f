"""Whether a store is all there: what its arrays declare, held against a listing of its objects."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from plates.omezarr.chunk_counts import ArrayCount, ChunkCounts
from plates.omezarr.collecting import Collected
from plates.omezarr.declared import declared_images
from plates.omezarr.findings import Finding
from plates.omezarr.judging_shares import Measured, parts_missing
from plates.omezarr.levels import levels_of
from plates.omezarr.objects import ListedObject
from plates.omezarr.report import RuleTotal, totals_of
from plates.omezarr.rules.completeness import ChunkObjectsSeen, chunk_objects, parts
from plates.omezarr.rules.rule import Policy
from plates.omezarr.shares import (
    ImageShares,
    Share,
    Unseen,
    shares_of_image,
    total_of,
    totals_by_place,
)
from plates.omezarr.snapshots import StoreSnapshot

ARRIVING_WITHIN: Final = timedelta(minutes=30)


class WellShares(msgspec.Struct, frozen=True, gc=False):
    """One well: how many fields it has, how many of them could not be counted, and its shares."""

    path: str
    fields: int
    uncounted: int
    share: Share
    channels: tuple[Share, ...] = ()


class Completeness(msgspec.Struct, frozen=True):
    """What of a store is there.

    `share` is that of the fields and images with all their levels, `labels` that of the labels
    beside them; `levels` and `channels` are over all fields and images. `uncounted` is how many of
    these are listed without it being known what they should hold, or could not be listed whole.
    `is_arriving` says that something is missing and the newest object is very young. `totals`
    counts all findings, `findings` holds as many as are kept.
    """

    share: Share
    labels: Share
    levels: tuple[Share, ...]
    channels: tuple[Share, ...]
    wells: tuple[WellShares, ...]
    images: tuple[ImageShares, ...]
    uncounted: int
    is_arriving: bool
    changed_at: datetime | None
    findings: tuple[Finding, ...]
    totals: tuple[RuleTotal, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every chunk that is declared is there, and nothing is left uncounted."""
        return not (self.share.missing or self.labels.missing or self.uncounted)


def count_objects(snapshot: StoreSnapshot, objects: Iterable[ListedObject]) -> ChunkCounts:
    """The objects of a listing, counted by what the store of a snapshot declares; one pass.

    Paths are relative to the root of the store, and each object is listed once.
    """
    counts = ChunkCounts(declared_images(snapshot))
    counts.count(objects)
    return counts


def completeness_of(
    counts: ChunkCounts,
    *,
    version: str,
    now: datetime,
    arriving_within: timedelta = ARRIVING_WITHIN,
    unseen: Sequence[str] = (),
    policy: Policy = Policy.SPEC,
) -> Completeness:
    """What of a store is there, from the count of its objects.

    `version` is that of OME-Zarr, `now` has a time zone. `unseen` are folders that could not be listed: of what lies there nothing is said. While a store
    is arriving, nothing that is missing or cut is a finding.
    """
    hidden = Unseen(unseen)
    measured = [Measured(image, *shares_of_image(image, counts, hidden)) for image in counts.images]
    images = {one.image.path: one.shares for one in measured}
    share = total_of(one.share for one in images.values())
    labels = total_of(label.share for one in images.values() for label in one.labels)
    uncounted = sum(not one.is_counted for one in images.values())
    lacks = bool(share.missing or labels.missing or uncounted)
    arriving = lacks and _is_young(counts.changed_at, now, arriving_within)
    collected = _findings(counts, measured, version, policy, arriving=arriving)
    return Completeness(
        share=share,
        labels=labels,
        levels=totals_by_place(one.levels for one in images.values()),
        channels=totals_by_place(one.channels for one in images.values()),
        wells=tuple(_wells(measured)),
        images=tuple(images.values()),
        uncounted=uncounted,
        is_arriving=arriving,
        changed_at=counts.changed_at,
        findings=tuple(collected.findings),
        totals=totals_of(collected),
    )


def _is_young(changed_at: datetime | None, now: datetime, within: timedelta) -> bool:
    # A clock may be ahead a little; an object from next year is not young.
    return changed_at is not None and -within < now - changed_at < within


def _wells(measured: Sequence[Measured]) -> Iterator[WellShares]:
    wells: dict[str, list[ImageShares]] = {}
    for one in measured:
        if one.image.well:
            wells.setdefault(one.image.well, []).append(one.shares)
    for path, fields in wells.items():
        yield WellShares(
            path,
            fields=sum(field.path != path for field in fields),
            uncounted=sum(not field.is_counted for field in fields),
            share=total_of(field.share for field in fields),
            channels=totals_by_place(field.channels for field in fields),
        )


def _findings(
    counts: ChunkCounts,
    measured: Sequence[Measured],
    version: str,
    policy: Policy,
    *,
    arriving: bool,
) -> Collected:
    collected = Collected(levels_of(version, policy))
    asked = [rule for rule in parts.rules if not (arriving and rule.missing)]
    for part in parts_missing(measured) if asked else ():
        for rule in asked:
            for fault in rule.check(part.seen):
                collected.add(rule.id, fault, node=part.node, document="", pointer="")
    for array in counts.arrays.values():
        if array.examples:
            _ask_of_objects(collected, array, arriving=arriving)
    return collected


def _ask_of_objects(collected: Collected, array: ArrayCount, *, arriving: bool) -> None:
    is_sharded = array.grid is not None and array.grid.is_sharded
    for fault_of, example in array.examples.items():
        number = array.faults[fault_of]
        seen = ChunkObjectsSeen(
            fault_of, number, example, array.objects, array.least, is_sharded=is_sharded
        )
        for rule in chunk_objects.rules:
            if arriving and rule.missing:
                continue
            for fault in rule.check(seen):
                collected.add(rule.id, fault, node=array.path, document=example, pointer="")
