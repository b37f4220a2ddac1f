"""What the reader saw, into the tables: one store in one transaction, unchanged rows unwritten."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from plates.differences import Differences
from plates.models import Image, Store, Validation
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.compare import (
    Comparison,
    compare_images_left,
    counts_between,
    differences_of,
)
from plates.services.layouts import layouts_of
from plates.services.load_fields import load_acquisitions, load_fields
from plates.services.load_images import load_images
from plates.services.load_plate import leave_plate, load_plate
from plates.services.load_wells import load_wells
from plates.services.searchable import keeping_searchable
from plates.services.tables import loading_cursor
from plates.services.verdicts import verdict_with_count
from plates.states import Reach, StoreKind, Verdict

KEPT_PROBLEMS = 20
EDITION = 1
"""Raised whenever the same documents become other rows than before."""


@dataclass(frozen=True, slots=True)
class Written:
    """A store before and after a load that wrote something, and how it differs.

    Of a store that was never read before only the counts are told.
    """

    before: Store
    after: Store
    differences: Differences


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a snapshot did; `written` is None if that was nothing."""

    rows_written: int
    wells: int
    fields: int
    images: int
    missing: int
    written: Written | None = None

    def told(self) -> dict[str, object]:
        """The counts as JSON."""
        names = ("rows_written", "wells", "fields", "images", "missing")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def load_snapshot(store: Store, snapshot: StoreSnapshot, *, layouts: Mapping[str, int]) -> Loaded:
    """Make the store's rows say what the snapshot says; running it twice writes nothing.

    `layouts` maps the digest of each layout to its row (`ensure_layouts`). Wells and fields that
    vanished are kept and marked as not present.
    """
    locked = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    before = copy(locked)
    if is_loaded(locked, snapshot):
        known = count(snapshot, 0)
        written = describe_store(locked, snapshot, known)
        same = written_between(before, Comparison()) if written else None
        return replace(known, rows_written=written, written=same)
    compared = Comparison() if before.read_at else None
    with loading_cursor() as cursor, keeping_searchable(cursor, [locked.pk]):
        if snapshot.plate is None:
            written = leave_plate(cursor, locked, compared)
            written += load_images(cursor, locked, snapshot, layouts, compared)
        else:
            plate, shape, written = load_plate(locked, snapshot, snapshot.plate, compared)
            written += load_wells(cursor, locked, plate, snapshot.plate, compared, before=shape)
            written += load_acquisitions(cursor, locked, snapshot.plate, compared)
            written += load_fields(cursor, locked, plate, snapshot.plate, layouts, compared)
            if compared is not None and before.image_count:
                compare_images_left(cursor, compared, {"store": locked.pk})
            shown = Image.objects.filter(store=locked, listed=True)
            written += shown.update(present=False, listed=False)
    loaded = count(snapshot, written)
    written += describe_store(locked, snapshot, loaded)
    told = written_between(before, compared) if written else None
    return replace(loaded, rows_written=written, written=told)


def is_loaded(store: Store, snapshot: StoreSnapshot) -> bool:
    """Whether the store's rows say what the snapshot says, as they came from the same documents."""
    return (
        (store.digest, store.edition) == (snapshot.digest, EDITION)
        and store.vanished_at is None
        and store.problem_count == len(snapshot.problems)
    )


def written_between(before: Store, compared: Comparison | None) -> Written:
    """What a load wrote, with the store as it stands now."""
    after = Store.objects.get(pk=before.pk)
    if compared is None:
        return Written(before, after, Differences(counts=counts_between(before, after)))
    return Written(before, after, differences_of(compared, before, after))


def count(snapshot: StoreSnapshot, written: int) -> Loaded:
    """How much a snapshot holds, and how much of what it lists is not there."""
    wells = snapshot.plate.wells if snapshot.plate else ()
    fields = [field for well in wells for field in well.fields]
    missing = sum(not well.present for well in wells) + sum(not field.present for field in fields)
    missing += sum(not image.present for image in snapshot.images)
    return Loaded(written, len(wells), len(fields), len(snapshot.images), missing)


def bare_wells_of(snapshot: StoreSnapshot) -> list[str]:
    """The paths of the wells of which no field is known."""
    wells = snapshot.plate.wells if snapshot.plate else ()
    return [well.path for well in wells if not well.fields]


def verdict_of(snapshot: StoreSnapshot, missing: int) -> Verdict:
    """What reading alone can say: the rules have not been asked yet."""
    if snapshot.problems:
        return Verdict.INVALID
    whole = all(layout.is_whole for layout in set(layouts_of(snapshot)))
    return Verdict.UNCHECKED if whole and not missing else Verdict.INCOMPLETE


def verdict_now(store: Store, snapshot: StoreSnapshot, missing: int) -> Verdict:
    """The verdict of the newest validation if it looked at this content, else that of reading.

    A count of the same content has its say.
    """
    known = Validation.objects.filter(store=store, digest=snapshot.digest).first()
    verdict = Verdict(known.verdict) if known else verdict_of(snapshot, missing)
    return verdict_with_count(verdict, store, digest=snapshot.digest)


def describe_store(store: Store, snapshot: StoreSnapshot, loaded: Loaded) -> int:
    """Write what the store is as a whole, if it is not what stands there; rows written."""
    told = {
        "kind": StoreKind(snapshot.kind).value,
        "name": snapshot.name[:255],
        "version": snapshot.version,
        "zarr_format": snapshot.zarr_format,
        "digest": snapshot.digest,
        "reach": Reach.OK.value,
        "verdict": verdict_now(store, snapshot, loaded.missing).value,
        "well_count": loaded.wells,
        "field_count": loaded.fields,
        "image_count": loaded.images,
        "missing_count": loaded.missing,
        "bare_wells": bare_wells_of(snapshot),
        "document_count": snapshot.documents,
        "problem_count": len(snapshot.problems),
        "problems": [
            {"node": problem.node, "path": problem.path, "message": problem.message}
            for problem in snapshot.problems[:KEPT_PROBLEMS]
        ],
        "vanished_at": None,
        "edition": EDITION,
    }
    changed = {name for name, value in told.items() if getattr(store, name) != value}
    if not changed:
        return 0
    Store.objects.filter(pk=store.pk).update(**told, read_at=timezone.now())
    return 1
