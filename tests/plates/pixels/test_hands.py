"""Processes that draw together: the same as one, whatever becomes of them."""

import dataclasses
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.omezarr.errors import ReadCancelled, StoreUnreachable
from plates.omezarr.options import StoreOptions
from plates.pixels import hands
from plates.pixels.contact_sheets import sheet_name
from plates.pixels.contrast import shown_channels
from plates.pixels.crew import Result
from plates.pixels.drawing import DrawnImage, Faces, Share, draw_share, thumbnail_name
from plates.pixels.hands import Hands, hands_for, hands_worth, parted
from plates.pixels.image_tasks import ImageTasks
from plates.pixels.pictured import PicturedImage
from tests import servers, stores
from tests.plates.pixels.drawn import drawn, picture, pictured

STARTER = """
import time
from plates.pixels.hands import started
print(started().pid, started().pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def two_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is worth two processes more, on any machine."""
    monkeypatch.setattr(hands, "WORTH", 1)
    monkeypatch.setattr(hands, "DRAWING", 3)


def plate(folder: Path, fields: int = 4) -> Path:
    """Six wells of some fields."""
    return stores.plate(folder, shape=(2, 3), fields=fields, size=(32, 48), chunks=True)


def share_of(url: str, images: list[PicturedImage], zarr_format: int | None) -> Share:
    options = StoreOptions(concurrency=3, retries=0)
    channels = shown_channels((), [np.arange(2.0)] * 2)
    return Share(url, options, zarr_format, images, channels, Faces())


class Eye:
    """Takes what becomes of images, and makes this process slow until a hand has told something."""

    def __init__(self, share: Share) -> None:
        self.seen: Counter[str] = Counter()
        self.made: dict[str, tuple[DrawnImage | None, str]] = {}
        self.helped = 0
        self._own = {id(image) for image in share.images}

    def take(self, result: Result[PicturedImage, DrawnImage]) -> None:
        self.seen[result.key.path] += 1
        self.made[result.key.path] = (result.made, result.trouble)
        # What another process tells is a copy.
        self.helped += id(result.key) not in self._own

    def waits(self) -> bool:
        """Asked between any two files whether to stop: no, but not at once."""
        if not self.helped:
            time.sleep(0.1)
        return False


@contextmanager
def at_work(folder: Path) -> Iterator[tuple[Hands, Share, "list[subprocess.Popen[bytes]]"]]:
    """Hands for a plate, its whole as a share, and the processes."""
    images, zarr_format = pictured(str(folder))
    with hands_for(images, zarr_format, StoreOptions()) as some:
        yield some, share_of(str(folder), images, zarr_format), list(some.processes)


@pytest.mark.usefixtures("two_hands")
def test_a_hand_draws_each_image_as_this_process_does(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    with at_work(folder) as (some, share, _):
        for path in ("A/01/0", "B/03/1"):
            (folder / path / "0" / "zarr.json").write_text("{}")
        together, alone = Eye(share), Eye(share)
        some.draw(share, together.take, together.waits)
        draw_share(share, alone.take)
    assert together.made == alone.made
    assert together.helped
    assert set(together.seen.values()) == {1}


@pytest.mark.usefixtures("two_hands")
def test_hands_draw_what_one_process_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = plate(tmp_path / "p.zarr")
    broken = ["A/01/0", "A/02/3", "B/03/1"]
    for path in broken:
        (folder / path / "0" / "zarr.json").write_text("{}")
    known = pictured(str(plate(tmp_path / "whole.zarr")))
    together = drawn(folder, tmp_path / "together.pack", known=known)
    with servers.http_server(tmp_path) as server:
        far = drawn(f"{server.url}/p.zarr", tmp_path / "far.pack", known=known)
    monkeypatch.setattr(hands, "DRAWING", 1)
    alone = drawn(folder, tmp_path / "alone.pack", known=known)
    assert together == alone == far
    assert (alone.drawn.images, alone.drawn.failed) == (24, 3)
    assert [trouble.path for trouble in alone.drawn.troubles] == broken
    for name in (sheet_name(0, None), sheet_name(0, 1), thumbnail_name("B/03/2")):
        whole = picture(tmp_path / "alone.pack", name)
        assert np.array_equal(picture(tmp_path / "together.pack", name), whole)
        assert np.array_equal(picture(tmp_path / "far.pack", name), whole)


@pytest.mark.usefixtures("two_hands")
@pytest.mark.parametrize("killed", [1, 2])
def test_what_a_killed_hand_leaves_is_drawn_all_the_same(tmp_path: Path, killed: int) -> None:
    # More than a hand tells at once.
    with at_work(plate(tmp_path / "p.zarr", fields=12)) as (some, share, processes):
        eye = Eye(share)

        def take(result: Result[PicturedImage, DrawnImage]) -> None:
            eye.take(result)
            for process in processes[:killed] if eye.helped == 1 else ():
                process.kill()

        some.draw(share, take, eye.waits)
    assert eye.helped
    assert eye.seen == Counter(image.path for image in share.images)


@pytest.mark.usefixtures("two_hands")
@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGSTOP])
def test_hands_that_never_begin_are_done_without(
    tmp_path: Path, signal_sent: signal.Signals
) -> None:
    with at_work(plate(tmp_path / "p.zarr")) as (some, share, processes):
        for process in processes:
            process.send_signal(signal_sent)
        eye = Eye(share)
        some.draw(share, eye.take)
    assert eye.seen == Counter(image.path for image in share.images)
    assert all(process.poll() is not None for process in processes)


@pytest.mark.usefixtures("two_hands")
def test_a_machine_that_starts_no_process_draws_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no such program"))
    made = drawn(plate(tmp_path / "p.zarr"), tmp_path / "p.pack")
    assert (made.drawn.images, made.drawn.failed) == (24, 0)


@pytest.mark.usefixtures("two_hands")
def test_hands_end_when_drawing_is_stopped(tmp_path: Path) -> None:
    done: list[str] = []
    with (
        pytest.raises(ReadCancelled),
        at_work(plate(tmp_path / "p.zarr")) as (some, share, processes),
    ):
        some.draw(share, lambda result: done.append(result.key.path), lambda: len(done) > 1)
    assert len(done) == 2
    assert all(process.poll() is not None for process in processes)


@pytest.mark.usefixtures("two_hands")
def test_a_storage_that_goes_away_is_told_by_the_hand_that_finds_it_gone(tmp_path: Path) -> None:
    folder = plate(tmp_path / "p.zarr")
    images, zarr_format = pictured(str(folder))
    # This process is there last.
    behaviour = servers.Behaviour(statuses={f"p.zarr/{images[0].path}/0/zarr.json": 503})
    with (
        servers.http_server(tmp_path, behaviour) as server,
        hands_for(images, zarr_format, StoreOptions()) as some,
    ):
        share = share_of(f"{server.url}/p.zarr", images, zarr_format)
        eye = Eye(share)
        with pytest.raises(StoreUnreachable):
            some.draw(share, eye.take, eye.waits)
    assert len(eye.seen) < len(images)


def test_no_hand_outlives_the_process_that_started_it() -> None:
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            STARTER,
        ],
        stdout=subprocess.PIPE,
    )
    with starter:
        assert starter.stdout is not None
        some = [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]
        assert len(some) == 2
        starter.kill()
    gone, alive = psutil.wait_procs(some, timeout=30)
    assert (len(gone), alive) == (2, [])


@given(st.integers(1, 20), st.integers(1, 3), st.integers(1, 64))
def test_a_share_is_parted_among_hands_within_its_means_and_all_of_it_is_done_here_if_need_be(
    number: int, count: int, at_once: int
) -> None:
    images = [PicturedImage(str(one)) for one in range(number)]
    share = share_of("p.zarr", images, 3)
    options = dataclasses.replace(share.options, concurrency=max(count + 1, at_once))
    whole = msgspec.structs.replace(share, options=options)
    own, *parts = parted(whole, images, count)
    assert (len(parts), own.images) == (count, images)
    assert sorted(one.path for part in parts for one in part.images) == sorted(
        image.path for image in images
    )
    every = [own, *parts]
    assert sum(part.options.concurrency for part in every) <= options.concurrency
    assert all(part.options.concurrency for part in every)
    assert sum(part.memory for part in every) <= whole.memory
    assert max(len(part.images) for part in parts) - min(len(part.images) for part in parts) <= 1


def test_there_are_as_many_hands_as_have_work_and_room_and_may_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "WORTH", 1)
    monkeypatch.setattr(hands, "DRAWING", 4)
    images, zarr_format = pictured(str(plate(tmp_path / "p.zarr")))
    listed = PicturedImage("C/01/0")
    largest = ImageTasks(zarr_format).bytes(images[0])
    assert hands_worth([*images, listed], zarr_format, StoreOptions()) == 3
    assert hands_worth([*images[:3], listed, listed], zarr_format, StoreOptions()) == 2
    assert hands_worth([images[0], listed, listed], zarr_format, StoreOptions()) == 0
    assert hands_worth(images, zarr_format, StoreOptions(concurrency=2)) == 1
    assert hands_worth(images, zarr_format, StoreOptions(concurrency=1)) == 0
    monkeypatch.setattr(hands, "MEMORY", 3 * largest)
    assert hands_worth(images, zarr_format, StoreOptions()) == 2
    monkeypatch.setattr(hands, "MEMORY", largest // 2)
    assert hands_worth(images, zarr_format, StoreOptions()) == 0


@pytest.mark.usefixtures("two_hands")
def test_a_relative_address_is_the_same_for_every_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pictured(str(plate(tmp_path / "p.zarr")))
    monkeypatch.chdir(tmp_path)
    made = drawn("p.zarr", tmp_path / "p.pack", known=known)
    assert (made.drawn.images, made.drawn.failed) == (24, 0)


def test_small_stores_are_drawn_without_hands() -> None:
    with hands_for([PicturedImage("0")], 3, StoreOptions()) as some:
        assert not some
