"""Eight clients at once while a worker harvests: searches, facets, plates and exports of a real web server.

`PLATECAT_BENCH_SECONDS` is how long, 60 if not said; `PLATECAT_BENCH_WELLS` how large the archive is
that they ask about, 300,000 if not said; `PLATECAT_BENCH_DATA` a folder in which it is kept. The web is
gunicorn with two processes. It fails if any request does, or if a harvest does.
"""

import http.client
import os
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection

from catalog.models import Job
from catalog.services.harvest_jobs import request_store_harvest
from catalog.words import ENDED, JobState
from plates.models import Plate, Store
from tests import stores
from tests.benchmarks import search
from tests.benchmarks.measuring import tell
from tests.benchmarks.search import percentile
from tests.benchmarks.search_clients import WebClient
from tests.benchmarks.search_load import Load, load_for

CLIENTS: Final = 8
PLATES: Final = 24
FIELDS: Final = 4
SAMPLE_S: Final = 15.0
PAUSE_S: Final = 0.5
STAGGER_S: Final = 0.25
# Of a hundred requests: what people do most is to search, and what takes longest they do least.
SHARES: Final[Mapping[str, int]] = {"search": 50, "facets": 20, "plate": 24, "export": 6}
FLAT: Final = 1.10
"""The web's memory at the end, over that of a third of the way: what is more than that grows."""
DATASET: Final = "load"


@dataclass
class Found:
    """What came of requests of each kind."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Found") -> None:
        """Take in what another client found."""
        for kind, took in other.seconds.items():
            self.seconds[kind] += took
        self.errors += other.errors


def prepare(folder: Path) -> None:
    """Build the archive, unless it is there."""
    search.prepare(folder)
    # The archive gave its rows their numbers itself; those that are harvested come after them.
    models = [
        *apps.get_app_config("catalog").get_models(),
        *apps.get_app_config("plates").get_models(),
    ]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def measure(url: str, folder: Path) -> None:
    """Load the web for a while, and tell what came of it."""
    seconds = float(os.environ.get("PLATECAT_BENCH_SECONDS", "60"))
    screen = write_plates(folder / "load")
    people = [User.objects.get(username=name) for name in ("everything", "little")]
    loads = [mixed(user) for user in people]
    call_command("harvest", str(screen), dataset=DATASET)
    processes = web_processes()
    until = time.monotonic() + seconds
    over = threading.Event()
    memory: list[float] = []
    with ThreadPoolExecutor(CLIENTS + 2) as pool:
        watching = pool.submit(watch_memory, processes, over, memory)
        harvesting = pool.submit(keep_harvesting, over)
        working = [
            pool.submit(work, url, people[number % 2], loads[number % 2], until, number)
            for number in range(CLIENTS)
        ]
        found = Found()
        for one in working:
            found.add(one.result())
        over.set()
        watching.result()
        harvesting.result()
    tell_requests(found, seconds)
    grew = tell_memory(memory)
    failed = tell_harvest()
    if found.errors or failed:
        sys.exit(f"{found.errors.total()} requests and {failed} harvests failed.")
    if grew > FLAT:
        tell(f"the memory of the web grew to {grew:.2f} of what it was")


def write_plates(folder: Path) -> Path:
    """A screen on disk, every document of which differs from every other."""
    for number in range(PLATES):
        place = folder / f"plate-{number:03}.ome.zarr"
        if not place.exists():
            stores.plate(place, shape=96, fields=FIELDS, name=f"load {number}", distinct=True)
    return folder


def mixed(user: User) -> Load:
    """What somebody asks for, by kind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, paths in load_for(user).items():
        kinds["facets" if name.startswith("facets") else "search"] += paths
    plates = Plate.objects.filter(scope__lte=3).order_by("id").values_list("id", flat=True)[:50]
    if user.is_superuser:
        kinds["plate"] = [f"/plates/{one}/" for one in plates]
        kinds["plate"] += [f"/api/v1/plates/{one}/grid/?color=compound" for one in plates]
    rare = [path.partition("?")[2] for path in kinds["search"] if "q=gene" in path]
    kinds["export"] = [f"/api/v1/export/wells.{form}?{query}" for query in rare for form in FORMS]
    return kinds


FORMS: Final = ("csv", "ndjson", "parquet")


def work(url: str, user: User, load: Load, until: float, seed: int) -> Found:
    """Ask for one thing after the other until time is over; nobody waits in between."""
    draw, found, client = random.Random(seed), Found(), WebClient(url, user)
    # One after the other, or the first process of the web takes all connections, which are kept.
    time.sleep(seed * STAGGER_S)
    try:
        kinds = [kind for kind in SHARES if load.get(kind)]
        while time.monotonic() < until:
            (kind,) = draw.choices(kinds, [SHARES[one] for one in kinds])
            try:
                found.seconds[kind].append(client.get(draw.choice(load[kind])))
            except (RuntimeError, OSError, http.client.HTTPException) as error:
                found.errors[f"{kind}: {error}"[:200]] += 1
                client.connection.close()
    finally:
        connection.close()
    return found


def keep_harvesting(over: threading.Event) -> None:
    """The worker is never without a harvest: what was read is read again."""
    try:
        while not over.wait(PAUSE_S):
            mine = Job.objects.filter(dataset__slug=DATASET)
            if not mine.exclude(state__in=sorted(ENDED)).exists():
                for store in Store.objects.filter(locations__url__contains="/load/").distinct():
                    request_store_harvest(store=store, by=None)
    finally:
        connection.close()


def web_processes() -> list[psutil.Process]:
    """The processes of gunicorn that answer requests."""
    masters = [
        process
        for process in psutil.Process().children(recursive=True)
        if "catalog.wsgi" in process.cmdline()
        and "catalog.wsgi" not in (process.parent() or process).cmdline()
    ]
    return [child for master in masters for child in master.children()]


def watch_memory(
    processes: Sequence[psutil.Process], over: threading.Event, memory: list[float]
) -> None:
    """What the web holds, every few seconds."""
    started = time.monotonic()
    for number in range(10_000):
        each = [process.memory_info().rss / 1024**2 for process in processes]
        memory.append(sum(each))
        told = " + ".join(f"{one:.0f}" for one in each)
        tell(f"after {time.monotonic() - started:5.0f} s the web holds {told} MiB")
        if over.wait(max(0.0, (number + 1) * SAMPLE_S - (time.monotonic() - started))):
            memory.append(sum(process.memory_info().rss for process in processes) / 1024**2)
            return


def tell_requests(found: Found, seconds: float) -> None:
    """Percentiles of each kind, and what failed."""
    total = sum(len(took) for took in found.seconds.values())
    tell(f"\n{CLIENTS} clients for {seconds:.0f} s: {total:,} requests, {total / seconds:.0f}/s")
    tell(f"{'':10}{'requests':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
    for line in lines_of(found):
        tell(line)
    for error, times in found.errors.most_common(10):
        tell(f"{times} times {error}")
    tell(f"errors: {found.errors.total()}")


def lines_of(found: Found) -> Iterator[str]:
    """A line for each kind of request."""
    for kind in SHARES:
        took = found.seconds.get(kind)
        if took:
            spread = "".join(f"{percentile(took, part) * 1000:>10.1f}" for part in (50, 95, 99))
            yield f"{kind:10}{len(took):>10,}{spread}"


def tell_memory(memory: Sequence[float]) -> float:
    """How much more the web holds in the end than after a third of the time."""
    settled, last = memory[len(memory) // 3], memory[-1]
    tell(f"the web held {settled:.0f} MiB a third of the way and {last:.0f} MiB in the end")
    return last / settled


def tell_harvest() -> int:
    """What the worker did meanwhile; how many harvests failed."""
    mine = Job.objects.filter(dataset__slug=DATASET, kind="workers.harvest")
    done = mine.filter(state=JobState.DONE.value)
    documents = sum(job.outcome.get("documents", 0) for job in done)
    failed = mine.filter(state=JobState.FAILED.value).count()
    known = Plate.objects.filter(name__startswith="load ").count()
    tell(
        f"harvests meanwhile: {done.count()} done, {failed} failed, {documents:,} documents; "
        f"{known} of {PLATES} plates are new to the catalog"
    )
    return failed
