"""Harvest of a plate of 384 wells x 9 fields x 3 levels from local disk, every document different.

The limit is a bare loop that opens, reads and closes the same files. For the load there are two:
a COPY of the same rows straight into our own tables, which is what the database needs for them
with their indexes and keys, and one into bare tables with the unique indexes alone.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from plates.models import Carrier, Field, Plate, Store, Well
from plates.omezarr.read import read_store
from plates.omezarr.snapshots import StoreSnapshot
from plates.services.layouts import ensure_layouts
from plates.services.load import load_snapshot
from plates.services.load_fields import COPY_FIELDS
from plates.services.stores import store_at
from plates.services.tables import loading_cursor
from tests.benchmarks.bench_plate import bench_plate
from tests.benchmarks.measuring import interleaved, tell

ROUNDS = 5
MIB = 1024**2


def run(folder: Path) -> None:
    """Measure and report."""
    plate = bench_plate(folder)
    files = [path for path in sorted(plate.rglob("*")) if path.is_file()]
    snapshot = read_store(str(plate))
    report_reading(plate, files, snapshot)
    report_loading(plate, snapshot)
    report_peak(plate)


def bare_read(files: list[Path]) -> None:
    """Open, read and close each file, and nothing else."""
    for name in map(str, files):
        handle = os.open(name, os.O_RDONLY)
        os.read(handle, 65536)
        os.close(handle)


def report_reading(plate: Path, files: list[Path], snapshot: StoreSnapshot) -> None:
    """Documents a second, beside the bare loop over the same files."""
    needed = [
        path for path in files if path.parent != plate and len(path.relative_to(plate).parts) > 2
    ]
    needed.append(plate / "zarr.json")
    timings = interleaved(
        {"bare": lambda: bare_read(needed), "read": lambda: read_store(str(plate))}, rounds=ROUNDS
    )
    bare, read = timings["bare"].median, timings["read"].median
    documents = snapshot.documents
    tell(f"documents: {documents:,} read, {len(needed):,} files in the bare loop")
    tell(f"bare open/read/close: {len(needed) / bare:,.0f} documents/s ({bare:.3f} s)")
    tell(
        f"read_store: {documents / read:,.0f} documents/s ({read:.3f} s), {bare / read:.2f} of bare"
    )


def report_loading(plate: Path, snapshot: StoreSnapshot) -> None:
    """Load of a new plate and of an unchanged one, beside plain COPY of the same rows."""
    fresh = iter(range(10_000))
    known = store_at("/bench/known", scope=1)[0]
    layouts = ensure_layouts(snapshot)
    load_snapshot(known, snapshot, layouts=layouts)
    timings = interleaved(
        {
            "bare": lambda: copy_into_bare_tables(snapshot),
            "copy": lambda: copy_into_our_tables(snapshot, layouts),
            "new": lambda: load_snapshot(
                store_at(f"/bench/{next(fresh)}", scope=1)[0], snapshot, layouts=layouts
            ),
            "unchanged": lambda: load_snapshot(
                Store.objects.get(pk=known.pk), snapshot, layouts=layouts
            ),
            "whole": lambda: harvest(plate, next(fresh)),
        },
        rounds=ROUNDS,
    )
    fields = sum(len(well.fields) for well in snapshot.plate.wells) if snapshot.plate else 0
    bare, copy, new, same, whole = (
        timings[name].median for name in ("bare", "copy", "new", "unchanged", "whole")
    )
    tell(f"COPY of {fields:,} fields and 384 wells into our tables: {copy * 1000:.0f} ms")
    tell(f"the same into tables without keys to others: {bare * 1000:.0f} ms")
    for what, spent in (("new", new), ("unchanged", same)):
        tell(
            f"load, {what} plate: {spent * 1000:.0f} ms, {copy / spent:.2f} of COPY into our tables, "
            f"{bare / spent:.2f} of that into bare ones"
        )
    tell(f"read + load, new plate: {whole:.3f} s, {fields / whole:,.0f} fields/s")
    tell(f"a field's row: {bytes_per_field():.0f} bytes with its indexes")


def harvest(plate: Path, number: int) -> None:
    """Read and load a plate that is new to the database."""
    snapshot = read_store(str(plate))
    store = store_at(f"/bench/whole/{number}", scope=1)[0]
    load_snapshot(store, snapshot, layouts=ensure_layouts(snapshot))


def copy_into_our_tables(snapshot: StoreSnapshot, layouts: dict[str, int]) -> None:
    """COPY of the same wells and fields straight into our tables, all keys checked; then undone."""
    assert snapshot.plate is not None
    with transaction.atomic(), loading_cursor() as cursor:
        store, _ = store_at("/bench/copied", scope=1)
        carrier = Carrier.objects.create(kind="plate", scope=1, positions=384)
        plate = Plate.objects.create(scope=1, carrier=carrier, name="copied", rows=16, columns=24)
        wells = (
            (plate.pk, well.label, n // 24, n % 24, n, True)
            for n, well in enumerate(snapshot.plate.wells)
        )
        copy_rows(cursor, COPY_WELLS, wells)
        keys = list(Well.objects.filter(plate=plate).order_by("position").values_list("pk"))
        layout = next(iter(layouts.values()))
        fields = (
            (store.pk, field.path, keys[n][0], None, layout, True, 0.0, 0.0, None)
            for n, well in enumerate(snapshot.plate.wells)
            for field in well.fields
        )
        copy_rows(cursor, COPY_FIELDS, fields)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


COPY_WELLS = 'COPY plates_well (plate_id, label, "row", "column", position, present) FROM STDIN'


def copy_rows(cursor: Any, command: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Copy rows into a table, one after the other."""
    with cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def copy_into_bare_tables(snapshot: StoreSnapshot) -> None:
    """COPY of the same fields and wells straight into tables with the same unique indexes."""
    assert snapshot.plate is not None
    wells = [(1, well.label, n, n, n, True) for n, well in enumerate(snapshot.plate.wells)]
    fields = [
        (1, n, 1, field.path, True, 0.0, 0.0)
        for n, well in enumerate(snapshot.plate.wells)
        for field in well.fields
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_well (plate int, label text, r smallint, c smallint, "
            "position int, present bool, UNIQUE (plate, label), UNIQUE (plate, position))"
        )
        cursor.execute(
            "CREATE TABLE bench_field (store int, well int, layout int, path text, "
            "present bool, x float8, y float8, UNIQUE (store, path))"
        )
        copy_rows(cursor, "COPY bench_well FROM STDIN", wells)
        copy_rows(cursor, "COPY bench_field FROM STDIN", fields)
        cursor.execute("DROP TABLE bench_well, bench_field")


def bytes_per_field() -> float:
    """What a row of the field table takes, all indexes included."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL plates_field")
        cursor.execute("SELECT pg_total_relation_size('plates_field')")
        (size,) = cursor.fetchone()
    return float(size) / Field.objects.count()


def report_peak(plate: Path) -> None:
    """The memory of a process that reads and loads one plate."""
    script = (
        "import django; django.setup();"
        "from pathlib import Path; from tests.benchmarks.harvest import harvest;"
        "from tests.benchmarks.measuring import peak_mib;"
        f"before = peak_mib(); harvest(Path({str(plate)!r}), 9999);"
        "print(f'peak memory: {peak_mib():.0f} MiB, {before:.0f} MiB of it before the harvest')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    tell(done.stdout.strip())
