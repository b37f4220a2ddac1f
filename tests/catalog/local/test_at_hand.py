import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import psycopg
import pytest

from catalog.local.at_hand import services_at_hand
from catalog.local.broker import broker_answers
from catalog.local.folder import DataFolder
from catalog.local.plan import PROJECT
from catalog.local.postgres import postgres_answers
from tests.catalog.local.fakes import left_of, soon

pytestmark = pytest.mark.processes
NAMES = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "PLATECAT_DATA")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return DataFolder(tmp_path / "data")


@pytest.fixture
def without_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NAMES}


def test_the_services_of_the_environment_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://far/away")
    monkeypatch.setenv("BROKER_URL", "redis://far/0")
    with services_at_hand(tmp_path / "data") as services:
        assert services.database_url == "postgresql://far/away"
    assert not (tmp_path / "data").exists()


def test_services_are_there_meanwhile_and_gone_afterwards(folder: DataFolder) -> None:
    with services_at_hand(folder, fast=True, migrate=False) as services:
        assert postgres_answers(services.database_url)
        assert broker_answers(folder.broker_socket)
        assert os.environ["DATABASE_URL"] == services.database_url
        assert os.environ["SECRET_KEY"] == folder.secret_key()
    assert "DATABASE_URL" not in os.environ
    assert left_of(folder) == []
    assert not folder.sockets.exists()
    assert list(folder.starters.iterdir()) == []


def test_only_what_the_environment_does_not_name_is_started(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://far/away")
    with services_at_hand(folder, migrate=False) as services:
        assert services.database_url == "postgresql://far/away"
        assert services.broker_url == folder.broker_url
        assert not folder.cluster.exists()


SECOND = """
    import sys
    from catalog.local.at_hand import services_at_hand
    with services_at_hand({root!r}, fast=True, migrate=False):
        print("has them", flush=True)
        sys.stdin.readline()
        import psycopg
        psycopg.connect({url!r}).close()
        print("had them all the time", flush=True)
"""


def test_the_first_command_does_not_stop_them_under_the_second(
    folder: DataFolder, without_variables: dict[str, str]
) -> None:
    script = textwrap.dedent(SECOND).format(root=str(folder.root), url=folder.database_url)
    with services_at_hand(folder, fast=True, migrate=False):
        second = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=PROJECT,
            env=without_variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert second.stdout is not None
        assert second.stdin is not None
        assert second.stdout.readline() == "has them\n"
        release = threading.Timer(1.0, lambda: second.communicate("go\n"))
        release.start()
    # We came here only after the second had ended.
    release.join()
    assert second.returncode == 0
    assert left_of(folder) == []


def test_after_a_killed_command_the_next_starts_anew(
    folder: DataFolder, without_variables: dict[str, str]
) -> None:
    script = textwrap.dedent(SECOND).format(root=str(folder.root), url=folder.database_url)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=without_variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "has them\n"
        first.send_signal(signal.SIGKILL)
    with (
        services_at_hand(folder, fast=True, migrate=False) as services,
        psycopg.connect(services.database_url) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert soon(lambda: left_of(folder) == [])
