"""From the address of a store to a snapshot of all that it holds."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec

from plates.omezarr.addressing import RootUrl
from plates.omezarr.assembly import snapshot_of
from plates.omezarr.copied_documents import (
    ABSENT,
    COPIES,
    copies_in,
    is_document,
    is_fresh,
    sample_of,
    take_copies,
)
from plates.omezarr.depth import Depth
from plates.omezarr.drivers import (
    Progress,
    Watch,
    check_refusals,
    local_content,
    open_local,
    open_remote,
    remote_content,
    walk_local,
    walk_remote,
)
from plates.omezarr.entry import enter, go_on
from plates.omezarr.errors import NotOmeZarr, StoreError, StoreNotFound
from plates.omezarr.inspector import Inspector
from plates.omezarr.listing import list_folder
from plates.omezarr.options import StoreOptions
from plates.omezarr.roots import OpenedRoot, opening
from plates.omezarr.snapshots import StoreSnapshot
from plates.omezarr.store import open_store
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.walk import Walk

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
    copies: bool = True,
) -> StoreSnapshot:
    """Everything that the OME-Zarr plate or image at an address holds, pixels apart.

    Consolidated metadata stands for the documents if `copies` and if a sample of them agrees.

    `progress` is told (documents done, documents known of) at most ten times a second, and once
    at the end. When `stop` says yes, ReadCancelled is raised. `inspector` looks at
    every node on the way. Raises a StoreError if the store as a whole cannot be read; what goes
    wrong below its root is a problem in the snapshot.
    """
    watch = Watch(progress, stop)
    copies = copies and inspector is None and depth <= Depth.LABELS
    asked = Asked(options, depth, watch, inspector, copies=copies)
    return snapshot_of(walk_through(url, asked))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of one reading; without `digests` it makes no snapshot."""

    options: StoreOptions
    depth: Depth
    watch: Watch
    inspector: Inspector | None = None
    digests: bool = True
    copies: bool = False
    """Whether fresh consolidated metadata stands for the documents."""

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
        root = open_local(store, opening(store.root))
        walk = _copies_on_disk(store, root, asked) if asked.copies else None
        if walk is None:
            walk = asked.walk(root, lists=True)
            walk_local(store, walk, asked.watch)
        if go_on(walk):
            walk_local(store, walk, asked.watch)
    finally:
        store.close()
    asked.watch.report(walk)
    return walk


def _copies_on_disk(store: DiskStore, root: OpenedRoot, asked: Asked) -> Walk | None:
    """A walk by the consolidated metadata, if there is any and it is fresh."""
    beside = local_content(store, COPIES) if _keeps_copies_beside(root) else None
    copies = copies_in(root, beside)
    sample = {path: local_content(store, path) for path in sample_of(copies)}
    if not sample or not all(is_fresh(copies[path], one) for path, one in sample.items()):
        return None
    walk, absent = _by_copies(root, asked, copies, beside)
    if any(is_document(local_content(store, path)) for path in absent):
        return None
    before = walk.read
    walk_local(store, walk, asked.watch)
    return walk if walk.read == before else None


def _keeps_copies_beside(root: OpenedRoot) -> bool:
    return root.storage.zarr_format == 2  # noqa: PLR2004


def _by_copies(
    root: OpenedRoot, asked: Asked, copies: Mapping[str, msgspec.Raw], beside: bytes | None
) -> tuple[Walk, Sequence[str]]:
    """A walk that has taken up all copies; what is promised but not copied is still wanted.

    With it paths of some documents that were taken as not there: labels may have come later.
    """
    absent: list[str] = []
    walk = asked.walk(root, lists=False)
    walk.copied, walk.beside = True, beside
    for _ in take_copies(walk, copies, absent):
        asked.watch.look(walk)
    return walk, sample_of(absent, at_most=ABSENT)


async def _through_network(store: RemoteStore, asked: Asked) -> Walk:
    try:
        root = await open_remote(store, opening(store.root))
        walk = await _through_copies(store, root, asked) if asked.copies else None
        if walk is None:
            walk = asked.walk(root, lists=store.lists)
            await walk_remote(store, walk, asked.watch)
        if go_on(walk):
            await walk_remote(store, walk, asked.watch)
        await check_refusals(store, walk)
    finally:
        await store.close()
    asked.watch.report(walk)
    return walk


async def _through_copies(store: RemoteStore, root: OpenedRoot, asked: Asked) -> Walk | None:
    """A walk by the consolidated metadata, if there is any and it is fresh."""
    beside = await remote_content(store, COPIES) if _keeps_copies_beside(root) else None
    copies = copies_in(root, beside)
    sample = sample_of(copies)
    if not sample:
        return None
    documents = await asyncio.gather(*(remote_content(store, path) for path in sample))
    if not all(is_fresh(copies[path], one) for path, one in zip(sample, documents, strict=True)):
        return None
    walk, absent = _by_copies(root, asked, copies, beside)
    if any(
        map(is_document, await asyncio.gather(*(remote_content(store, path) for path in absent)))
    ):
        return None
    before = walk.read
    await walk_remote(store, walk, asked.watch)
    return walk if walk.read == before else None


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
