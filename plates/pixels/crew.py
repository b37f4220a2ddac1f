"""Many images of one store, read and worked on one after the other, within bounds of memory."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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

    A store on a network is asked as much at once as its options say, for as many images as `memory`
    has room for. `stop` is asked again and again.
    """

    url: str
    options: StoreOptions
    stop: Stop | None = None
    memory: int = MEMORY

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
        """Read every image, do the work, and hand over in this thread what comes of it.

        In the order of the tasks from a disk, as they come from a network. What cannot be drawn is
        told as trouble; StoreError if the storage is away, ReadCancelled when `stop` says yes.
        """
        store = open_store(RootUrl.parse(self.url), self.options)
        if isinstance(store, LocalStore | LocalArchive):
            self._on_disk(store, tasks, work, take)
        else:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._on_network(store, tasks, work, take))

    def _look_up(self) -> None:
        if self.stop is not None and self.stop():
            raise ReadCancelled("Drawing was stopped.")

    def _on_disk(
        self,
        store: DiskStore,
        tasks: Iterable[Task[Key]],
        work: Callable[[Key, Packed], Made],
        take: Callable[[Result[Key, Made]], None],
    ) -> None:
        try:
            for task in tasks:
                self._look_up()
                try:
                    packed = from_disk(store, task.steps(), self.stop)
                    result = Result(task.key, work(task.key, packed))
                except (PixelsRefused, StoreError) as error:
                    result = _trouble(task, error)
                take(result)
        finally:
            store.close()

    async def _on_network(
        self,
        store: RemoteStore,
        tasks: Iterable[Task[Key]],
        work: Callable[[Key, Packed], Made],
        take: Callable[[Result[Key, Made]], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        turns, room = asyncio.Semaphore(store.concurrency), _Room(self.memory)

        async def draw(task: Task[Key]) -> None:
            try:
                packed = await from_network(store, task.steps(), turns)
                made = await loop.run_in_executor(pool, work, task.key, packed)
                take(Result(task.key, made))
            except (PixelsRefused, StoreError) as error:
                take(_trouble(task, error))
            finally:
                room.give(task.bytes)

        # A thread of its own, so that the answers of a network are taken while there is work. Of more
        # than one each waits for the interpreter of the others: it took longer.
        with ThreadPoolExecutor(1, thread_name_prefix="pixels") as pool:
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
