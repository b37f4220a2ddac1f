"""The fault run: a server that fails in every way, workers that are killed, services that restart.

When it is quiet again all plates are there, each once, and the same as without any fault. The
ordinary suite runs a short form; PLATECAT_FAULTS=full runs 50 plates through two minutes of each
kind of trouble, under the default settings.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import stores
from tests.fleet import Fleet, fleet
from tests.misbehaving import USUAL, Misbehaviour, by_chance, misbehaving_server
from tests.running import wait_until
from tests.servers import WebServer

pytestmark = pytest.mark.processes

WORKERS = ["worker", "spare"]
WELLS = [f"{row}/{column}" for row in "AB" for column in (1, 2, 3)]
SEED = 20_261_125
SHARE = 0.2


@dataclass(frozen=True)
class Form:
    """How long and how hard a run is."""

    plates: int
    lasts_s: float
    every_s: float
    quiet_within_s: float
    stall_s: float
    variables: Mapping[str, str]


FULL = Form(50, 120, 10, 180, 10, {})
SHORT = Form(10, 20, 4, 90, 1, {"PLATECAT_LEASE_S": "4", "PLATECAT_RESEND_S": "1"})
FORM = FULL if os.environ.get("PLATECAT_FAULTS") == "full" else SHORT

Trouble = Callable[[Fleet, int], None]
"""What happens to the processes, the n-th time."""


def kill_a_worker(running: Fleet, nth: int) -> None:
    """kill -9 of the worker that lives longest, and of its pool; it is started again at once."""
    name = WORKERS[nth % len(WORKERS)]
    running.kill(name)
    running.start(name, wait=False)


def restart_the_services(running: Fleet, nth: int) -> None:
    """Postgres restarts, the broker is killed and started, in turn."""
    if nth % 2:
        running.kill("broker")
        running.start("broker")
    else:
        running.stop("postgres")
        running.start("postgres")


def all_at_once(running: Fleet, nth: int) -> None:
    """Workers are killed, and between that the services restart."""
    kill_a_worker(running, nth)
    if nth in {2, 3}:
        restart_the_services(running, nth)


TROUBLES = [kill_a_worker, restart_the_services] if FORM is FULL else [all_at_once]

# What a harvest leaves, by names that are the same in each run.
_AT = "JOIN plates_location l ON l.store_id = s.serial"
ROWS = {
    "stores": "SELECT l.url, s.kind, s.name, s.version, s.zarr_format, s.digest::text, "
    "s.reach, s.verdict, s.well_count, s.field_count, s.image_count, s.missing_count, "
    "s.document_count, s.problem_count, s.vanished_at, l.gone_at "
    f"FROM plates_store s {_AT}",
    "plates": "SELECT l.url, p.name, p.barcode, p.rows, p.columns, p.row_names, p.column_names, "
    "p.well_count, c.kind, c.positions FROM plates_store s JOIN plates_plate p ON "
    f"p.serial = s.plate_id JOIN plates_carrier c ON c.id = p.carrier_id {_AT}",
    "wells": "SELECT l.url, w.label, w.row, w.column, w.position, w.present FROM plates_store s "
    f"JOIN plates_well w ON w.plate_id = s.plate_id {_AT}",
    "fields": "SELECT l.url, f.path, w.label, a.number, y.digest::text, f.present, f.x, "
    "f.y, f.z FROM plates_store s JOIN plates_field f ON f.store_id = s.serial "
    "LEFT JOIN plates_well w ON w.id = f.well_id LEFT JOIN plates_layout y ON y.id = f.layout_id "
    f"LEFT JOIN plates_acquisition a ON a.id = f.acquisition_id {_AT}",
    "layouts": "SELECT digest::text, axes, shape, chunks, dtype, level_paths, "
    "level_shapes::text, channels::text FROM plates_layout",
    "verdicts": "SELECT l.url, v.verdict, v.depth, v.policy, v.documents, v.errors, v.warnings, "
    "v.digest::text FROM plates_store s JOIN plates_validation v "
    f"ON v.store_id = s.serial {_AT}",
    "findings": "SELECT l.url, f.rule, f.level, f.total, f.examples::text FROM plates_store s "
    f"JOIN plates_finding f ON f.store_id = s.serial {_AT}",
    "holdings": "SELECT l.url, d.slug, h.guarded FROM plates_store s JOIN catalog_holding h "
    f"ON h.store_id = s.serial JOIN catalog_dataset d ON d.serial = h.dataset_id {_AT}",
    "counts": "SELECT (SELECT count(*) FROM plates_store), (SELECT count(*) FROM plates_plate), "
    "(SELECT count(*) FROM plates_well), (SELECT count(*) FROM plates_field), "
    "(SELECT count(*) FROM plates_carrier), (SELECT count(*) FROM plates_location)",
    "jobs": "SELECT kind, state, url, count(*) FROM catalog_job GROUP BY kind, state, url",
    "records": "SELECT verb, noun, count(*) FROM catalog_history "
    "WHERE verb IN ('harvest', 'register') GROUP BY verb, noun",
}


def all_rows(running: Fleet) -> dict[str, list[tuple[Any, ...]]]:
    """All that harvests left, sorted."""
    return {name: sorted(running.query(text), key=repr) for name, text in ROWS.items()}


@pytest.fixture(scope="module")
def misbehaviour() -> Misbehaviour:
    return Misbehaviour(by_chance(SHARE, seed=SEED, faults=USUAL), is_quiet=True)


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, misbehaviour: Misbehaviour
) -> Iterator[WebServer]:
    """Plates that all differ, behind a server whose faults are switched on and off."""
    folder = tmp_path_factory.mktemp("served")
    for number in range(FORM.plates):
        place = folder / "screen" / f"plate-{number:02}.zarr"
        stores.plate(place, wells=WELLS, fields=2, name=f"plate {number}", distinct=True)
    with misbehaving_server(folder, misbehaviour) as web:
        yield web


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet") / "data", FORM.variables) as one:
        one.add_worker("spare", concurrency=2)
        one.start("spare")
        yield one


def ask(running: Fleet, url: str) -> None:
    """Have all plates below an address harvested, as an operator does."""
    made = (
        "from catalog.models import Source; "
        f"Source.objects.create(name='s', url='{url}', options={{'stall_s': {FORM.stall_s}}})"
    )
    running.manage("shell", "-c", made)
    running.manage("harvest", url, "--source", "s", "--dataset", "d", "--public")


def is_over(running: Fleet) -> bool:
    """Whether no job is left to do."""
    return not running.query(
        "SELECT 1 FROM catalog_job WHERE state IN ('queued', 'running') LIMIT 1"
    )


@pytest.fixture(scope="module")
def faultless(running: Fleet, server: WebServer) -> dict[str, list[tuple[Any, ...]]]:
    """What a run without faults leaves."""
    ask(running, f"{server.url}/screen")
    wait_until(lambda: is_over(running), within_s=300, what="a run without faults is over")
    rows = all_rows(running)
    assert len(rows["plates"]) == FORM.plates
    assert len(rows["fields"]) == FORM.plates * len(WELLS) * 2
    assert {state for _, state, _, _ in rows["jobs"]} == {"done"}
    return rows


@pytest.mark.parametrize("trouble", TROUBLES)
def test_after_all_faults_every_plate_is_whole_and_none_is_there_twice(
    running: Fleet,
    server: WebServer,
    misbehaviour: Misbehaviour,
    faultless: dict[str, list[tuple[Any, ...]]],
    trouble: Trouble,
) -> None:
    running.forget()
    misbehaviour.asked.clear()
    misbehaviour.faults.clear()
    misbehaviour.is_quiet = False
    ask(running, f"{server.url}/screen")
    make_trouble(running, trouble)
    left = running.query("SELECT count(*) FROM catalog_job WHERE state IN ('queued', 'running')")
    losses = running.query("SELECT sum(losses), max(attempts) FROM catalog_job")

    misbehaviour.is_quiet = True
    quiet_since = time.monotonic()
    for worker in WORKERS:
        running.wait_for(worker)
    left_s = FORM.quiet_within_s - (time.monotonic() - quiet_since)
    wait_until(lambda: is_over(running), within_s=left_s, what=f"all is over, {stuck(running)}")
    seconds = time.monotonic() - quiet_since

    print(  # noqa: T201 - shown with -s
        f"\n{trouble.__name__}: {sum(misbehaviour.asked.values()):,} requests, faults "
        f"{dict(misbehaviour.faults)}; {left[0][0]} jobs left and {losses[0]} workers lost and "
        f"most attempts when it became quiet; all over {seconds:.0f} s later"
    )
    rows = all_rows(running)
    for name, expected in faultless.items():
        assert rows[name] == expected, name
    assert sum(misbehaviour.faults.values()) > FORM.plates


def make_trouble(running: Fleet, trouble: Trouble) -> None:
    """Trouble again and again, for as long as the form says."""
    began = time.monotonic()
    nth = 0
    while (next_at := began + (nth + 1) * FORM.every_s) <= began + FORM.lasts_s:
        time.sleep(max(0.0, next_at - time.monotonic()))
        trouble(running, nth)
        nth += 1


def stuck(running: Fleet) -> list[tuple[Any, ...]]:
    """Jobs that are not over, for the message of a failure."""
    return running.query(
        "SELECT kind, state, attempts, losses, due_at - now(), error FROM catalog_job "
        "WHERE state IN ('queued', 'running') LIMIT 9"
    )
