"""A million wells as Parquet, CSV and NDJSON out of a real web server, beside a plain COPY of the same rows.

100,000 wells unless PLATECAT_BENCH_WELLS asks for more. The server is gunicorn with one process;
its peak memory is the most that process ever held, whatever it was asked before.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
from django.db import connection

from catalog.local.plan import free_port
from tests.benchmarks.archive.build import build
from tests.benchmarks.archive.plan import KEYS, TERM_KEYS, WELLS, Plan, wells_of
from tests.benchmarks.measuring import tell
from tests.running import wait_until

LIMIT_MIB = 300
ASKED = {
    "Parquet": "wells.parquet?q=",
    "CSV": "wells.csv?q=",
    "CSV, packed": "wells.csv?q=",
    "NDJSON": "wells.ndjson?q=",
    "Parquet of fields": "wells.parquet?q=&rows=fields",
    "Parquet of one compound": "wells.parquet?q=compound:*&keys=compound",
}
_OPENED = (
    "UPDATE catalog_dataset SET visibility = 'public'",
    """
    INSERT INTO plates_location (store_id, url, url_digest, first_seen_at)
    SELECT serial, 's3://archive/screens/' || name || '.ome.zarr',
           sha256(convert_to('s3://archive/screens/' || name || '.ome.zarr', 'UTF8')), now()
      FROM plates_plate
    """,
    "VACUUM ANALYZE",
)
"""Everybody sees the archive, and its stores lie somewhere."""


@dataclass(frozen=True)
class Taken:
    """What came of an answer."""

    seconds: float
    first_s: float
    bytes: int


def run(folder: Path) -> None:
    """Measure and report."""
    wells = int(os.environ.get("PLATECAT_BENCH_WELLS", "100000"))
    plates = max(1, round(wells / WELLS))
    wells = wells_of(range(1, plates + 1))
    make_archive(plates)
    tell(f"{wells:,} wells x {len(KEYS)} keys, {wells:,} fields")
    copied = copy_plainly()
    tell(f"{'COPY of the same rows':26}{wells / copied:10,.0f} rows/s{copied:8.1f} s")
    with web() as (url, process):
        idle = peak_mib(process)
        for name, path in ASKED.items():
            taken = take(f"{url}/api/v1/export/{path}", packed="packed" in name)
            tell(
                f"{name:26}{wells / taken.seconds:10,.0f} rows/s{taken.seconds:8.1f} s, first byte after "
                f"{taken.first_s:.1f} s, {taken.bytes / 1024**2:,.0f} MiB, {copied / taken.seconds:.2f} "
                f"of COPY's rate, peak {peak_mib(process):.0f} MiB"
            )
        peak = peak_mib(process)
    tell(f"peak memory of the server: {peak:.0f} MiB ({idle:.0f} idle), limit {LIMIT_MIB}")
    if peak > LIMIT_MIB:
        sys.exit(f"The server held {peak:.0f} MiB.")


def make_archive(plates: int) -> None:
    """The archive of search, open to everybody."""
    connection.ensure_connection()
    build(connection.connection, Plan(plates=plates, datasets=max(3, min(300, plates // 20))))
    with connection.cursor() as cursor:
        for statement in _OPENED:
            cursor.execute(statement)


def copy_plainly() -> float:
    """Seconds for COPY to write the same rows as CSV, every key in a column of its own."""
    picked = ",".join(f"max(t.text) FILTER (WHERE u.c = {n})" for n in range(len(TERM_KEYS)))
    statement = f"""
        COPY (
            SELECT p.id, p.name, p.barcode, d.slug, w.label, w."row", w."column", s.id, l.url,
                   f.path, l.url || '/' || f.path, f.fields, v.*, z.numbers[w.position + 1]
              FROM plates_carrier c
              JOIN plates_plate p ON p.carrier_id = c.id
              JOIN catalog_dataset d ON d.serial = p.scope
              JOIN plates_well w ON w.plate_id = p.serial
              JOIN plates_annotationrow r ON (r.carrier_id, r.position) = (c.id, w.position)
              JOIN plates_store s ON s.plate_id = p.serial
              JOIN plates_location l ON l.store_id = s.serial
              JOIN plates_readout z ON z.carrier_id = c.id
             CROSS JOIN LATERAL (SELECT min(path) AS path, count(*) AS fields FROM plates_field
                                  WHERE well_id = w.id) f
             CROSS JOIN LATERAL (
                SELECT {picked} FROM unnest(r.columns, r.terms) AS u (c, term)
                  JOIN plates_term t ON t.serial = u.term) v
             ORDER BY c.scope, c.id, w.position
        ) TO STDOUT (FORMAT csv)
    """
    started = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - started


@contextmanager
def web() -> Iterator[tuple[str, psutil.Process]]:
    """A web server of one process, and that process."""
    port = free_port(0)
    where = f"127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "catalog.wsgi", "--bind", where, "--workers", "1",
         "--worker-class", "gthread", "--threads", "4", "--no-control-socket"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(
            lambda: answers(f"http://{where}/api/v1/datasets/?limit=1"), within_s=30, what="the web"
        )
        (worker,) = psutil.Process(server.pid).children()
        yield f"http://{where}", worker
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> bool:
    """Whether there is an answer."""
    try:
        with urlopen(url, timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def take(url: str, *, packed: bool) -> Taken:
    """Read an answer to its end."""
    started = time.perf_counter()
    request = Request(url, headers={"Accept-Encoding": "gzip"} if packed else {})
    taken = 0
    with urlopen(request) as answer:
        first = time.perf_counter() - started
        while chunk := answer.read(1 << 20):
            taken += len(chunk)
    return Taken(time.perf_counter() - started, first, taken)


def peak_mib(process: psutil.Process) -> float:
    """The most memory that a process ever held, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
