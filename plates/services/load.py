"""What the reader saw, into the tables: one store in one transaction, unchanged rows unwritten."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from plates.models import Image, Store, Validation
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.layouts import layouts_of
from plates.services.load_fields import load_acquisitions, load_fields
from plates.services.load_images import load_images
from plates.services.load_plate import leave_plate, load_plate
from plates.services.load_wells import load_wells
from plates.services.tables import loading_cursor
from plates.states import Reach, StoreKind, Verdict

KEPT_PROBLEMS = 20
EDITION = 1
"""Raised whenever the same documents become other rows than before."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a snapshot did."""

    rows_written: int
    wells: int
    fields: int
    images: int
    missing: int


@transaction.atomic
def load_snapshot(store: Store, snapshot: StoreSnapshot, *, layouts: Mapping[str, int]) -> Loaded:
    """Make the store's rows say what the snapshot says; running it twice writes nothing.

    `layouts` maps the digest of each layout to its row (`ensure_layouts`). Wells and fields that
    vanished are kept and marked as not present.
    """
    locked = Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    if is_loaded(locked, snapshot):
        known = count(snapshot, 0)
        return Loaded(describe_store(locked, snapshot, known), *counts_of(known))
    with loading_cursor() as cursor:
        if snapshot.plate is None:
            written = leave_plate(cursor, locked)
            written += load_images(cursor, locked, snapshot, layouts)
        else:
            plate, written = load_plate(locked, snapshot, snapshot.plate)
            written += load_wells(cursor, locked, plate, snapshot.plate)
            written += load_acquisitions(cursor, locked, snapshot.plate)
            written += load_fields(cursor, locked, plate, snapshot.plate, layouts)
            written += Image.objects.filter(store=locked, present=True).update(present=False)
    loaded = count(snapshot, written)
    changed = describe_store(locked, snapshot, loaded)
    return Loaded(loaded.rows_written + changed, *counts_of(loaded))


def is_loaded(store: Store, snapshot: StoreSnapshot) -> bool:
    """Whether the store's rows say what the snapshot says, as they came from the same documents."""
    return (
        (store.digest, store.edition) == (snapshot.digest, EDITION)
        and store.vanished_at is None
        and store.problem_count == len(snapshot.problems)
    )


def counts_of(loaded: Loaded) -> tuple[int, int, int, int]:
    """The four counts, apart from what was written."""
    return loaded.wells, loaded.fields, loaded.images, loaded.missing


def count(snapshot: StoreSnapshot, written: int) -> Loaded:
    """How much a snapshot holds, and how much of what it lists is not there."""
    wells = snapshot.plate.wells if snapshot.plate else ()
    fields = [field for well in wells for field in well.fields]
    missing = sum(not well.present for well in wells) + sum(not field.present for field in fields)
    missing += sum(not image.present for image in snapshot.images)
    return Loaded(written, len(wells), len(fields), len(snapshot.images), missing)


def verdict_of(snapshot: StoreSnapshot, missing: int) -> Verdict:
    """What reading alone can say: the rules have not been asked yet."""
    if snapshot.problems:
        return Verdict.INVALID
    whole = all(layout.is_whole for layout in set(layouts_of(snapshot)))
    return Verdict.UNCHECKED if whole and not missing else Verdict.INCOMPLETE


def verdict_now(store: Store, snapshot: StoreSnapshot, missing: int) -> Verdict:
    """The verdict of the newest validation if it looked at this content, else that of reading."""
    known = Validation.objects.filter(store=store, digest=snapshot.digest).first()
    return Verdict(known.verdict) if known else verdict_of(snapshot, missing)


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
