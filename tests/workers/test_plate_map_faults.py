"""A worker is killed while it applies a plate map: nothing is half-applied, and it is done after."""

import signal
from pathlib import Path

import psycopg
import pytest

from catalog.local.folder import DataFolder
from tests import stores
from tests.running import Running, manage, platecat, wait_until

pytestmark = pytest.mark.processes
SOON = {"PLATECAT_LEASE_S": "4", "PLATECAT_RESEND_S": "1"}
WELLS = [f"{row}/{column}" for row in "ABCDEFGH" for column in range(1, 13)]

ASK = """
import io
from catalog.models import Dataset
from catalog.services.plate_map_dry_runs import try_plate_map
from catalog.services.plate_map_watch import Watch
from catalog.services.plate_map_uploads import keep_plate_map
from catalog.services.plate_maps import request_apply
from plates.services.plate_map_files import SentFile
text = "Plate,Well,Compound,Dose\\n" + "".join(
    f"plate,{row}{column},c{column},{column} uM\\n" for row in "ABCDEFGH" for column in range(1, 13)
)
plate_map, _ = keep_plate_map(
    dataset=Dataset.objects.get(), by=None, files=[SentFile("l.csv", io.BytesIO(text.encode()))]
)
request_apply(plate_map=try_plate_map(plate_map=plate_map, watch=Watch()), by=None)
"""


def counted(data: Path) -> tuple[object, ...]:
    """Rows at wells, masks of the index, and the state of the import."""
    with psycopg.connect(DataFolder(data).database_url) as connection:
        (row,) = connection.execute(
            "SELECT (SELECT count(*) FROM plates_annotationrow),"
            " (SELECT count(*) FROM plates_carrierlayer), (SELECT state FROM plates_platemap)"
        ).fetchall()
    return tuple(row)


def waits_at_the_end(holder: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether the import has written its rows and waits to keep its mapping."""
    waiting = holder.execute(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'plates_savedmapping'::regclass"
    )
    return bool(waiting.fetchall())


def kill_pool(running: Running) -> None:
    """kill -9 the processes of the pool, and leave the worker that started them."""
    (worker,) = [one for one in running.one_of("celery", " worker ") if one.children()]
    for child in worker.children():
        child.send_signal(signal.SIGKILL)


def test_a_worker_killed_while_it_applies_leaves_nothing_and_the_job_is_done_after(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    folder = stores.plate(tmp_path / "plate.zarr", wells=WELLS)
    with platecat(data, **SOON) as running:
        manage(data, "harvest", str(folder), "--wait", "--public", "--dataset", "d")
        with psycopg.connect(DataFolder(data).database_url) as holder:
            holder.execute("LOCK TABLE plates_savedmapping IN EXCLUSIVE MODE")
            asked = manage(data, "shell", "-c", ASK)
            assert asked.returncode == 0, asked.stderr
            wait_until(lambda: waits_at_the_end(holder), within_s=60, what="all rows are written")
            kill_pool(running)
            assert counted(data) == (0, 0, "checked")
        wait_until(
            lambda: counted(data)[2] == "applied", within_s=90, what="applied by another process"
        )
        rows, layers, _ = counted(data)
        assert rows == len(WELLS)
        assert layers
