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
from plates.omezarr.entry import enter, go_on
from plates.omezarr.errors import NotOmeZarr, StoreError, StoreNotFound
from plates.omezarr.listing import list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.roots import OpenedRoot, opening
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.store import open_store
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.walk import Depth, Inspector, Walk

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
    inspector: Inspector | None = None,
) -> StoreSnapshot:
    """Everything that the OME-Zarr plate or image at an address holds, pixels apart.

    `progress` is told (documents done, documents known of) at most ten times a second, and once
    at the end. When `stop` says yes, ReadCancelled is raised. `inspector` looks at
    every node on the way. Raises a StoreError if the store as a whole cannot be read; what goes
    wrong below its root is a problem in the snapshot.
    """
    return snapshot_of(walk_through(url, Asked(options, depth, Watch(progress, stop), inspector)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of one reading; without `digests` it makes no snapshot."""

    options: StoreOptions
    depth: Depth
    watch: Watch
    inspector: Inspector | None = None
    digests: bool = True

    def walk(self, root: OpenedRoot, *, lists: bool) -> Walk:
        """A walk that has entered an opened root."""
        walk = Walk(root, depth=self.depth, inspector=self.inspector, lists=lists)
        walk.digests_content = self.digests
        enter(walk)
        return walk


def walk_through(url: str, asked: Asked) -> Walk:
    """The walk through the store at an address, finished."""
    root = RootUrl.parse(url)
    store = open_store(root, asked.options)
    try:
        # What the walk holds has to be gone before the collector looks again.
        with _collector.off():
            if isinstance(store, LocalStore | LocalArchive):
                return _on_disk(store, asked)
            return _run(_through_network(store, asked))
    except StoreNotFound as error:
        raise _what_lies_there(root, asked.options, error) from error


def _on_disk(store: DiskStore, asked: Asked) -> Walk:
    try:
        walk = asked.walk(open_local(store, opening(store.root)), lists=True)
        walk_local(store, walk, asked.watch)
        if go_on(walk):
            walk_local(store, walk, asked.watch)
    finally:
        store.close()
    asked.watch.report(walk)
    return walk


async def _through_network(store: RemoteStore, asked: Asked) -> Walk:
    try:
        root = await open_remote(store, opening(store.root))
        walk = asked.walk(root, lists=store.lists)
        await walk_remote(store, walk, asked.watch)
        if go_on(walk):
            await walk_remote(store, walk, asked.watch)
        await check_refusals(store, walk)
    finally:
        await store.close()
    asked.watch.report(walk)
    return walk


def _run(reading: Coroutine[None, None, Walk]) -> Walk:
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
    if root.is_archive and not root.is_local:
        return error
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
