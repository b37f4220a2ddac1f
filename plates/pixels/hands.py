"""Processes that draw a store together with this one.

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
from queue import Full, Queue
from threading import Event, Thread
from typing import IO, Final, TypeAlias, cast

import msgspec

import plates
from plates.omezarr.errors import ReadCancelled, StoreError
from plates.omezarr.options import StoreOptions
from plates.pixels.crew import MEMORY
from plates.pixels.drawing import Drawing, DrawnTaker, Share, draw_share
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.pictured import PicturedImage
from plates.pixels.reading import Stop

DRAWING: Final = min(4, os.cpu_count() or 1)
"""Processes that draw a store, this one among them."""
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

Told: TypeAlias = list[Drawing] | StoreError
"""What a hand tells: what became of some images, or why it gave up."""


class Hands:
    """Processes that are there to help with drawing; none at all is false."""

    def __init__(self, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
        self.processes = processes

    def __len__(self) -> int:
        return len(self.processes)

    def draw(self, share: Share, take: DrawnTaker, stop: Stop | None = None) -> None:
        """Draw each image of a share, as `draw_share` does; in no order.

        The hands go through their parts from the beginning, this process through all from the end,
        and all is done where they meet. So nobody waits for a hand that has yet to begin, and what
        one leaves that was killed, or hangs, is drawn here. They end with it.
        """
        tasks = ImageTasks(share.zarr_format)
        images = [image for image in share.images if tasks.size(image)]
        undrawn = _Undrawn(images, take, stop)
        own, *parts = parted(share, images, len(self))
        try:
            for process, part in zip(self.processes, parts, strict=True):
                asked = (process, part, undrawn)
                Thread(target=_listen, args=asked, daemon=True).start()
            draw_share(own, undrawn.take, stop, undrawn.from_the_end())
        except StoreError:
            # It may be about an image that a hand has drawn meanwhile.
            undrawn.take_told()
            if undrawn.is_left:
                raise
        finally:
            undrawn.is_over.set()
            self.end()

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
    """How many processes shall help this one to draw some images.

    Each that draws has an image, may ask for something, and has room for the largest image.
    """
    tasks = ImageTasks(zarr_format)
    sizes = [size for image in images if (size := tasks.size(image))]
    if sum(sizes) < WORTH:
        return 0
    room = MEMORY // max(tasks.bytes(image) for image in images)
    return max(0, min(DRAWING, len(sizes), options.concurrency, room) - 1)


def _as_many_as_start(count: int) -> "list[subprocess.Popen[bytes]]":
    """So many processes, or fewer where the machine starts no more."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            processes.append(started())  # noqa: PERF401 - those that started are kept
    except OSError as error:
        log.warning("a process that draws did not start: %s", error)
    return processes


def parted(share: Share, images: Sequence[PicturedImage], hands: int) -> list[Share]:
    """What this process draws of a share, all of it if need be, and what each of some hands does.

    The parts of the hands are spread alike over the store; what may be held and asked at once is
    divided among all.
    """
    count = hands + 1
    options = dataclasses.replace(share.options, concurrency=share.options.concurrency // count)
    return [
        msgspec.structs.replace(share, images=some, options=options, memory=share.memory // count)
        for some in (images, *(images[number::hands] for number in range(hands)))
    ]


def started() -> "subprocess.Popen[bytes]":
    """A process that waits for its share; it ends when this one does."""
    # The share, in which there may be secrets, goes through a pipe that nobody else reads.
    return subprocess.Popen(  # noqa: S603 - a module of our own, found where this one was
        [sys.executable, "-c", _BEGIN, str(Path(plates.__file__).parent.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


class _Undrawn:
    """The images that nobody has told of, and what was told and not taken yet."""

    def __init__(
        self, images: Sequence[PicturedImage], take: DrawnTaker, stop: Stop | None
    ) -> None:
        self.told: Queue[Told] = Queue(_WAITING)
        self.is_over = Event()
        self._left = {image.path: image for image in images}
        self._take = take
        self._stop = stop

    def take(self, drawing: Drawing) -> None:
        """Hand on what became of an image, unless somebody told it before."""
        if self._left.pop(drawing.key.path, None) is not None:
            self._take(drawing)

    @property
    def is_left(self) -> bool:
        """Whether nobody has told of some image."""
        return bool(self._left)

    def from_the_end(self) -> Iterator[PicturedImage]:
        """The images that are left when it is their turn, the last first."""
        for image in reversed(list(self._left.values())):
            self.take_told()
            if image.path in self._left:
                yield image

    def take_told(self) -> None:
        """Take what hands have told until now; what one gave up for is raised."""
        for _ in range(self.told.qsize()):
            one = self.told.get_nowait()
            if isinstance(one, StoreError):
                raise one
            for drawing in one:
                self.take(drawing)
                if self._stop is not None and self._stop():
                    raise ReadCancelled("Drawing was stopped.")

    def put(self, one: Told) -> None:
        """Wait for room, as long as anybody takes; what a hand's listener calls."""
        while not self.is_over.is_set():
            with suppress(Full):
                self.told.put(one, timeout=_LOOK_UP_S)
                return


def _listen(process: "subprocess.Popen[bytes]", share: Share, undrawn: _Undrawn) -> None:
    """Give a process its share, and put what it tells where it is taken from."""
    given, spoken = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        pickle.dump(share, given, pickle.HIGHEST_PROTOCOL)
        given.flush()
        for one in _spoken(spoken):
            undrawn.put(one)
    except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
        if not undrawn.is_over.is_set():
            log.warning("a process that draws broke off, what it leaves is drawn: %s", error)


def _spoken(pipe: IO[bytes]) -> Iterator[Told]:
    while (one := pickle.load(pipe)) is not None:  # noqa: S301 - written by our own process
        yield one
