"""Processes that draw a store together, each a share of its images.

Threads do not do: numbers of small planes are made in many short calls, and between any two of them
one thread waits for the interpreter of the other. On two cores, two threads took longer than one.
"""

import dataclasses
import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import IO, Final, TypeAlias, cast

import msgspec

import plates
from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import ReadCancelled
from plates.omezarr.options import StoreOptions
from plates.pixels.crew import MEMORY
from plates.pixels.drawing import Drawing, DrawnTaker, Share, draw_share
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.pictured import PicturedImage
from plates.pixels.reading import Stop

HANDS: Final = min(4, os.cpu_count() or 1)
WORTH: Final = 32 * 1024**2
"""Pixels of a store below which starting processes takes longer than they save."""
_WAITING: Final = 4
"""What hands have told that waits to be taken, after which they wait."""
_BEGIN: Final = """
import sys
sys.path.insert(0, sys.argv[1])
from plates.pixels.hand import main
main()
"""
_LOOK_UP_S: Final = 0.5
_LINGER_S: Final = 5.0

log = logging.getLogger(__name__)

Told: TypeAlias = list[Drawing] | Exception | None
"""What a hand tells: what became of some images, why it gave up, or that it did its share."""


class Hands:
    """Processes that are there to draw; none at all is false."""

    def __init__(self, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
        self.processes = processes

    def __len__(self) -> int:
        return len(self.processes)

    def draw(self, share: Share, take: DrawnTaker, stop: Stop | None = None) -> None:
        """Draw each image of a share, as `draw_share` does; in no order.

        What a process that was killed has left is drawn here.
        """
        tasks = ImageTasks(share.zarr_format)
        left = {image.path: image for image in share.images if tasks.size(image)}
        told: Queue[Told] = Queue(_WAITING)
        is_over = Event()
        parts = parted(share, list(left.values()), len(self))
        try:
            for process, part in zip(self.processes, parts, strict=True):
                asked = (process, part, told, is_over)
                Thread(target=_listen, args=asked, daemon=True).start()
            for drawing in _drawings(told, len(parts), stop):
                left.pop(drawing.key.path, None)
                take(drawing)
        finally:
            is_over.set()
        if left:
            shown = RootUrl.parse(share.url).shown
            log.warning("%d images of %s are left by a process that ended", len(left), shown)
            draw_share(msgspec.structs.replace(share, images=list(left.values())), take, stop)

    def end(self) -> None:
        """End them all, whatever they do."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            try:
                process.wait(_LINGER_S)
            except subprocess.TimeoutExpired:
                # In the hands of a storage that hangs; its pipes close with it.
                log.warning("a process that draws does not end: %d", process.pid)
                continue
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()


@contextmanager
def hands_for(
    images: Sequence[PicturedImage], zarr_format: int | None, options: StoreOptions
) -> Iterator[Hands]:
    """Hands to draw a store with while the block runs: none if it is not worth to start them."""
    hands = Hands(_as_many_as_start(hands_worth(images, zarr_format, options)))
    try:
        yield hands
    finally:
        hands.end()


def hands_worth(
    images: Sequence[PicturedImage], zarr_format: int | None, options: StoreOptions
) -> int:
    """How many processes shall draw some images, 0 if it is this one alone.

    Each has an image to draw, may ask for something, and has room for the largest image.
    """
    tasks = ImageTasks(zarr_format)
    sizes = [size for image in images if (size := tasks.size(image))]
    if sum(sizes) < WORTH:
        return 0
    room = MEMORY // max(tasks.bytes(image) for image in images)
    count = min(HANDS, len(sizes), options.concurrency, room)
    return count if count > 1 else 0


def _as_many_as_start(count: int) -> "list[subprocess.Popen[bytes]]":
    """So many processes, or fewer where the machine starts no more."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            processes.append(started())  # noqa: PERF401 - those that started are kept
    except OSError as error:
        log.warning("a process that draws did not start: %s", error)
    return processes


def parted(share: Share, images: Sequence[PicturedImage], count: int) -> list[Share]:
    """Images of a share in as many, spread alike over the store; what may be held and asked at once too."""
    options = dataclasses.replace(share.options, concurrency=share.options.concurrency // count)
    return [
        msgspec.structs.replace(
            share, images=images[number::count], options=options, memory=MEMORY // count
        )
        for number in range(count)
    ]


def started() -> "subprocess.Popen[bytes]":
    """A process that waits for its share; it ends when this one does."""
    # The share, in which there may be secrets, goes through a pipe that nobody else reads.
    return subprocess.Popen(  # noqa: S603 - a module of our own, found where this one was
        [sys.executable, "-c", _BEGIN, str(Path(plates.__file__).parent.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _listen(
    process: "subprocess.Popen[bytes]", share: Share, told: Queue[Told], is_over: Event
) -> None:
    """Give a process its share, and put what it tells where it is taken from."""
    given, spoken = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        pickle.dump(share, given, pickle.HIGHEST_PROTOCOL)
        given.flush()
        for one in _spoken(spoken):
            _put(told, one, is_over)
    except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
        if not is_over.is_set():
            log.warning("a process that draws broke off: %s", error)
    finally:
        _put(told, None, is_over)


def _spoken(pipe: IO[bytes]) -> Iterator[list[Drawing] | Exception]:
    while (one := pickle.load(pipe)) is not None:  # noqa: S301 - written by our own process
        yield one


def _put(told: Queue[Told], one: Told, is_over: Event) -> None:
    """Wait for room, as long as anybody takes."""
    while not is_over.is_set():
        with suppress(Full):
            told.put(one, timeout=_LOOK_UP_S)
            return


def _drawings(told: Queue[Told], count: int, stop: Stop | None) -> Iterator[Drawing]:
    """What so many hands tell, until each has done; what one gave up for is raised."""
    working = count
    while working:
        _look_up(stop)
        try:
            one = told.get(timeout=_LOOK_UP_S)
        except Empty:
            continue
        if isinstance(one, Exception):
            raise one
        if one is None:
            working -= 1
        for drawing in one or ():
            yield drawing
            _look_up(stop)


def _look_up(stop: Stop | None) -> None:
    if stop is not None and stop():
        raise ReadCancelled("Drawing was stopped.")
