"""Full validation of a plate of 384 wells x 9 fields x 3 levels, beside the peers and bare reads.

From local disk, and over http with every answer 20 ms after its request. The peers run in an
environment that is made for the run and thrown away.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks.bench_plate import WELLS, bench_plate, documents_of
from tests.benchmarks.delaying_server import DelayingServer, delaying_server
from tests.benchmarks.measuring import Timing, interleaved, tell
from tests.benchmarks.peers.running import (
    OME_ZARR_MODELS,
    YAOZARRS,
    Peers,
    Run,
    install_peers,
    run_ours,
)

ROUNDS = 3
STARTS = 9
DELAY_S = 0.02
ROW = 24
"""Wells of the smaller plate that the slower peer gets on disk."""
FEW = 2
"""Wells of the one that it gets over the network."""
MOST_S = 240.0
"""After so long no peer is started any more, so that the whole stays within some six minutes."""

Ways = Mapping[str, Callable[[], Run | None]]


def run(folder: Path) -> None:
    """Measure and report."""
    report_start(folder)
    until = time.monotonic() + MOST_S
    stores = folder / "stores"
    plates = {wells: bench_plate(stores, wells=wells) for wells in (WELLS, ROW, FEW)}
    peers = install_peers(folder / "peers")
    report_local(plates, peers, folder / "documents.json", until=until)
    with delaying_server(stores, delay_s=DELAY_S) as server:
        report_remote(plates, peers, server, folder / "asked.json", until=until)


def report_start(folder: Path) -> None:
    """How long the conformance command takes for one document, beside Python with its JSON."""
    document = folder / "image.json"
    document.write_text('{"ome": {"version": "0.5", "multiscales": []}}', encoding="utf-8")
    timings = interleaved(
        {
            "python": lambda: run_python("-c", "import json"),
            "ours": lambda: run_python("-m", "plates.omezarr.conformance", str(document)),
        },
        rounds=STARTS,
    )
    bare, ours = (min(timings[name].seconds) for name in ("python", "ours"))
    tell(f"conformance command: {ours:.3f} s, {ours / bare:.1f} times python -c 'import json'")


def run_python(*command: str) -> None:
    """Run Python and wait for its end."""
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)


def report_local(plates: Mapping[int, Path], peers: Peers, paths: Path, *, until: float) -> None:
    """From local disk: bare reads of all documents, reading, validation, the peers."""
    whole, row = str(plates[WELLS]), str(plates[ROW])
    documents = documents_of(plates[WELLS])
    paths.write_text(json.dumps(documents), encoding="utf-8")
    runs = measured(
        {
            "bare": lambda: run_ours("bare", whole, paths),
            "read": lambda: run_ours("read", whole),
            "ours": lambda: run_ours("validate", whole),
            "yaozarrs": lambda: peers.run(YAOZARRS, whole),
            "models": lambda: peers.run(OME_ZARR_MODELS, row),
        },
        until=until,
    )
    tell(f"local disk, {len(documents):,} documents, medians of {ROUNDS}")
    bare, read, ours = (median(runs[name]) for name in ("bare", "read", "ours"))
    tell(f"bare reads with the same client: {bare:.3f} s")
    tell(f"read_store: {read:.3f} s, {bare / read:.2f} of bare")
    _tell_ours(runs["ours"], bare)
    _tell_peers(runs, ours, scale=len(documents) / len(documents_of(plates[ROW])))


def report_remote(
    plates: Mapping[int, Path],
    peers: Peers,
    server: DelayingServer,
    paths: Path,
    *,
    until: float,
) -> None:
    """Over http, every answer late: bare reads of all that validation asks for, and the same."""
    whole, few = (f"{server.url}/{plates[wells].name}" for wells in (WELLS, FEW))
    prefix = f"/{plates[WELLS].name}/"
    run_ours("validate", whole)
    asked = [path.removeprefix(prefix) for path in server.asked()]
    paths.write_text(json.dumps(asked), encoding="utf-8")
    runs = measured(
        {
            "bare": lambda: run_ours("bare", whole, paths),
            "read": lambda: run_ours("read", whole),
            "ours": lambda: run_ours("validate", whole),
            "yaozarrs": lambda: peers.run(YAOZARRS, whole),
            "models": lambda: peers.run(OME_ZARR_MODELS, few),
        },
        until=until,
        after=lambda: len(server.asked()),
    )
    tell(f"{DELAY_S * 1000:.0f} ms per request, 256 connections, medians of {ROUNDS}")
    bare, read, ours = (median(runs[name]) for name in ("bare", "read", "ours"))
    tell(f"bare reads with the same client, the same {len(asked):,} requests: {bare:.3f} s")
    tell(f"read_store: {read:.3f} s, {bare / read:.2f} of bare")
    _tell_ours(runs["ours"], bare)
    documents = len(documents_of(plates[WELLS])) / len(documents_of(plates[FEW]))
    _tell_peers(runs, ours, scale=documents)


def measured(
    ways: Ways, *, until: float, after: Callable[[], int] = lambda: 0
) -> dict[str, list[Run]]:
    """The runs of every way, once per round one after the other; `until` some time for peers."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            if name in PEERS and time.monotonic() > until:
                tell(f"SKIPPED, one run of {PEERS[name]}: the benchmark has taken too long.")
                continue
            run = way()
            requests = after()
            if run is not None:
                runs[name].append(run)
                asked = f", {requests:,} requests" if requests else ""
                tell(f"  {PEERS.get(name, name)}: {run.seconds:.3f} s{asked}")
    return runs


PEERS = {"yaozarrs": "yaozarrs", "models": "ome-zarr-models"}


def median(runs: list[Run]) -> float:
    """The seconds of the middle run."""
    return Timing([run.seconds for run in runs]).median


def _tell_ours(runs: list[Run], bare: float) -> None:
    ours, last = median(runs), runs[-1]
    assert last.said == "valid"
    tell(
        f"validation: {ours:.3f} s, {last.documents / ours:,.0f} documents/s, {bare / ours:.2f} of "
        f"bare; peak memory {last.peak_mib:.0f} MiB, {last.peak_before_mib:.0f} before the walk"
    )


def _tell_peers(runs: Mapping[str, list[Run]], ours: float, *, scale: float) -> None:
    if runs["yaozarrs"]:
        seconds = median(runs["yaozarrs"])
        said = runs["yaozarrs"][-1].said
        tell(f"yaozarrs {said}: {seconds:.2f} s, {seconds / ours:.1f} times ours")
    if runs["models"]:
        seconds = median(runs["models"])
        said = runs["models"][-1].said
        tell(
            f"ome-zarr-models {said}: {seconds:.2f} s for a smaller plate; {seconds * scale:.0f} s "
            f"for as many documents, {seconds * scale / ours:.0f} times ours"
        )
