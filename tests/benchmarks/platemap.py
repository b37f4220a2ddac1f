"""A plate map of 1,302 plates x 384 wells x 75 columns: dry run, apply and undo of half a million rows.

The limit is a plain COPY of the same file into a table of 75 text columns without any index. What
the readers of the file take by themselves is told as well: both passes read it anew.
"""

import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection, transaction
from psycopg import sql

from plates.models import Carrier, Plate, PlateMap
from plates.platemaps.containers import SourceFile, open_tables
from plates.platemaps.joining import long_rows
from plates.platemaps.long_rows import LongRow
from plates.services.apply_plate_map import apply_rows
from plates.services.check_plate_map import check_rows
from plates.services.tables import loading_cursor
from plates.services.undo_plate_map import undo_rows
from tests.benchmarks.measuring import peak_mib, tell
from tests.benchmarks.platemap_table import HEADERS, PLATES, SHAPE, cells, keys, mapping

_INDEX = (
    "annotationrow",
    "term",
    "layer",
    "mask",
    "quantity",
    "carrierlayer",
    "carrierterm",
    "readout",
)


@dataclass(frozen=True)
class Spent:
    """Seconds, and seconds of processors: of this process and of Postgres's for it."""

    seconds: float
    here: float
    there: float

    @classmethod
    def so_far(cls) -> "Spent":
        """Until now."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone() or (0,)
        there = psutil.Process(pid).cpu_times()
        return cls(time.perf_counter(), time.process_time(), there.user + there.system)

    def __sub__(self, before: "Spent") -> "Spent":
        return Spent(
            self.seconds - before.seconds, self.here - before.here, self.there - before.there
        )

    @property
    def work(self) -> float:
        """Seconds of all processors."""
        return self.here + self.there


def run(folder: Path) -> None:
    """Measure and report; PLATECAT_BENCH_PLATES asks for fewer plates."""
    plates = int(os.environ.get("PLATECAT_BENCH_PLATES", str(PLATES)))
    file = folder / "map.csv"
    rows = write_table(file, plates)
    tell(f"{rows:,} rows x {len(HEADERS)} columns, {file.stat().st_size / 1024**2:.0f} MiB of CSV")
    make_plates(plates)
    copied = measured("COPY into a text table", rows, lambda: copy_plainly(file))
    measured("reading alone", rows, lambda: sum(1 for _ in rows_of(file)), beside=copied)
    made = PlateMap.objects.create(scope=1, digest="bench")
    measured("dry run", rows, lambda: check(made, file, rows), beside=copied)
    measured("apply", rows, lambda: apply(made, file, rows), beside=copied)
    tell_sizes(rows)
    measured("undo", rows, lambda: undo_rows(plate_map=made), beside=copied)


def measured(
    what: str, rows: int, way: Callable[[], object], *, beside: Spent | None = None
) -> Spent:
    """What a way of taking the rows up costs; on a busy machine processor time says more."""
    before = Spent.so_far()
    way()
    spent = Spent.so_far() - before
    factors = ""
    if beside is not None:
        factors = (
            f"; {spent.seconds / beside.seconds:.1f} times the time of COPY, "
            f"{spent.work / beside.work:.1f} times its processor time"
        )
    tell(
        f"{what}: {rows / spent.seconds:,.0f} rows/s, {rows / spent.work:,.0f} for each second of a "
        f"processor ({spent.seconds:.1f} s, {spent.here:.1f} of work here and {spent.there:.1f} in "
        f"Postgres{factors}); peak {peak_mib():.0f} MiB"
    )
    return spent


def write_table(file: Path, plates: int) -> int:
    """Write the table; its rows."""
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADERS)
        writer.writerows(cells(plates))
    return plates * SHAPE.size


def make_plates(plates: int) -> None:
    """The plates that the table names, as harvests would leave them."""
    carriers = Carrier.objects.bulk_create(
        Carrier(kind="plate", scope=1, positions=SHAPE.size, occupied="1" * SHAPE.size)
        for _ in range(plates)
    )
    Plate.objects.bulk_create(
        Plate(
            scope=1,
            carrier=carrier,
            name=f"BR{number:08d}",
            rows=SHAPE.rows,
            columns=SHAPE.columns,
        )
        for number, carrier in enumerate(carriers)
    )


def copy_plainly(file: Path) -> None:
    """The file as it is into a table of texts."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} text").format(sql.Identifier(name)) for name in HEADERS
    )
    with transaction.atomic(), loading_cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied_plainly")
        cursor.execute(sql.SQL("CREATE TABLE copied_plainly ({})").format(columns))
        with (
            cursor.copy("COPY copied_plainly FROM STDIN (FORMAT csv, HEADER)") as copy,
            file.open("rb") as handle,
        ):
            while piece := handle.read(1024**2):
                copy.write(piece)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE copied_plainly")


def rows_of(file: Path) -> Iterator[LongRow]:
    """The rows as they leave the readers."""
    return long_rows(open_tables([SourceFile(file.name, file)]), mapping())


def check(made: PlateMap, file: Path, rows: int) -> None:
    """The dry run; every row has to be placed."""
    report = check_rows(plate_map=made, mapping=mapping(), rows=rows_of(file), keys=keys())
    assert report["placed"] == rows


def apply(made: PlateMap, file: Path, rows: int) -> None:
    """The apply; every row has to be placed."""
    told = apply_rows(plate_map=made, mapping=mapping(), rows=rows_of(file), keys=keys())
    assert told.placed == rows


def tell_sizes(rows: int) -> None:
    """How many rows the index has and what they take up."""
    with connection.cursor() as cursor:
        for name in _INDEX:
            table = sql.Identifier(f"plates_{name}")
            cursor.execute(
                sql.SQL("SELECT count(*), pg_total_relation_size({}::regclass) FROM {}").format(
                    sql.Literal(f"plates_{name}"), table
                )
            )
            number, size = cursor.fetchone() or (0, 0)
            tell(f"  {name}: {number:,} rows, {size / rows:.0f} bytes a well")
