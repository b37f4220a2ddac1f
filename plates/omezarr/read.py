"""From the address of a store to a snapshot of all that it holds."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.assembly import snapshot_of
from plates.omezarr.drivers import (
    Progress,
    Watch,
    check_refusals,
    open_local,
    open_remote,
    walk_local,
    walk_remote,
)
from plates.omezarr.errors import NotOmeZarr, StoreError, StoreNotFound
from plates.omezarr.listing import list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.roots import OpenedRoot, opening
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.store import RemoteStore, open_store
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.walk import Depth, OnDocument, Walk

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

DEFAULT_OPTIONS: Final = StoreOptions()


def read_store(
    url: str,
    *,
    options: StoreOptions = DEFAULT_OPTIONS,
    depth: Depth = Depth.LABELS,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    on_document: OnDocument | None = None,
) -> StoreSnapshot:
    """Everything that the OME-Zarr plate or image at an address holds, pixels apart.

    `progress` is told (documents done, documents known of) at most ten times a second, and once
    at the end. When `stop` says yes, ReadCancelled is raised. `on_document` is given the path
    and raw JSON of every document as it arrives. Raises a StoreError if the store as a whole
    cannot be read; what goes wrong below its root is a problem in the snapshot.
    """
    root = RootUrl.parse(url)
    store = open_store(root, options)
    reading = Reading(depth, Watch(progress, stop), on_document)
    try:
        # What the walk holds has to be gone before the collector looks again.
        with _collector.off():
            if isinstance(store, LocalStore):
                return _read_local(store, reading)
            return _run(_read_remote(store, reading))
    except StoreNotFound as error:
        raise _what_lies_there(root, options, error) from error


@dataclass(frozen=True, slots=True)
class Reading:
    """What a caller asked of one reading."""

    depth: Depth
    watch: Watch
    on_document: OnDocument | None

    def walk(self, root: OpenedRoot) -> Walk:
        """A walk through an opened root."""
        return Walk(root, depth=self.depth, on_document=self.on_document)


def _read_local(store: LocalStore, reading: Reading) -> StoreSnapshot:
    walk = reading.walk(open_local(store, opening(store.root)))
    walk_local(store, walk, reading.watch)
    reading.watch.report(walk)
    return snapshot_of(walk)


async def _read_remote(store: RemoteStore, reading: Reading) -> StoreSnapshot:
    try:
        walk = reading.walk(await open_remote(store, opening(store.root)))
        await walk_remote(store, walk, reading.watch)
        await check_refusals(store, walk)
    finally:
        await store.close()
    reading.watch.report(walk)
    return snapshot_of(walk)


def _run(reading: Coroutine[None, None, StoreSnapshot]) -> StoreSnapshot:
    """The outcome of a coroutine on a loop of its own."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(reading)


class _Collector:
    """The garbage collector, off while any store is read.

    With thousands of new objects it costs more than the network, and none of them form cycles.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._was_on = False

    @contextmanager
    def off(self) -> Generator[None]:
        """Off inside; afterwards, when nobody else reads, as it was before."""
        with self._lock:
            if self._readers == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._readers += 1
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1
                if self._readers == 0 and self._was_on:
                    gc.enable()


_collector = _Collector()


def _what_lies_there(root: RootUrl, options: StoreOptions, error: StoreError) -> StoreError:
    """The refusal of a place without OME-Zarr: a look at the folder may tell more."""
    try:
        entries = list_folder(root, options=options)
    except StoreError:
        return error
    if not entries:
        return error
    stores = [entry.name for entry in entries if entry.is_folder and entry.name.endswith(".zarr")]
    hint = f"It holds {len(stores)} that may be stores, such as {stores[0]}." if stores else ""
    return NotOmeZarr(
        f"{root.shown} is a folder without OME-Zarr metadata: neither zarr.json nor .zattrs lies "
        f"in it. {hint}".rstrip()
    )
