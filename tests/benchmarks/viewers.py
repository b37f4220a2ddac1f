"""The API's latency while eight viewers read chunks, against its latency in peace.

A whole Platecat with real processes; readers are processes too, on the same cores. The phases are
interleaved. They leave the processor to others, since viewers run on other machines. "paced" readers wait 20 ms between chunks, as a viewer does that draws what it reads;
those "flat out" wait for nothing, so that all fight for the processor; and "elsewhere" they read the
same files flat out from a server that shares nothing with Platecat but the machine: the limit.
"""

import http.client
import json
import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from urllib.parse import urlsplit

from catalog.local.plan import free_port
from tests import stores
from tests.benchmarks.measuring import tell
from tests.running import Running, manage, platecat, wait_until

READERS = 8
CHUNK_BYTES = 256 * 1024
CHUNKS = 64
ROUNDS, PHASE_S = 5, 2.0
PAUSES_S = {"in peace": None, "paced": 0.02, "flat out": 0.0, "elsewhere": 0.0}


def run(folder: Path) -> None:
    """Measure and report."""
    for name in ("DATABASE_URL", "BROKER_URL"):
        os.environ.pop(name, None)
    plate = stores.plate(folder / "viewers" / "p.zarr", wells=["B/03"], fields=1, name="p")
    for number in range(CHUNKS):
        (plate / f"chunk-{number}").write_bytes(os.urandom(CHUNK_BYTES))
    with platecat(folder / "up") as running:
        done = manage(running.data, "harvest", str(plate), "--dataset", "d", "--public", "--wait")
        assert done.returncode == 0, done.stdout + done.stderr
        with plain_server(plate) as elsewhere:
            measure(running, elsewhere)


def measure(running: Running, elsewhere: str) -> None:
    """Tell how long the API takes in each phase, and what was read meanwhile."""
    (plate,) = running.every("plates/")
    address = running.get(f"stores/{plate['stores'][0]['id']}/links/")["address"]["url"]
    path = f"/api/v1/plates/{plate['id']}/"
    took: dict[str, list[float]] = {name: [] for name in PAUSES_S}
    chunks = dict.fromkeys(PAUSES_S, 0)
    latencies(running.url, path, 0.5)
    for _ in range(ROUNDS):
        for name, pause_s in PAUSES_S.items():
            with readers(elsewhere if name == "elsewhere" else address, pause_s) as read:
                took[name] += latencies(running.url, path, PHASE_S)
                chunks[name] += read.value
    peace = quantiles(took["in peace"])
    tell(f"GET {path.replace(plate['id'], 'ID')}, {READERS} readers of {CHUNK_BYTES // 1024} KiB")
    for name, seconds in took.items():
        median, late = quantiles(seconds)
        rate = chunks[name] / (ROUNDS * PHASE_S)
        tell(
            f"{name:9} {rate:6.0f} chunks/s  median {median * 1000:5.1f} ms ({median / peace[0]:.2f}x)"
            f"  p95 {late * 1000:5.1f} ms ({late / peace[1]:.2f}x)"
        )
    ours, limit = quantiles(took["flat out"]), quantiles(took["elsewhere"])
    tell(f"against the limit: median {ours[0] / limit[0]:.2f}x, p95 {ours[1] / limit[1]:.2f}x")


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """The address of a server of files in a process of its own, as patient as that of bytes."""
    port = free_port(0)
    server = multiprocessing.Process(target=serve_plainly, args=(folder, port))
    server.start()
    wait_until(lambda: answers(port), within_s=20, what="the plain server answers")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.join()


def serve_plainly(folder: Path, port: int) -> None:
    """Send the files of a folder, until stopped."""
    os.nice(10)
    handler = partial(_Plain, directory=str(folder))
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


class _Plain(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def answers(port: int) -> bool:
    """Whether somebody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]


def latencies(url: str, path: str, phase_s: float) -> list[float]:
    """How long each of many requests took, one after the other."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    found, until = [], time.monotonic() + phase_s
    while time.monotonic() < until:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        json.load(answer)
        found.append(time.perf_counter() - started)
    connection.close()
    return found


@contextmanager
def readers(address: str, pause_s: float | None) -> "Iterator[Synchronized[int]]":
    """Viewers that read meanwhile, and how many chunks they have read; none without a pause."""
    read: Synchronized[int] = multiprocessing.Value("l", 0)
    told = (address, pause_s, read)
    made = [multiprocessing.Process(target=view, args=told) for _ in range(READERS)]
    working = made if pause_s is not None else []
    for one in working:
        one.start()
    while working and not read.value:
        time.sleep(0.01)
    try:
        yield read
    finally:
        for one in working:
            one.terminate()
            one.join()


def view(address: str, pause_s: float, read: "Synchronized[int]") -> None:
    """Read one chunk after the other, until stopped."""
    os.nice(19)
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.netloc)
    number = os.getpid()
    while True:
        number += 1
        connection.request("GET", f"{where.path}/chunk-{number % CHUNKS}")
        content = connection.getresponse().read()
        assert len(content) == CHUNK_BYTES
        with read.get_lock():
            read.value += 1
        time.sleep(pause_s)
