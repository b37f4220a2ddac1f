"""Our own reading and validation of one store, in a process of its own: `validate URL N`, `read URL N`.

N is the number of requests at once. `bare URL N FILE` fetches the paths that a file lists with the same client, and nothing else.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from uvloop import new_event_loop

from plates.omezarr.addressing import RootUrl
from plates.omezarr.options import StoreOptions
from plates.omezarr.read import read_store
from plates.omezarr.store import open_store
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.validate import validate_store
from tests.benchmarks.measuring import peak_mib


def bare_reads(url: str, paths: list[str], options: StoreOptions) -> int:
    """Fetch documents with the client that the reader uses, and do nothing with them."""
    store = open_store(RootUrl.parse(url), options)
    if isinstance(store, LocalStore):
        return sum(store.read(path) is not None for path in paths)
    assert not hasattr(store, "has")
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_fetch_all(store, paths))


async def _fetch_all(store: RemoteStore, paths: list[str]) -> int:
    waiting, found = iter(paths), 0

    async def work() -> None:
        nonlocal found
        for path in waiting:
            found += await store.read(path) is not None

    await asyncio.gather(*(work() for _ in range(store.concurrency)))
    await store.close()
    return found


def main(way: str, url: str, concurrency: str, *more: str) -> None:
    """Measure one way and print what came of it."""
    options = StoreOptions(concurrency=int(concurrency))
    paths = json.loads(Path(more[0]).read_text(encoding="utf-8")) if more else []
    before = peak_mib()
    started = time.perf_counter()
    verdict = ""
    if way == "validate":
        report = validate_store(url, options=options)
        documents, verdict = report.documents, report.verdict.value
    elif way == "read":
        documents = read_store(url, options=options).documents
    else:
        documents = bare_reads(url, paths, options)
    told = {
        "seconds": time.perf_counter() - started,
        "documents": documents,
        "said": verdict,
        "peak_mib": peak_mib(),
        "peak_before_mib": before,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
