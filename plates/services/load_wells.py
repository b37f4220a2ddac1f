from typing import TYPE_CHECKING

from plates.addresses import PlateShape
from plates.models import Carrier, Plate, Store, Well
from plates.omezarr.snapshots import PlateSnapshot, WellSnapshot
from plates.services.annotation_lock import lock_annotation
from plates.services.compare import Comparison, compare_wells
from plates.services.renumbering import (
    moved_positions,
    positions_by_label,
    renumber_annotation,
)
from plates.services.tables import Column, copy_rows, run

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

COLUMNS = (
    Column("label", "text"),
    Column("row", "smallint"),
    Column("column", "smallint"),
    Column("position", "integer"),
    Column("present", "boolean"),
)

# Another store of the plate shows the well: it is there, whatever this store says.
SHOWN_ELSEWHERE = """
    EXISTS (SELECT 1 FROM plates_field f
             WHERE f.well_id = w.id AND f.store_id <> %(store)s AND f.present)
"""

CHANGE = f"""
    UPDATE plates_well w
       SET "row" = l."row", "column" = l."column", position = l.position,
           present = l.present OR {SHOWN_ELSEWHERE}
      FROM loaded_well l
     WHERE w.plate_id = %(plate)s AND w.label = l.label
       AND (w."row", w."column", w.position, w.present)
           IS DISTINCT FROM
           (l."row", l."column", l.position, l.present OR {SHOWN_ELSEWHERE})
"""  # noqa: S608 - a constant of this file

ADD = """
    INSERT INTO plates_well (plate_id, label, "row", "column", position, present)
    SELECT %(plate)s, l.label, l."row", l."column", l.position, l.present
      FROM loaded_well l
     WHERE NOT EXISTS (SELECT 1 FROM plates_well w
                        WHERE w.plate_id = %(plate)s AND w.label = l.label)
     ORDER BY l.position
"""

VANISH = f"""
    UPDATE plates_well w SET present = FALSE
     WHERE w.plate_id = %(plate)s AND w.present
       AND NOT EXISTS (SELECT 1 FROM loaded_well l WHERE l.label = w.label)
       AND NOT {SHOWN_ELSEWHERE}
"""  # noqa: S608 - a constant of this file

# Wells of other stores, which this snapshot does not list, move when the plate has grown.
RENUMBER = """
    UPDATE plates_well SET position = "row" * %(columns)s + "column"
     WHERE plate_id = %(plate)s AND "row" IS NOT NULL
       AND position <> "row" * %(columns)s + "column"
"""


# The grid may have grown over the places of wells that are none of it.
RENUMBER_STRAYS = """
    UPDATE plates_well w SET position = s.position
      FROM unnest(%(labels)s::text[], %(positions)s::integer[]) AS s (label, position)
     WHERE w.plate_id = %(plate)s AND w.label = s.label AND w.position <> s.position
"""


def load_wells(
    cursor: "CursorWrapper",
    store: Store,
    plate: Plate,
    seen: PlateSnapshot,
    compared: Comparison | None = None,
    *,
    before: PlateShape | None,
) -> int:
    """Make the plate's wells say what the store shows; how many rows were written.

    `before` is the shape that the plate had; None if it is new. What was said of positions that
    have another number now, or of a plate that has more of them, is written anew.
    """
    wells = wells_by_label(seen)
    strays_before = positions_by_label(plate)
    strays = stray_positions(plate, [w for w in wells.values() if w.address is None])
    moved = moved_positions(before, plate.shape, strays_before, strays) if before else {}
    positions = plate.shape.size + len(strays)
    grows = before is not None and (moved or plate.carrier.positions < positions)
    if grows:
        lock_annotation(cursor)
    cursor.execute(
        RENUMBER_STRAYS,
        {"plate": plate.pk, "labels": list(strays), "positions": list(strays.values())},
    )
    renumbered = int(cursor.rowcount)
    rows = (well_row(plate, label, well, strays) for label, well in wells.items())
    copy_rows(cursor, "loaded_well", COLUMNS, rows)
    keys = {"plate": plate.pk, "store": store.pk, "columns": plate.columns}
    if compared is not None:
        compare_wells(cursor, compared, keys)
    written = sum(run(cursor, text, **keys) for text in (RENUMBER, CHANGE, ADD, VANISH))
    written += renumbered + count_wells(plate, positions)
    return written + (renumber_annotation(cursor, plate.carrier_id, moved) if grows else 0)


def wells_by_label(seen: PlateSnapshot) -> dict[str, WellSnapshot]:
    """One well for each label; of two that share one (`B/3`, `B/03`) the one that is there."""
    wells: dict[str, WellSnapshot] = {}
    for well in seen.wells:
        known = wells.get(well.label)
        if known is None or (well.present and not known.present):
            wells[well.label] = well
    return wells


def stray_positions(plate: Plate, strays: list[WellSnapshot]) -> dict[str, int]:
    """Positions after the grid for all wells of a plate whose names are no grid, in their order."""
    known = Well.objects.filter(plate=plate, row=None).order_by("position")
    labels = dict.fromkeys([*known.values_list("label", flat=True), *(w.label for w in strays)])
    first = plate.rows * plate.columns
    return {label: first + index for index, label in enumerate(labels)}


def well_row(
    plate: Plate, label: str, well: WellSnapshot, strays: dict[str, int]
) -> tuple[object, ...]:
    """A well as the temporary table takes it."""
    if well.address is None:
        return (label, None, None, strays[label], well.present)
    position = plate.shape.position(well.address)
    return (label, well.address.row, well.address.column, position, well.present)


def count_wells(plate: Plate, positions: int) -> int:
    """Keep the plate's count of wells and its carrier's length right; rows written."""
    counted = Well.objects.filter(plate=plate).count()
    written = (
        Plate.objects.filter(pk=plate.pk).exclude(well_count=counted).update(well_count=counted)
    )
    return written + Carrier.objects.filter(pk=plate.carrier_id, positions__lt=positions).update(
        positions=positions
    )
