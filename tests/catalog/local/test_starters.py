import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.local.folder import DataFolder
from catalog.local.locks import Lock, gate, opened
from catalog.local.orphans import stop_orphans
from catalog.local.processes import Mark
from catalog.local.refusals import FolderInUse
from catalog.local.starters import COMMAND, UP, Record, dead_starters, living_starters, running


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path)
    made.make()
    return made


def test_a_starter_lives_for_as_long_as_its_record_is_locked(folder: DataFolder) -> None:
    record = Record(folder, kind=UP, url="http://127.0.0.1:8000")
    record.add("web", Mark.of(os.getpid()), signal.SIGTERM)
    assert [one.url for one in living_starters(folder)] == ["http://127.0.0.1:8000"]
    assert running(folder) == running(folder, of=UP) == {"web"}
    assert running(folder, of=COMMAND) == set()
    record.lock.close()
    assert living_starters(folder) == []
    assert [one.pid for _, one in dead_starters(folder)] == [os.getpid()]


def test_a_starter_that_ends_well_leaves_no_record(folder: DataFolder) -> None:
    Record(folder, kind=UP).close()
    assert list(folder.starters.iterdir()) == []


def test_a_reused_number_is_never_killed(folder: DataFolder) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        record = Record(folder, kind=UP)
        earlier = Mark(innocent.pid, Mark.of(innocent.pid).created - 3600)
        record.add("web", earlier, signal.SIGKILL)
        record.lock.close()
        stop_orphans(folder)
        assert innocent.poll() is None
        assert list(folder.starters.iterdir()) == []
        innocent.kill()


def test_a_process_of_a_dead_starter_is_stopped(folder: DataFolder) -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as orphan:
        record = Record(folder, kind=UP)
        mark = Mark.of(orphan.pid)
        record.add("web", mark, signal.SIGTERM)
        record.lock.close()
        stop_orphans(folder)
        assert mark.process() is None


def test_a_process_of_a_living_starter_is_left_alone(folder: DataFolder) -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as worker:
        record = Record(folder, kind=UP)
        record.add("web", Mark.of(worker.pid), signal.SIGTERM)
        stop_orphans(folder)
        assert worker.poll() is None
        record.close()
        worker.kill()


def test_a_record_that_was_never_written_hinders_nobody(folder: DataFolder) -> None:
    (folder.starters / "1-x.json").touch()
    stop_orphans(folder)
    assert list(folder.starters.iterdir()) == []


def test_shared_locks_exclude_the_exclusive_one(folder: DataFolder) -> None:
    with (
        opened(folder.users) as first,
        opened(folder.users) as second,
        opened(folder.users) as third,
    ):
        assert first.take(shared=True)
        assert second.take(shared=True)
        assert not third.take()
        first.release()
        second.release()
        assert third.take()


def test_who_waits_too_long_at_the_gate_is_refused(folder: DataFolder) -> None:
    lock = Lock(folder.gate)
    assert lock.take()
    with pytest.raises(FolderInUse), gate(folder, patience_s=0.2):
        pass
    with gate(folder, patience_s=0.2, insist=False):
        pass
    lock.close()
