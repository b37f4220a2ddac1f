"""The course of a reading: it tells how far it is, can be stopped, and leaves nothing behind."""

import gc
import os
import sys
import threading
from pathlib import Path

import pytest

from plates.omezarr import drivers
from plates.omezarr.errors import (
    ReadCancelled,
)
from plates.omezarr.read import read_store
from tests import stores
from tests.stores import Fault


def test_a_caller_can_stop_the_reading(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"])
    with pytest.raises(ReadCancelled):
        read_store(str(folder), stop=lambda: True)
    assert gc.isenabled()


def test_progress_grows_and_ends_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "_TICK_S", 0.0)
    folder = stores.plate(tmp_path, wells=["A01", "A02"], fields=2)
    told: list[tuple[int, int]] = []
    read_store(
        str(folder), progress=lambda done, known: told.append((done, known)), stop=lambda: False
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    assert all(done <= known for done, known in told)


def test_progress_is_told_at_most_ten_times_a_second(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, shape=96)
    told: list[int] = []
    read_store(str(folder), progress=lambda done, _: told.append(done))
    assert len(told) <= 10


def test_the_garbage_collector_is_off_while_reading_and_on_again_after(tmp_path: Path) -> None:
    folder = stores.plate(tmp_path, wells=["A01"])
    seen: list[bool] = []
    read_store(str(folder), progress=lambda _done, _known: seen.append(gc.isenabled()))
    assert set(seen) == {False}
    assert gc.isenabled()
    gc.disable()
    try:
        read_store(str(folder))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_two_readings_at_once_leave_the_garbage_collector_on(tmp_path: Path) -> None:
    folder = str(stores.plate(tmp_path, wells=["A01", "A02"], fields=3))
    readers = [threading.Thread(target=read_store, args=(folder,)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert gc.isenabled()


def test_reading_leaves_no_files_open(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("counts /proc/self/fd")
    folder = str(stores.plate(tmp_path, wells=["A01"], faults={"A/01/0": Fault.FOLDER}))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    read_store(folder)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
