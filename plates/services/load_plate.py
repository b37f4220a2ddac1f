from typing import TYPE_CHECKING

from django.utils import timezone

from plates.addresses import PlateShape, WellAddress
from plates.differences import key_changes
from plates.ids import uuid7
from plates.models import Carrier, Plate, Store, Well
from plates.omezarr.snapshots import PlateSnapshot, StoreSnapshot
from plates.services.compare import Comparison, compare_leaving, plate_told
from plates.services.tables import run
from plates.states import CarrierKind, StoreKind

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def load_plate(
    store: Store,
    snapshot: StoreSnapshot,
    seen: PlateSnapshot,
    compared: Comparison | None = None,
) -> tuple[Plate, PlateShape | None, int]:
    """The store's plate, made or brought up to date and locked, and how many rows were written.

    Between them the shape that it had before, None if it is new.
    """
    if store.plate_id is None:
        return make_plate(store, snapshot, seen), None, 3
    plate = Plate.objects.select_for_update(no_key=True).get(pk=store.plate_id)
    before, shape = plate_told(plate), plate.shape
    written = renew_plate(plate, seen)
    if compared is not None:
        compared.plate = key_changes(before, plate_told(plate))
    return plate, shape, written


def make_plate(store: Store, snapshot: StoreSnapshot, seen: PlateSnapshot) -> Plate:
    """A new plate with its carrier, shown by the store."""
    shape = PlateShape.holding(addresses_of(seen))
    carrier = Carrier.objects.create(
        kind=CarrierKind.PLATE.value, scope=store.scope, positions=shape.rows * shape.columns
    )
    plate = Plate.objects.create(
        id=uuid7(),
        scope=store.scope,
        carrier=carrier,
        name=(seen.name or snapshot.name)[:255],
        barcode=(seen.barcode or "")[:255],
        rows=shape.rows,
        columns=shape.columns,
        row_names=list(seen.rows),
        column_names=list(seen.columns),
    )
    Store.objects.filter(pk=store.pk).update(plate=plate, kind=StoreKind.PLATE.value)
    store.plate, store.kind = plate, StoreKind.PLATE.value
    return plate


def renew_plate(plate: Plate, seen: PlateSnapshot) -> int:
    """Let a plate grow by what a store shows of it; a name once given is kept."""
    known = Well.objects.filter(plate=plate).exclude(row=None).values_list("row", "column")
    here = {
        WellAddress(row, column) for row, column in known if row is not None and column is not None
    }
    shape = PlateShape.holding([*here, *addresses_of(seen), shape_corner(plate)])
    told = {
        "rows": shape.rows,
        "columns": shape.columns,
        "row_names": united(plate.row_names, seen.rows),
        "column_names": united(plate.column_names, seen.columns),
        "barcode": plate.barcode or (seen.barcode or "")[:255],
        "vanished_at": None,
    }
    if all(getattr(plate, name) == value for name, value in told.items()):
        return 0
    for name, value in told.items():
        setattr(plate, name, value)
    plate.save(update_fields=list(told))
    return 1


def shape_corner(plate: Plate) -> WellAddress:
    """The last address of the plate as it stands: a plate never shrinks."""
    return WellAddress(plate.rows - 1, plate.columns - 1)


def addresses_of(seen: PlateSnapshot) -> list[WellAddress]:
    """The addresses of wells that lie on a grid, and of the grid that is declared."""
    edges = [(row, column) for row in seen.rows for column in seen.columns[:1]]
    edges += [(row, column) for row in seen.rows[:1] for column in seen.columns]
    declared = (WellAddress.of_names(row, column) for row, column in edges)
    listed = (well.address for well in seen.wells)
    return [address for address in (*listed, *declared) if address]


def united(before: list[str], seen: tuple[str, ...]) -> list[str]:
    """The names that stood there, then those that are new."""
    return [*before, *(name for name in dict.fromkeys(seen) if name not in before)]


LEAVE_FIELDS = """
    UPDATE plates_field SET present = FALSE, listed = FALSE
     WHERE store_id = %(store)s AND listed
"""

LEAVE_WELLS = """
    UPDATE plates_well w SET present = FALSE
     WHERE w.plate_id = %(plate)s AND w.present
       AND NOT EXISTS (SELECT 1 FROM plates_field f WHERE f.well_id = w.id AND f.present)
"""


def leave_plate(cursor: "CursorWrapper", store: Store, compared: Comparison | None = None) -> int:
    """A store that shows a plate no more leaves it, and what it alone showed; rows written."""
    if store.plate_id is None:
        return 0
    keys = {"store": store.pk, "plate": store.plate_id}
    if compared is not None:
        compare_leaving(cursor, compared, keys)
    written = sum(run(cursor, text, **keys) for text in (LEAVE_FIELDS, LEAVE_WELLS))
    Store.objects.filter(pk=store.pk).update(plate=None)
    others = Store.objects.filter(plate=store.plate_id)
    if not others.exists():
        Plate.objects.filter(pk=store.plate_id).update(vanished_at=timezone.now())
    store.plate = None
    return written + 1
