from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from plates.models import Acquisition, Field, Plate, Store, Well
from plates.omezarr.snapshots import FieldSnapshot, PlateSnapshot
from plates.services.tables import Column, copy_rows, run

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

ACQUISITION_COLUMNS = (
    Column("number", "bigint"),
    Column("name", "text"),
    Column("description", "text"),
    Column("maximum_field_count", "bigint"),
    Column("started_at", "timestamptz"),
    Column("ended_at", "timestamptz"),
)

CHANGE_ACQUISITIONS = """
    UPDATE plates_acquisition a
       SET name = l.name, description = l.description, started_at = l.started_at,
           ended_at = l.ended_at, maximum_field_count = l.maximum_field_count
      FROM loaded_acquisition l
     WHERE a.store_id = %(store)s AND a.number = l.number
       AND (a.name, a.description, a.started_at, a.ended_at, a.maximum_field_count)
           IS DISTINCT FROM
           (l.name, l.description, l.started_at, l.ended_at, l.maximum_field_count)
"""

ADD_ACQUISITIONS = """
    INSERT INTO plates_acquisition
           (store_id, number, name, description, maximum_field_count, started_at, ended_at)
    SELECT %(store)s, number, name, description, maximum_field_count, started_at, ended_at
      FROM loaded_acquisition l
     WHERE NOT EXISTS (SELECT 1 FROM plates_acquisition a
                        WHERE a.store_id = %(store)s AND a.number = l.number)
     ORDER BY number
"""

# NOT IN over paths, which are never null, is hashed whatever the planner believes of tables that
# were filled a moment ago; NOT EXISTS became a nested loop of 12 million steps.

FIELD_COLUMNS = (
    Column("path", "text"),
    Column("label", "text"),
    Column("acquisition", "bigint"),
    Column("layout_id", "integer"),
    Column("present", "boolean"),
    Column("x", "double precision"),
    Column("y", "double precision"),
    Column("z", "double precision"),
)

# The rows that the snapshot asks for, with wells and acquisitions found by their names.
RESOLVE_FIELDS = """
    CREATE TEMP TABLE resolved_field ON COMMIT DROP AS
    SELECT l.path, w.id AS well_id, a.id AS acquisition_id, l.layout_id, l.present, l.x, l.y, l.z
      FROM loaded_field l
      JOIN plates_well w ON w.plate_id = %(plate)s AND w.label = l.label
      LEFT JOIN plates_acquisition a ON a.store_id = %(store)s AND a.number = l.acquisition
     ORDER BY w.position, l.path
"""

CHANGE_FIELDS = """
    UPDATE plates_field f
       SET well_id = r.well_id, acquisition_id = r.acquisition_id, layout_id = r.layout_id,
           present = r.present, x = r.x, y = r.y, z = r.z
      FROM resolved_field r
     WHERE f.store_id = %(store)s AND f.path = r.path
       AND (f.well_id, f.acquisition_id, f.layout_id, f.present, f.x, f.y, f.z)
           IS DISTINCT FROM
           (r.well_id, r.acquisition_id, r.layout_id, r.present, r.x, r.y, r.z)
"""

ADD_FIELDS = """
    INSERT INTO plates_field
           (store_id, path, well_id, acquisition_id, layout_id, present, x, y, z)
    SELECT %(store)s, r.path, r.well_id, r.acquisition_id, r.layout_id, r.present, r.x, r.y, r.z
      FROM resolved_field r
     WHERE r.path NOT IN (SELECT path FROM plates_field WHERE store_id = %(store)s)
"""

COPY_FIELDS = """
    COPY plates_field (store_id, path, well_id, acquisition_id, layout_id, present, x, y, z)
    FROM STDIN
"""

VANISH_FIELDS = """
    UPDATE plates_field f SET present = FALSE
     WHERE f.store_id = %(store)s AND f.present
       AND f.path NOT IN (SELECT path FROM loaded_field)
"""


def load_acquisitions(cursor: "CursorWrapper", store: Store, seen: PlateSnapshot) -> int:
    """Make the store's acquisitions say what it shows; how many rows were written."""
    numbers = {run_seen.number: run_seen for run_seen in reversed(seen.acquisitions)}
    rows = (
        (
            number,
            (one.name or "")[:255],
            one.description or "",
            one.maximum_field_count,
            one.started_at,
            one.ended_at,
        )
        for number, one in sorted(numbers.items())
    )
    copy_rows(cursor, "loaded_acquisition", ACQUISITION_COLUMNS, rows)
    return sum(
        run(cursor, text, store=store.pk) for text in (CHANGE_ACQUISITIONS, ADD_ACQUISITIONS)
    )


def load_fields(
    cursor: "CursorWrapper",
    store: Store,
    plate: Plate,
    seen: PlateSnapshot,
    layouts: Mapping[str, int],
) -> int:
    """Make the store's fields say what it shows; how many rows were written."""
    if not Field.objects.filter(store=store).exists():
        return copy_new_fields(cursor, store, plate, seen, layouts)
    copy_rows(cursor, "loaded_field", FIELD_COLUMNS, field_rows(seen, layouts))
    keys = {"store": store.pk, "plate": plate.pk}
    cursor.execute("DROP TABLE IF EXISTS resolved_field")
    cursor.execute(RESOLVE_FIELDS, keys)
    cursor.execute("ANALYZE resolved_field")
    return sum(run(cursor, text, **keys) for text in (CHANGE_FIELDS, ADD_FIELDS, VANISH_FIELDS))


def copy_new_fields(
    cursor: "CursorWrapper",
    store: Store,
    plate: Plate,
    seen: PlateSnapshot,
    layouts: Mapping[str, int],
) -> int:
    """Copy the fields of a store that has none straight into their table: there is nothing to compare."""
    wells = dict(Well.objects.filter(plate=plate).values_list("label", "pk"))
    runs = dict(Acquisition.objects.filter(store=store).values_list("number", "pk"))
    written = 0
    with cursor.copy(COPY_FIELDS) as copy:
        for path, label, number, layout, present, x, y, z in field_rows(seen, layouts):
            acquisition = None if number is None else runs.get(number)
            row = (store.pk, path, wells[label], acquisition, layout, present, x, y, z)
            copy.write_row(row)
            written += 1
    return written


FieldRow: TypeAlias = tuple[
    str, str, int | None, int | None, bool, float | None, float | None, float | None
]


def field_rows(seen: PlateSnapshot, layouts: Mapping[str, int]) -> Iterator[FieldRow]:
    """Each field once, as the temporary table takes it; of wells that share a label, in turn."""
    taken: set[str] = set()
    for well in seen.wells:
        label = well.label
        for field in well.fields:
            if field.path not in taken:
                taken.add(field.path)
                yield field_row(label, field, layouts)


def field_row(label: str, field: FieldSnapshot, layouts: Mapping[str, int]) -> FieldRow:
    """One field with its layout's number and its place in space."""
    layout = field.layout
    number = layouts[layout.digest] if layout else None
    x, y, z = place_of(field)
    return (field.path, label, field.acquisition, number, field.present, x, y, z)


def place_of(field: FieldSnapshot) -> tuple[float | None, float | None, float | None]:
    """Where a field lies in space, x, y and z, as far as its translation says."""
    layout, told = field.layout, field.translation
    if layout is None or told is None:
        return (None, None, None)
    x = y = z = None
    for axis, value in zip(layout.axes, told, strict=False):
        if axis.name == "x":
            x = value
        elif axis.name == "y":
            y = value
        elif axis.name == "z":
            z = value
    return (x, y, z)
