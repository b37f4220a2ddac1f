"""Faults for real: workers and brokers are killed in mid-harvest, and no plate is lost or half there."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from catalog.local.folder import DataFolder
from tests import servers, stores
from tests.running import MANAGE, Running, environment, manage, platecat, wait_until

pytestmark = pytest.mark.processes
WELLS, FIELDS = 96, 3


@pytest.fixture
def slow_plate(tmp_path: Path) -> Iterator[str]:
    """A plate behind a web server so slow that its harvest takes some ten seconds."""
    stores.plate(tmp_path / "served" / "slow.zarr", shape=96, fields=FIELDS, levels=2)
    slow = servers.Behaviour(delay_s=0.5)
    with servers.http_server(tmp_path / "served", slow) as server:
        yield f"{server.url}/slow.zarr"


def query(data: Path, text: str) -> list[tuple[object, ...]]:
    """Rows of the running database."""
    with psycopg.connect(DataFolder(data).database_url) as connection:
        return connection.execute(text).fetchall()


def states(data: Path) -> dict[str, str]:
    """The state of each kind of job."""
    rows = query(data, "SELECT kind, state FROM catalog_job")
    return {str(kind): str(state) for kind, state in rows}


def in_mid_harvest(data: Path) -> bool:
    """Whether the worker has begun to read documents."""
    rows = query(
        data,
        "SELECT progress_done FROM catalog_job "
        "WHERE kind = 'workers.harvest' AND state = 'running' AND progress_done > 5",
    )
    return bool(rows)


def ask_for(url: str, data: Path) -> "subprocess.Popen[str]":
    """A harvest, asked for as a person does."""
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "harvest", url, "--dataset", "d", "--public"],
        env=environment(data),
        stdout=subprocess.DEVNULL,
        text=True,
    )


def is_whole(data: Path) -> None:
    """The plate is there once, with all wells and fields."""
    counted = "SELECT (SELECT count(*) FROM plates_plate), (SELECT count(*) FROM plates_well WHERE present), (SELECT count(*) FROM plates_field WHERE present)"
    assert query(data, counted) == [(1, WELLS, WELLS * FIELDS)]


def kill(running: Running, *words: str) -> None:
    """kill -9 what has these words in its command line."""
    victims = running.one_of(*words)
    assert victims
    for victim in victims:
        victim.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    "victim", [("celery", " worker "), ("valkey-server",)], ids=["worker", "broker"]
)
def test_a_harvest_survives_kill_9(
    tmp_path: Path, slow_plate: str, victim: tuple[str, ...]
) -> None:
    data = tmp_path / "data"
    fewer = {"PLATECAT_CONCURRENCY": "32"}
    with platecat(data, **fewer) as running:
        asked = ask_for(slow_plate, data)
        wait_until(lambda: in_mid_harvest(data), within_s=60, what="the harvest runs")
        asked.wait(30)
        kill(running, *victim)
        wait_until(
            lambda: running.process.poll() is not None, within_s=60, what="up stops with its parts"
        )
    with platecat(data, PLATECAT_CONCURRENCY="256"):
        took = wait_until(
            lambda: states(data).get("workers.harvest") == "done",
            within_s=60,
            what="the job is done after the restart",
        )
        is_whole(data)
    assert took < 60


def test_a_worker_that_dies_alone_leaves_its_job_to_another(
    tmp_path: Path, slow_plate: str
) -> None:
    data = tmp_path / "data"
    with platecat(data, PLATECAT_CONCURRENCY="64", PLATECAT_LEASE_S="4") as running:
        asked = ask_for(slow_plate, data)
        wait_until(lambda: in_mid_harvest(data), within_s=60, what="the harvest runs")
        asked.wait(30)
        pool = [
            child
            for worker in running.one_of("celery", " worker ")
            for child in worker.children()
            if child.is_running()
        ]
        assert pool
        for child in pool:
            child.send_signal(signal.SIGKILL)
        wait_until(
            lambda: states(data).get("workers.harvest") == "done",
            within_s=60,
            what="the job is done by another",
        )
        is_whole(data)


def test_what_cannot_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "empty").mkdir()
    stores.plate(tmp_path / "stores" / "good.zarr", wells=["A/1"])
    stores.plate(tmp_path / "stores" / "bad.zarr", faults={"": stores.Fault.TRUNCATED})
    with platecat(data):
        command = ("harvest", "--wait", "--format", "json", "--public", "--dataset", "d")
        mixed = manage(data, *command, str(tmp_path / "stores"))
        assert mixed.returncode == 1
        told = json.loads(mixed.stdout)
        assert told["failed"] == 1
        (failed,) = [store for store in told["stores"] if store["error"]]
        assert "bad.zarr" in failed["error"]
        assert "Traceback" not in mixed.stdout + mixed.stderr

        nothing = manage(data, *command, str(tmp_path / "empty"), str(tmp_path / "nowhere"))
        assert nothing.returncode == 2
        assert "Traceback" not in nothing.stdout + nothing.stderr
        assert [store["id"] for store in json.loads(nothing.stdout)["stores"]] == [None, None]

        again = manage(data, *command, str(tmp_path / "stores" / "good.zarr"))
        assert again.returncode == 0
        assert json.loads(again.stdout)["stores"][0]["changed"] is False


def test_a_command_brings_its_own_services_and_leaves_none_behind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = stores.plate(tmp_path / "p.zarr", wells=["A/1", "A/2"], fields=2)
    done = manage(data, "harvest", str(folder), "--wait", "--format", "json")
    assert done.returncode == 0, done.stderr
    (store,) = json.loads(done.stdout)["stores"]
    assert (store["kind"], store["wells"], store["fields"]) == ("plate", 2, 4)
    with pytest.raises(psycopg.OperationalError):
        query(data, "SELECT 1")
