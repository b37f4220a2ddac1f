"""What fetches the documents that a walk wants: one after the other, or many at once."""

import asyncio
import time
from collections.abc import Callable, Generator
from typing import Final, TypeAlias

from plates.omezarr.errors import (
    AddressRefused,
    ArchiveMalformed,
    DocumentTooLarge,
    PathEscapesStore,
    ReadCancelled,
    StoreError,
    StoreForbidden,
)
from plates.omezarr.nodes import Want
from plates.omezarr.roots import OpenedRoot, Outcome
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.walk import Walk

Opening: TypeAlias = Generator[str, Outcome, OpenedRoot]
Progress: TypeAlias = Callable[[int, int], None]

REFUSALS: Final = (
    StoreForbidden,
    AddressRefused,
    DocumentTooLarge,
    PathEscapesStore,
    ArchiveMalformed,
)
"""What concerns one document alone; any other failure ends the reading."""
_TICK_S: Final = 0.1


class Watch:
    """Tells the caller how far the walk is, and asks whether to go on; ten times a second."""

    def __init__(self, progress: Progress | None, stop: Callable[[], bool] | None) -> None:
        self._progress = progress
        self._stop = stop
        self._next = time.monotonic()

    def look(self, walk: Walk | None) -> None:
        """Report and ask, if it is time to; ReadCancelled if the caller wants no more."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _TICK_S
            self.report(walk)

    def report(self, walk: Walk | None) -> None:
        """Report and ask now."""
        if self._stop is not None and self._stop():
            raise ReadCancelled("Reading the store was stopped.")
        if self._progress is not None and walk is not None:
            self._progress(walk.done, walk.known)


def open_local(store: DiskStore, opening: Opening) -> OpenedRoot:
    """The root of a store on a disk of this machine."""
    store.require()
    path = next(opening)
    while True:
        try:
            path = opening.send(_local_outcome(store, path))
        except StopIteration as end:
            opened: OpenedRoot = end.value
            return opened


def _local_outcome(store: DiskStore, path: str) -> Outcome:
    try:
        return store.read(path)
    except REFUSALS as error:
        return error


def local_content(store: DiskStore, path: str) -> bytes | None:
    """The bytes of a document that nothing promises; None also where it is refused."""
    outcome = _local_outcome(store, path)
    return outcome if isinstance(outcome, bytes) else None


def walk_local(store: DiskStore, walk: Walk, watch: Watch) -> None:
    """Walk through a store on a disk in this thread."""
    wants, read, has, arrived, look = walk.wants, store.read, store.has, walk.arrived, watch.look
    while wants:
        want = wants.popleft()
        content: Outcome = None
        try:
            if want.lists:
                content = store.folders(want.path)
            elif want.part is not None:
                content = store.piece(want.path, *want.part)
            elif want.required or has(want.path):
                content = read(want.path)
        except REFUSALS as error:
            content = error
        arrived(want, content)
        look(walk)


async def open_remote(store: RemoteStore, opening: Opening) -> OpenedRoot:
    """The root of a store on the network."""
    path = next(opening)
    while True:
        outcome = await _remote_outcome(store, path)
        try:
            path = opening.send(outcome)
        except StopIteration as end:
            opened: OpenedRoot = end.value
            return opened


async def _remote_outcome(store: RemoteStore, path: str) -> Outcome:
    try:
        return await store.read(path)
    except REFUSALS as error:
        return error


async def remote_content(store: RemoteStore, path: str) -> bytes | None:
    """The bytes of a document that nothing promises; None also where it is refused."""
    outcome = await _remote_outcome(store, path)
    return outcome if isinstance(outcome, bytes) else None


async def _outcome_of(store: RemoteStore, want: Want) -> Outcome:
    if want.part is not None:
        return await _part_of(store, want.path, want.part)
    try:
        return await (store.folders(want.path) if want.lists else store.read(want.path))
    except REFUSALS as error:
        return error


async def _part_of(store: RemoteStore, path: str, part: tuple[int, int]) -> Outcome:
    try:
        return await store.piece(path, *part)
    except StoreError as error:  # not every server gives parts, and the rest can do without
        return error


async def walk_remote(store: RemoteStore, walk: Walk, watch: Watch) -> None:
    """Walk through a store on the network, with its number of requests under way at once."""
    crew = _Crew(store, walk)
    workers = [asyncio.create_task(crew.work()) for _ in range(store.concurrency)]
    whole = asyncio.gather(*workers)
    try:
        while not (await asyncio.wait([whole], timeout=_TICK_S))[0]:
            watch.report(walk)
        await whole
    finally:
        for worker in workers:
            worker.cancel()
        # The sum of them too, or what ended it is told again when it is thrown away.
        await asyncio.gather(whole, *workers, return_exceptions=True)


class _Crew:
    """Workers that take wants from one queue; those without work sleep until more is wanted."""

    def __init__(self, store: RemoteStore, walk: Walk) -> None:
        self._store = store
        self._walk = walk
        self._busy = 0
        self._sleeping: list[asyncio.Future[None]] = []

    async def work(self) -> None:
        """Fetch until nothing is wanted and nobody else may still bring more wants."""
        wants = self._walk.wants
        while wants or self._busy:
            if wants:
                await self._fetch()
            else:
                await self._sleep()
        self._wake(len(self._sleeping))

    async def _fetch(self) -> None:
        want = self._walk.wants.popleft()
        self._busy += 1
        try:
            outcome = await _outcome_of(self._store, want)
        finally:
            self._busy -= 1
        self._walk.arrived(want, outcome)
        if self._sleeping:
            self._wake(len(self._walk.wants))

    async def _sleep(self) -> None:
        bell = asyncio.get_running_loop().create_future()
        self._sleeping.append(bell)
        await bell

    def _wake(self, number: int) -> None:
        while self._sleeping and number > 0:
            bell = self._sleeping.pop()
            if not bell.done():
                bell.set_result(None)
                number -= 1


async def check_refusals(store: RemoteStore, walk: Walk) -> None:
    """StoreForbidden if the storage, having refused something, now refuses the root as well.

    Storage that hides missing documents behind a refusal looks like storage whose permission
    ran out half way; only the root tells them apart.
    """
    if walk.refused is None:
        return
    outcome = await _remote_outcome(store, walk.root.path)
    if isinstance(outcome, StoreError):
        raise outcome
