"""Harvest of a plate of 384 wells x 9 fields x 3 levels over http: read whole, loaded whole.

From a server that answers 20 ms after each request, at 256 connections, and from nginx on
loopback, at 64. Compared with GETs of the same documents, known beforehand, at as many connections:
by libcurl's own loop, the fastest client known here, and by the client of the reader; with a
validation by yaozarrs, which loads nothing; and with the rate of wrk. Every run is a process of its
own, every document differs from every other; medians of 3 interleaved rounds.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.bench_plate import bench_plate
from tests.benchmarks.delaying_server import delaying_server
from tests.benchmarks.measuring import tell
from tests.benchmarks.near_server import nginx, program, rate_of_wrk
from tests.benchmarks.peers.running import (
    YAOZARRS,
    Run,
    install_peers,
    run_curl,
    run_harvest,
    run_ours,
)
from tests.benchmarks.validation import Ways, measured, median

DELAY_S = 0.02
FAR, NEAR = 256, 64
MOST_S = 240.0
"""After so long yaozarrs is started no more."""


def run(folder: Path) -> None:
    """Measure and report."""
    stores = folder / "stores"
    plate = bench_plate(stores)
    peers = install_peers(folder / "peers")
    until = time.monotonic() + MOST_S
    with delaying_server(stores, delay_s=DELAY_S) as server:
        url = f"{server.url}/{plate.name}"
        run_ours("read", url)
        asked = [path.removeprefix(f"/{plate.name}/") for path in server.asked()]
        paths = folder / "asked-of-remote.json"
        paths.write_text(json.dumps(asked), encoding="utf-8")
        tell(f"answers {DELAY_S * 1000:.0f} ms late, {FAR} connections, {len(asked):,} requests")
        ways = {**ways_to(url, paths, FAR), "yaozarrs": lambda: peers.run(YAOZARRS, url)}
        runs = measured(ways, until=until, after=lambda: len(server.asked()))
        report(runs)
        floor = len(asked) / FAR * DELAY_S
        tell(
            f"with {FAR} at once and {DELAY_S * 1000:.0f} ms each none can be done in {floor:.2f} s"
        )
        report_wrk(runs["harvest"], url, asked, FAR, folder)
    report_near(stores, plate.name, paths, asked, folder)


def ways_to(url: str, paths: Path, concurrency: int) -> Ways:
    """Bare requests by two clients, and a harvest."""
    return {
        "curl": lambda: run_curl(url, paths, concurrency),
        "bare": lambda: run_ours("bare", url, paths, concurrency=concurrency),
        "harvest": lambda: run_harvest(url, concurrency),
    }


def report(runs: dict[str, list[Run]]) -> None:
    """The harvest beside bare requests and, if it ran, a peer."""
    curl, bare, ours = (median(runs[name]) for name in ("curl", "bare", "harvest"))
    last = runs["harvest"][-1]
    tell(f"bare GETs, libcurl's own loop: {curl:.3f} s; the client of the reader: {bare:.3f} s")
    tell(
        f"harvest, read and loaded: {ours:.3f} s, {last.documents / ours:,.0f} documents/s; "
        f"{curl / ours:.2f} of libcurl's loop, {bare / ours:.2f} of the same client "
        f"({last.said})"
    )
    tell(f"peak memory {last.peak_mib:.0f} MiB, {last.peak_before_mib:.0f} before the harvest")
    if runs.get("yaozarrs"):
        seconds, said = median(runs["yaozarrs"]), runs["yaozarrs"][-1].said
        tell(f"yaozarrs {said}, nothing loaded: {seconds:.2f} s, {seconds / ours:.1f} times ours")


def report_wrk(
    runs: list[Run], url: str, asked: Sequence[str], concurrency: int, folder: Path
) -> None:
    """The rate of the harvest beside that of wrk."""
    wrk = program("wrk")
    if wrk is None:
        tell("SKIPPED, the share of wrk's rate: wrk is not installed (apt-get install wrk).")
        return
    rate = rate_of_wrk(wrk, url, asked, concurrency=concurrency, script=folder / "wrk.lua")
    ours = len(asked) / median(runs)
    tell(f"wrk: {rate:,.0f} requests/s; the harvest, loading included: {ours / rate:.2f} of that")


def report_near(stores: Path, name: str, paths: Path, asked: Sequence[str], folder: Path) -> None:
    """The same from a server that is near."""
    server = program("nginx")
    if server is None:
        tell("SKIPPED, the near store: nginx is not installed (apt-get install nginx).")
        return
    with nginx(server, stores, folder / "nginx") as base:
        url = f"{base}/{name}"
        tell(f"nginx on loopback, {NEAR} connections, {len(asked):,} requests")
        run_curl(url, paths, NEAR)
        runs = measured(ways_to(url, paths, NEAR), until=0)
        report(runs)
        report_wrk(runs["harvest"], url, asked, NEAR, folder)
