"""Reading what pictures are made of: pieces of files, by the same clients as documents.

From a disk in the calling thread, from a network with many requests under way at once.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Generator
from typing import TypeVar

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import ReadCancelled, StoreNotFound
from plates.omezarr.options import StoreOptions
from plates.omezarr.store import open_store
from plates.omezarr.transport import DiskStore, RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive
from plates.omezarr.versions.dialect import Storage
from plates.pixels.errors import PixelsBroken, PixelsTooSlow
from plates.pixels.levels import LevelChosen
from plates.pixels.planes import Contents, Packed, Piece, Wanted, chunk_steps, document_steps

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

Found = TypeVar("Found")
Steps = Generator[list[Piece], Contents, Found]
Stop = Callable[[], bool]


def level_steps(image: str, level: LevelChosen, storage: Storage, wanted: Wanted) -> Steps[Packed]:
    """Ask for a part of a level of the image at a path: its document, then its chunks."""
    folder = f"{image}/{level.path}".strip("/")
    array = yield from document_steps(folder, storage)
    if array.shape != level.shape:
        raise PixelsBroken(
            "The array of this level has another shape than when the store was read. Harvest the "
            "store again."
        )
    return (yield from chunk_steps(folder, array, level.axes, wanted))


def root_steps(storage: Storage, shown: str) -> Steps[None]:
    """Ask for the mark of a store's root; StoreNotFound if there is no store any more."""
    (content,) = yield [Piece(storage.mark, 0, 1)]
    if content is None:
        raise StoreNotFound(f"There is no store at {shown} any more. Was it moved?")


def from_disk(store: DiskStore, steps: Steps[Found], stop: Stop | None = None) -> Found:
    """What some steps lead to, whose pieces are read here and now."""
    try:
        pieces = next(steps)
        while True:
            contents = []
            for piece in pieces:
                if stop is not None and stop():
                    raise ReadCancelled
                contents.append(store.piece(*piece))
            pieces = steps.send(contents)
    except StopIteration as end:
        found: Found = end.value
        return found


async def from_network(store: RemoteStore, steps: Steps[Found], turns: asyncio.Semaphore) -> Found:
    """What some steps lead to, whose pieces are asked for as `turns` allows."""

    async def ask(piece: Piece) -> bytes | None:
        async with turns:
            return await store.piece(*piece)

    try:
        pieces = next(steps)
        while True:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(ask(piece)) for piece in pieces]
            pieces = steps.send([task.result() for task in asked])
    except StopIteration as end:
        found: Found = end.value
        return found
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def read_within(url: str, steps: Steps[Found], *, options: StoreOptions, seconds: float) -> Found:
    """What some steps lead to, for somebody who waits; PixelsTooSlow after so many seconds.

    StoreError if the store cannot be read, PixelsRefused as the steps refuse.
    """
    store = open_store(RootUrl.parse(url), options)
    if isinstance(store, LocalStore | LocalArchive):
        until = time.monotonic() + seconds
        try:
            store.require()
            return from_disk(store, steps, lambda: time.monotonic() > until)
        except ReadCancelled:
            raise _too_slow(seconds) from None
        finally:
            store.close()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_read_within(store, steps, seconds))


async def _read_within(store: RemoteStore, steps: Steps[Found], seconds: float) -> Found:
    try:
        async with asyncio.timeout(seconds):
            return await from_network(store, steps, asyncio.Semaphore(store.concurrency))
    except TimeoutError:
        raise _too_slow(seconds) from None
    finally:
        await store.close()


def _too_slow(seconds: float) -> PixelsTooSlow:
    return PixelsTooSlow(
        f"The storage did not give these pixels within {seconds:g} seconds. Ask again later, or for "
        "a smaller region."
    )
