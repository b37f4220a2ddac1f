import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from catalog.local import orphans
from catalog.local.child import Child
from catalog.local.folder import DataFolder
from catalog.local.plan import PROJECT, free_port
from catalog.local.processes import Mark
from catalog.local.refusals import AlreadyUp, FolderInUse, PortTaken, ServiceFailed
from catalog.local.starters import COMMAND, UP, Record, living_starters
from catalog.local.supervisor import nowhere
from catalog.local.up import up
from tests.catalog.local.fakes import (
    DIES,
    LIVES,
    STUBBORN,
    WITH_CHILD,
    Heard,
    fake,
    left_of,
    plan_of,
    soon,
)

pytestmark = pytest.mark.processes


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def marked(folder: DataFolder, code: str = LIVES) -> str:
    """Code that can be told from that of other tests."""
    return f"{code}  # {folder.root}"


def test_services_start_in_order_and_stop_in_reverse(folder: DataFolder) -> None:
    heard = Heard()
    services = [fake(name, marked(folder)) for name in ("one", "two", "three")]
    heard.then("ready at", interrupt)
    assert up(folder, plan=plan_of(*services), say=heard.say, log=heard.log) == 0
    assert heard.logged == [
        ("one", "at work"),
        ("two", "at work"),
        ("three", "at work"),
        ("three", "done"),
        ("two", "done"),
        ("one", "done"),
    ]
    assert heard.said[0] == "Platecat is ready at http://127.0.0.1:1"
    assert (folder.logs / "one.log").read_text() == "at work\ndone\n"
    assert left_of(folder) == []
    assert list(folder.starters.iterdir()) == []


def test_what_a_one_shot_prints_comes_after_the_ready_line(folder: DataFolder) -> None:
    heard = Heard()
    code = "import sys; print('open this'); print('progress', file=sys.stderr)"
    demo = fake("demo", code, ready_line="", one_shot=True, keeps_output=True)
    heard.then("open this", interrupt)
    assert up(folder, plan=plan_of(fake("one"), last=(demo,)), say=heard.say, log=heard.log) == 0
    assert heard.said[:2] == ["Platecat is ready at http://127.0.0.1:1", "open this"]
    assert ("demo", "progress") in heard.logged


def test_what_runs_meanwhile_has_ended_before_the_last_begins(folder: DataFolder) -> None:
    heard = Heard()
    mark = folder.root / "drawn"
    slow = f"import time, pathlib; time.sleep(1); pathlib.Path({str(mark)!r}).touch()"
    drawn = fake("drawn", slow, ready_line="", one_shot=True)
    looks = f"import pathlib; print(pathlib.Path({str(mark)!r}).exists())"
    last = fake("last", looks, ready_line="", one_shot=True, keeps_output=True)
    heard.then("True", interrupt)
    plan = plan_of(fake("one"), meanwhile=(drawn,), last=(last,))
    assert up(folder, plan=plan, say=heard.say, log=heard.log) == 0
    assert "True" in heard.said


def test_the_death_of_one_stops_all_and_is_told_with_its_last_words(folder: DataFolder) -> None:
    heard = Heard()
    services = plan_of(fake("one", marked(folder)), fake("two", DIES), fake("three"))
    assert up(folder, plan=services, say=heard.say, log=heard.log) == 1
    told = heard.said[-1]
    assert told.startswith("two ended with exit code 3.")
    assert "my last words" in told
    assert left_of(folder) == []


def test_a_service_killed_from_outside_is_named_with_its_signal(folder: DataFolder) -> None:
    heard = Heard()

    def kill() -> None:
        (starter,) = living_starters(folder)
        os.kill(starter.started[0].pid, signal.SIGKILL)

    heard.then("ready at", kill)
    assert up(folder, plan=plan_of(fake("one")), say=heard.say, log=heard.log) == 1
    assert "one ended with signal SIGKILL" in heard.said[-1]


def test_a_failed_start_stops_what_had_started(folder: DataFolder) -> None:
    heard = Heard()
    broken = fake("two", "print('no such table'); exit(1)", one_shot=True)
    services = plan_of(fake("one", marked(folder)), broken)
    with pytest.raises(ServiceFailed, match="no such table"):
        up(folder, plan=services, say=heard.say, log=heard.log)
    assert heard.said == []
    assert left_of(folder) == []


def test_a_service_that_never_answers_is_given_up(folder: DataFolder) -> None:
    heard = Heard()
    silent = fake("one", marked(folder), answers=lambda: False, patience_s=0.5)
    with pytest.raises(ServiceFailed, match="did not answer"):
        up(folder, plan=plan_of(silent), say=heard.say, log=heard.log)
    assert left_of(folder) == []


def test_ctrl_c_while_starting_stops_what_had_started(folder: DataFolder) -> None:
    heard = Heard()
    never_ready = fake("two", marked(folder), answers=lambda: False)
    heard.then("at work", interrupt)
    services = plan_of(fake("one", marked(folder)), never_ready)
    assert up(folder, plan=services, say=heard.say, log=heard.log) == 0
    assert left_of(folder) == []


def test_a_second_ctrl_c_kills_at_once(folder: DataFolder) -> None:
    heard = Heard()
    heard.then("ready at", interrupt)
    heard.then("Stopping", interrupt)
    stubborn = fake("one", marked(folder, STUBBORN), grace_s=600)
    assert up(folder, plan=plan_of(stubborn), say=heard.say, log=heard.log) == 0
    assert left_of(folder) == []


def test_who_does_not_stop_in_time_is_killed(folder: DataFolder) -> None:
    heard = Heard()
    heard.then("ready at", interrupt)
    stubborn = fake("one", marked(folder, STUBBORN), grace_s=0.3)
    assert up(folder, plan=plan_of(stubborn), say=heard.say, log=heard.log) == 0
    assert left_of(folder) == []


def test_what_a_service_started_ends_with_it(folder: DataFolder) -> None:
    heard, before = Heard(), children()
    heard.then("ready at", interrupt)
    service = fake("one", marked(folder, WITH_CHILD))
    assert up(folder, plan=plan_of(service), say=heard.say, log=heard.log) == 0
    assert children() <= before


def test_children_do_not_share_our_session(folder: DataFolder) -> None:
    folder.make()
    child = Child(fake("one"), logs=folder.logs, say=nowhere)
    assert os.getsid(child.popen.pid) == child.popen.pid
    child.stop(hurry=lambda: True)


def test_a_second_up_names_the_first(folder: DataFolder) -> None:
    folder.make()
    record = Record(folder, kind=UP, url="http://127.0.0.1:8000")
    heard = Heard()
    with pytest.raises(AlreadyUp, match=rf"http://127.0.0.1:8000 \(process {os.getpid()}\)"):
        up(folder, plan=plan_of(), say=heard.say, log=heard.log)
    record.close()


def test_up_while_a_command_runs_is_refused(folder: DataFolder) -> None:
    folder.make()
    record = Record(folder, kind=COMMAND)
    heard = Heard()
    with pytest.raises(FolderInUse, match=f"process {os.getpid()}"):
        up(folder, plan=plan_of(), say=heard.say, log=heard.log)
    record.close()


def test_a_busy_port_is_refused_and_zero_finds_a_free_one() -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            LISTENS,
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        with pytest.raises(PortTaken, match=str(port)):
            free_port(port)
        other.kill()
    assert free_port(0) > 0
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if ephemeral.exists():
        least = int(ephemeral.read_text().split()[0])
        assert all(free_port(0) < least for _ in range(20)), "nobody who dials out takes it"
    with pytest.raises(PortTaken):
        free_port(70000)


LISTENS = (
    "import socket; s = socket.create_server(('127.0.0.1', 0));"
    "print(s.getsockname()[1], flush=True); s.accept()"
)
KILLED = """
    from catalog.local.folder import DataFolder
    from catalog.local.up import up
    from tests.catalog.local.fakes import STUBBORN, WITH_CHILD, fake, plan_of
    folder = DataFolder({root!r})
    services = plan_of(
        fake("one", STUBBORN + "  # " + {root!r}), fake("two", WITH_CHILD + "  # " + {root!r})
    )
    up(folder, plan=services, say=lambda line: print(line, flush=True), log=lambda *_: None)
"""


def test_what_a_killed_up_left_running_is_stopped_by_the_next(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "GRACE_S", 0.3)
    script = textwrap.dedent(KILLED).format(root=str(folder.root))
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert "ready" in first.stdout.readline()
        (starter,) = living_starters(folder)
        marks = [Mark(one.pid, one.created) for one in starter.started]
        first.kill()
    # It ignores the signal that its parent's death sends, so it is an orphan now.
    assert marks[0].process() is not None
    heard = Heard()
    heard.then("ready at", interrupt)
    assert up(folder, plan=plan_of(fake("one")), say=heard.say, log=heard.log) == 0
    assert [mark.process() for mark in marks] == [None, None]
    assert soon(lambda: left_of(folder) == [])
