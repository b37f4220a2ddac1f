"""Many images of one store, read and worked on side by side, within bounds of memory."""

import asyncio
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import ReadCancelled, StoreError
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.versions.dialect import Storage
from plates.pixels.errors import PixelsRefused
from plates.pixels.planes import Packed
from plates.pixels.reading import (
    Steps,
    Stop,
    from_disk,
    from_network,
    read_within,
    root_steps,
)

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

THREADS: Final = min(4, os.cpu_count() or 1)
"""Of the work: unpacking and drawing leave the interpreter alone for most of the time."""
ROOT_S: Final = 120.0
"""Longest time that the first document of a store may take to come."""
MEMORY: Final = 192 * 1024**2
"""Bytes of the pixels that are held at once, as far as that can be told before."""

Key = TypeVar("Key")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Task(Generic[Key]):
    """One image to be read: whose it is, how, and how many bytes its pixels take."""

    key: Key
    steps: Callable[[], Steps[Packed]]
    bytes: int


@dataclass(frozen=True, slots=True)
class Result(Generic[Key, Made]):
    """What became of an image: what was made of it, or why nothing was."""

    key: Key
    made: Made | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """Reads the images of one store and works on them.

    `at_once` bounds how many are in hand; a store on a network is asked as much at once as its
    options say. `stop` is asked again and again.
    """

    url: str
    options: StoreOptions
    stop: Stop | None = None

    def look_at_root(self, storage: Storage) -> None:
        """Nothing if the store is there; StoreError otherwise."""
        steps = root_steps(storage, self.url)
        read_within(self.url, steps, options=self.options, seconds=ROOT_S)

    def each(
        self,
        tasks: Iterable[Task[Key]],
        work: Callable[[Key, Packed], Made],
        take: Callable[[Result[Key, Made]], None],
    ) -> None:
        """Read every image, do the work in threads, and hand over in this one what comes of it.

        In the order of the tasks from a disk, as they come from a network. What cannot be drawn is
        told as trouble; StoreError if the storage is away, ReadCancelled when `stop` says yes.
        """
        store = open_store(RootUrl.parse(self.url), self.options)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="pixels") as pool:
            if isinstance(store, LocalStore | LocalArchive):
                for result in self._on_disk(store, tasks, work, pool):
                    take(result)
            else:
                with asyncio.Runner(loop_factory=new_event_loop) as runner:
                    runner.run(self._on_network(store, tasks, work, take, pool))

    def _look_up(self) -> None:
        if self.stop is not None and self.stop():
            raise ReadCancelled("Drawing was stopped.")

    def _on_disk(
        self,
        store: DiskStore,
        tasks: Iterable[Task[Key]],
        work: Callable[[Key, Packed], Made],
        pool: ThreadPoolExecutor,
    ) -> Iterator[Result[Key, Made]]:
        def draw(task: Task[Key]) -> Result[Key, Made]:
            try:
                packed = from_disk(store, task.steps(), self.stop)
                return Result(task.key, work(task.key, packed))
            except (PixelsRefused, StoreError) as error:
                return _trouble(task, error)

        waiting: deque[tuple[int, Future[Result[Key, Made]]]] = deque()
        held = 0
        try:
            for task in tasks:
                while waiting and (len(waiting) >= 4 * THREADS or held + task.bytes > MEMORY):
                    size, done = waiting.popleft()
                    held -= size
                    yield done.result()
                self._look_up()
                waiting.append((task.bytes, pool.submit(draw, task)))
                held += task.bytes
            while waiting:
                self._look_up()
                yield waiting.popleft()[1].result()
        finally:
            for _, left in waiting:
                left.cancel()
            store.close()

    async def _on_network(
        self,
        store: RemoteStore,
        tasks: Iterable[Task[Key]],
        work: Callable[[Key, Packed], Made],
        take: Callable[[Result[Key, Made]], None],
        pool: ThreadPoolExecutor,
    ) -> None:
        loop = asyncio.get_running_loop()
        turns, room = asyncio.Semaphore(store.concurrency), _Room(MEMORY)

        async def draw(task: Task[Key]) -> None:
            try:
                packed = await from_network(store, task.steps(), turns)
                made = await loop.run_in_executor(pool, work, task.key, packed)
                take(Result(task.key, made))
            except (PixelsRefused, StoreError) as error:
                take(_trouble(task, error))
            finally:
                room.give(task.bytes)

        try:
            async with asyncio.TaskGroup() as group:
                for task in tasks:
                    await room.take(task.bytes, at_most=store.concurrency)
                    self._look_up()
                    group.create_task(draw(task))
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        finally:
            await store.close()


def _trouble(task: Task[Key], error: PixelsRefused | StoreError) -> Result[Key, Made]:
    """What is wrong with one image; a storage that is away is wrong with all of them."""
    if isinstance(error, StoreError) and error.passing:
        raise error
    return Result(task.key, None, str(error))


class _Room:
    """Bytes, and images, that may be in hand at once; one image may always be."""

    def __init__(self, most: int) -> None:
        self._left = self._most = most
        self._held = 0
        self._changed = asyncio.Event()

    async def take(self, size: int, *, at_most: int) -> None:
        """Wait until there is room for so many bytes more."""
        while self._held and (self._held >= at_most or self._left < size):
            self._changed.clear()
            await self._changed.wait()
        self._held += 1
        self._left -= size

    def give(self, size: int) -> None:
        """Give back so many bytes."""
        self._held -= 1
        self._left += size
        self._changed.set()
