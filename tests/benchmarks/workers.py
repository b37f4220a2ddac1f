"""Two workers beside one: plates 100 ms away, 16 requests at once for each, 64 for the host.

Real processes of Celery with one slot each, on an embedded Postgres and Valkey; the time is that
from the first harvest's start to the last one's end, as the jobs tell it.
"""

import os
from pathlib import Path

from tests import stores
from tests.benchmarks.delaying_server import delaying_server
from tests.benchmarks.measuring import Timing, tell
from tests.fleet import Fleet, fleet
from tests.running import wait_until

PLATES = 8
WELLS = [f"{row}/{column}" for row in "AB" for column in range(1, 7)]
FIELDS, LEVELS = 9, 3
DELAY_S = 0.1
ROUNDS = 2
LIMITS = {"PLATECAT_CONCURRENCY": "16", "PLATECAT_HOST_CONCURRENCY": "64"}
_TIME = (
    "SELECT extract(epoch FROM max(finished_at) - min(started_at))::float FROM catalog_job "
    "WHERE kind = 'workers.harvest' AND state = 'done'"
)
_LEFT = (
    "SELECT 1 FROM catalog_job WHERE kind IN ('workers.discover', 'workers.harvest') "
    "AND state IN ('queued', 'running') LIMIT 1"
)


def run(folder: Path) -> None:
    """Measure and report."""
    for name in ("DATABASE_URL", "BROKER_URL"):
        os.environ.pop(name, None)
    screen = folder / "workers" / "screen"
    for number in range(PLATES):
        place = screen / f"plate-{number:02}.zarr"
        stores.plate(
            place, wells=WELLS, fields=FIELDS, levels=LEVELS, name=f"{number}", distinct=True
        )
    seconds: dict[int, list[float]] = {1: [], 2: []}
    with (
        delaying_server(screen.parent, delay_s=DELAY_S) as server,
        fleet(folder / "fleet", LIMITS, worker=False) as running,
    ):
        for name in ("first", "second"):
            running.add_worker(name, concurrency=1, queues="discover,harvest")
        for number in (1, 2) * ROUNDS:
            seconds[number].append(harvest(running, f"{server.url}/screen", number))
    one, two = (Timing(seconds[number]).median for number in (1, 2))
    documents = 1 + len(WELLS) * (1 + FIELDS * (1 + LEVELS))
    tell(f"{PLATES} plates of {documents:,} documents, {DELAY_S * 1000:.0f} ms per request")
    tell(f"one worker: {one:.1f} s; two workers: {two:.1f} s; {one / two:.2f} times as fast")


def harvest(running: Fleet, url: str, workers: int) -> float:
    """Seconds that so many workers take for all plates."""
    running.forget()
    names = ("first", "second")[:workers]
    running.start(*names)
    running.manage("harvest", url, "--dataset", "d", "--public")
    wait_until(lambda: is_over(running), within_s=300, what="all plates are harvested")
    for name in names:
        running.kill(name)
    assert len(running.query("SELECT 1 FROM plates_plate")) == PLATES
    ((seconds,),) = running.query(_TIME)
    return float(seconds)


def is_over(running: Fleet) -> bool:
    """Whether all is harvested."""
    found = running.query("SELECT 1 FROM catalog_job WHERE kind = 'workers.harvest' LIMIT 1")
    return bool(found) and not running.query(_LEFT)
