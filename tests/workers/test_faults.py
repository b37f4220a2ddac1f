"""Faults for real: workers and brokers are killed in mid-harvest, and no plate is lost or half there."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from catalog.local.folder import DataFolder
from tests import servers, stores
from tests.running import MANAGE, Running, environment, manage, platecat, wait_until

pytestmark = pytest.mark.processes
WELLS, FIELDS = 32, 3
SOON = {"PLATECAT_LEASE_S": "4", "PLATECAT_RESEND_S": "1"}


@pytest.fixture
def slow_plate(tmp_path: Path) -> Iterator[str]:
    """A plate behind a web server so slow that its harvest takes some seconds."""
    wells = [f"{row}/{column}" for row in "ABCD" for column in range(1, 9)]
    stores.plate(tmp_path / "served" / "slow.zarr", wells=wells, fields=FIELDS, levels=2)
    slow = servers.Behaviour(delay_s=0.5)
    with servers.http_server(tmp_path / "served", slow) as server:
        yield f"{server.url}/slow.zarr"


def query(data: Path, text: str) -> list[tuple[object, ...]]:
    """Rows of the running database."""
    with psycopg.connect(DataFolder(data).database_url) as connection:
        return connection.execute(text).fetchall()


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


def harvest_meets(running: Running, url: str, data: Path, kill: Callable[[], None]) -> None:
    """Something is killed while the harvest of the slow plate is under way."""
    asked = ask_for(url, data)
    wait_until(lambda: in_mid_harvest(data), within_s=60, what="the harvest runs")
    asked.wait(30)
    kill()


def is_done(data: Path) -> bool:
    """Whether no harvest is left to do."""
    open_jobs = "SELECT 1 FROM catalog_job WHERE state IN ('queued', 'running')"
    return not query(data, open_jobs)


def test_a_harvest_survives_kill_9_of_worker_broker_and_pool(
    tmp_path: Path, slow_plate: str
) -> None:
    data = tmp_path / "data"
    with platecat(data, **SOON) as running:
        harvest_meets(running, slow_plate, data, lambda: kill(running, "celery", " worker "))
        goes_down(running)
    with platecat(data, **SOON) as running:
        wait_until(lambda: is_done(data), within_s=60, what="done after the worker's restart")
        is_whole(data)
        forget(data)
        harvest_meets(running, slow_plate, data, lambda: kill(running, "valkey-server"))
        goes_down(running)
    with platecat(data, **SOON) as running:
        wait_until(lambda: is_done(data), within_s=60, what="done after the broker's restart")
        is_whole(data)
        forget(data)
        harvest_meets(running, slow_plate, data, lambda: kill_pool(running))
        wait_until(lambda: is_done(data), within_s=60, what="done by another process of the pool")
        is_whole(data)


def goes_down(running: Running) -> None:
    """`up` stops all when one part is dead."""
    wait_until(lambda: running.process.poll() is not None, within_s=60, what="up stops")
    assert running.process.returncode == 1


def kill_pool(running: Running) -> None:
    """kill -9 the processes of the pool, and leave the worker that started them."""
    (worker,) = [one for one in running.one_of("celery", " worker ") if one.children()]
    for child in worker.children():
        child.send_signal(signal.SIGKILL)


def forget(data: Path) -> None:
    """Empty the tables of what was harvested, as if it had never been."""
    tables = "plates_field, plates_well, plates_acquisition, plates_location, catalog_holding, "
    tables += "catalog_job, catalog_history, plates_image, plates_store, plates_plate"
    with psycopg.connect(DataFolder(data).database_url) as connection:
        connection.execute(f"TRUNCATE {tables} CASCADE")


def test_what_cannot_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "empty").mkdir()
    stores.plate(tmp_path / "stores" / "good.zarr", wells=["A/1"])
    stores.plate(tmp_path / "stores" / "bad.zarr", faults={"": stores.Fault.TRUNCATED})
    command = ("harvest", "--wait", "--format", "json", "--public", "--dataset", "d")
    with platecat(data):
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
