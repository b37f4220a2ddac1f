"""Search over an archive of screens: a mixed load through the REST API of a real web process.

`PLATECAT_BENCH_WELLS` is how large it is, 300,000 if not said; `PLATECAT_BENCH_UNREPEATED` the
share of datasets whose plate maps never repeat; `PLATECAT_BENCH_DATA` a folder in which the archive
is kept and found again; `PLATECAT_BENCH_POSTGRES` settings such as `shared_buffers=4GB
work_mem=64MB`. The limit is the same SQL, said by psycopg alone.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psycopg
from django.contrib.auth.models import User
from django.db import connection

from catalog.loaded import settle
from catalog.models import Dataset
from plates.models import Well
from tests.benchmarks.archive.build import build, make_people
from tests.benchmarks.archive.plan import Plan
from tests.benchmarks.measuring import tell
from tests.benchmarks.search_clients import Seconds, WebClient, measured, shuffled
from tests.benchmarks.search_load import Load, load_for
from tests.benchmarks.search_sql import (
    InProcess,
    bare_connection,
    bare_seconds,
    run_again,
    scans_of_wells,
)

WARM_ROUNDS: Final = 12
BESIDE_ROUNDS: Final = 4
CLIENTS: Final = 8
AIM_MS: Final = 50
BROAD_AIM_MS: Final = 300
RATE_S: Final = 3.0
LEAST_RATIO: Final = 0.4
SETTINGS: Final = (
    "server_version", "shared_buffers", "effective_cache_size", "work_mem", "random_page_cost",
    "fsync", "synchronous_commit", "jit", "max_parallel_workers_per_gather",
)  # fmt: skip
INDEX: Final = (
    "mask",
    "keymask",
    "decademask",
    "quantity",
    "layer",
    "carrierlayer",
    "carrierterm",
    "fieldmask",
)
GROUPS: Final = {
    "the index of layers": INDEX,
    "readouts": ("readout",),
    "terms and their counts": ("term", "termscope"),
    "annotation rows": ("annotationrow",),
    "wells and fields": ("well", "field"),
}


def prepare(folder: Path) -> None:
    """Build the archive, unless it is there."""
    if not Dataset.objects.filter(slug="screen-001").exists():
        wells = int(os.environ.get("PLATECAT_BENCH_WELLS", "300000"))
        share = float(os.environ.get("PLATECAT_BENCH_UNREPEATED", "0.1"))
        plan = Plan.of(wells, unrepeated_share=share)
        started = time.perf_counter()
        with psycopg.connect(os.environ["DATABASE_URL"]) as bare:
            build(bare, plan)
        make_people(plan)
        tell(
            f"{plan.wells:,} wells on {plan.plates:,} plates in {plan.datasets} datasets, "
            f"{share:.0%} of which repeat no map: built in {time.perf_counter() - started:.0f} s"
        )


def measure(url: str) -> None:
    """Measure and report, just after Postgres was started anew."""
    tell(f"Postgres: {', '.join(f'{name} {shown(name)}' for name in SETTINGS)}")
    tell_sizes(Well.objects.count())
    people = {
        "who sees everything": User.objects.get(username="everything"),
        "who sees 1 % of the datasets": User.objects.get(username="little"),
    }
    loads = {who: load_for(user) for who, user in people.items()}
    scans = [scan for who, user in people.items() for scan in tell_load(who, user, loads[who], url)]
    tell_rate(people["who sees everything"], loads["who sees everything"]["gene"][0])
    if scans:
        raise SystemExit("\n".join(["Plans that go through all wells:", *scans]))


def shown(name: str) -> str:
    """A setting of Postgres."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


def tell_sizes(wells: int) -> None:
    """Bytes for each well, indexes included."""
    with connection.cursor() as cursor:
        for what, tables in GROUPS.items():
            cursor.execute(
                "SELECT sum(pg_total_relation_size(('plates_' || name)::regclass)) "
                "FROM unnest(%s::text[]) name",
                [list(tables)],
            )
            tell(f"{what}: {int(cursor.fetchone()[0]) / wells:,.0f} bytes a well")


def tell_load(who: str, user: User, load: Load, url: str) -> list[str]:
    """The latencies of a load; the statements that go through all wells."""
    clients = [WebClient(url, user) for _ in range(CLIENTS)]
    # Only what Postgres itself keeps is gone: its files are still in the memory of the system.
    first = measured(clients[:1], shuffled(load, rounds=1, seed=1))
    alone = measured(clients[:1], shuffled(load, rounds=WARM_ROUNDS, seed=2))
    beside = measured(clients, shuffled(load, rounds=BESIDE_ROUNDS, seed=3))
    tell(f"\n{who}: p50 / p95 in ms")
    tell(f"{'':24}{'after restart':>16}{'warm':>16}{'8 clients':>16}{'bare SQL':>10}{'ratio':>7}")
    scans: list[str] = []
    inside, bare = InProcess(user), bare_connection()
    for name, paths in load.items():
        said = [inside.statements(path) for path in paths]
        scans += [scan for statements in said for scan in scans_of_wells(bare, statements)]
        limit = statistics.median(bare_seconds(bare, one, rounds=3) for one in said)
        ratio = limit / statistics.median(alone[name])
        over = "" if percentile(alone[name], 95) <= aim(name, who) / 1000 else "  over its aim"
        told = "".join(f"{spread(took, name):>16}" for took in (first, alone, beside))
        tell(f"{name:24}{told}{limit * 1000:>10.1f}{ratio:>7.2f}{over}")
    bare.close()
    return scans


def aim(name: str, who: str) -> int:
    """What p95 should stay below, in ms."""
    is_broad = name.startswith("facets") and who == "who sees everything"
    return BROAD_AIM_MS if is_broad else AIM_MS


def spread(took: Seconds, name: str) -> str:
    """Both percentiles in milliseconds."""
    return " / ".join(f"{percentile(took[name], part) * 1000:.1f}" for part in (50, 95))


def percentile(seconds: Sequence[float], part: int) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)]


def tell_rate(user: User, path: str) -> None:
    """How many lists of 100 wells with annotation a process answers, and how many the SQL alone."""
    inside, bare = InProcess(user), bare_connection()
    settle()
    said = inside.statements(path)
    limit = rate(lambda: run_again(bare, said))
    answered = rate(lambda: inside.get(path))
    verdict = "" if answered / limit >= LEAST_RATIO else f", below {LEAST_RATIO}"
    tell(
        f"\nlists of 100 wells with annotation: {answered:.1f}/s in this process, the same SQL by "
        f"psycopg alone {limit:.1f}/s: {answered / limit:.2f}{verdict}"
    )
    bare.close()


def rate(way: Callable[[], object]) -> float:
    """How often something is done in a second."""
    way()
    started, times = time.perf_counter(), 0
    while time.perf_counter() - started < RATE_S:
        way()
        times += 1
    return times / (time.perf_counter() - started)
