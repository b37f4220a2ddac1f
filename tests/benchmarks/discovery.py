"""Discovery in a bucket of 10,000 stores with 500,000 chunks, 20 ms away.

The limit is one request for each store, and a page of a list for each 1,000 names: with fewer it
could not be known what the stores are.
"""

import math
import time
from pathlib import Path

from plates.omezarr.discover import find_stores, search_stores
from tests.benchmarks.measuring import peak_mib, tell
from tests.bucket_server import PAGE, BucketServer, bucket_server

STUDIES, EACH, CHUNKS = 100, 100, 50
DELAY_S = 0.02


def run(folder: Path) -> None:
    """Measure and report."""
    with bucket_server(f"{STUDIES}x{EACH}x{CHUNKS}", delay_s=DELAY_S) as bucket:
        report_search(bucket)
        report_first_batch(bucket)
    with bucket_server(f"1x{STUDIES * EACH}x{CHUNKS}", delay_s=DELAY_S) as bucket:
        tell("all in one folder:")
        report_search(bucket)


def report_search(bucket: BucketServer) -> None:
    """Requests and stores a second, and whether any chunk folder was listed."""
    before = peak_mib()
    started = time.perf_counter()
    found = find_stores(bucket.url, options=bucket.options)
    seconds = time.perf_counter() - started
    asked = bucket.asked()
    lists = [line.removeprefix("LIST ") for line in asked if line.startswith("LIST ")]
    inside = [prefix for prefix in lists if ".ome.zarr" in prefix]
    stores = len(found.urls)
    assert found.complete, found.unread
    assert stores == STUDIES * EACH
    assert not inside, inside[:3]
    limit = stores + math.ceil(stores / PAGE)
    tell(f"{stores:,} stores with {stores * CHUNKS:,} chunks: {seconds:.1f} s")
    tell(f"{stores / seconds:,.0f} stores/s at {bucket.options.concurrency} requests at once")
    tell(
        f"{len(asked):,} requests, {len(lists)} of them lists: {len(asked) / stores:.3f} per store"
    )
    tell(
        f"{len(asked) / limit:.2f} of the fewest; lists of folders inside of stores: {len(inside)}"
    )
    tell(f"memory: {peak_mib() - before:.0f} MiB more than before")


def report_first_batch(bucket: BucketServer) -> None:
    """How long until the first stores can be harvested."""
    started = time.perf_counter()
    batch = next(iter(search_stores(bucket.url, options=bucket.options)))
    tell(f"first {len(batch)} stores after {time.perf_counter() - started:.2f} s")
