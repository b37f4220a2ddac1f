"""/metrics tells how Platecat fares, to those who run it alone, and names nothing."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from catalog.local.plan import free_port
from catalog.models import Dataset, Job
from catalog.services.tokens import make_token
from catalog.words import JobState, TokenScope, Visibility
from tests import factories, stores
from tests.catalog.secret import World
from tests.running import wait_until

STRANGER = "203.0.113.7"


def samples(text: str) -> dict[str, float]:
    """Every sample as `name{label=value,...}`."""
    return {
        f"{one.name}{{{','.join(f'{k}={v}' for k, v in sorted(one.labels.items()))}}}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def numbers(client: Client) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return samples(answer.content.decode())


@pytest.mark.django_db
def test_the_numbers_are_those_of_the_database(
    client: Client, open_dataset: Dataset, plate_folder: Path, tmp_path: Path
) -> None:
    factories.harvested(str(plate_folder), into=open_dataset)
    bare = stores.plate(tmp_path / "other.zarr", wells=["A/1"])
    waiting = factories.queued_harvest(str(bare), into=open_dataset)
    since = timezone.now() - timedelta(seconds=90)
    Job.objects.filter(pk=waiting.pk).update(due_at=since)
    broken = factories.queued_harvest(str(tmp_path / "none.zarr"), into=open_dataset)
    Job.objects.filter(pk=broken.pk).update(
        state=JobState.FAILED.value, error="Nothing is there.", finished_at=timezone.now()
    )
    found = numbers(client)
    assert found["platecat_database_up{}"] == 1
    assert found["platecat_plates{}"] == 1
    assert found["platecat_stores{reach=ok,verdict=unchecked}"] == 1
    assert found["platecat_jobs_waiting{kind=harvest}"] == 1
    assert 90 <= found["platecat_jobs_waiting_seconds{kind=harvest}"] < 150
    assert found["platecat_jobs_failed{kind=harvest}"] == 1
    assert found["platecat_jobs_running{kind=harvest}"] == 0
    assert found["platecat_jobs_failed{kind=publish}"] == 0
    assert found["platecat_harvested_stores_10m{state=done}"] == 1
    assert found["platecat_harvested_stores_10m{state=failed}"] == 1
    assert found["platecat_harvested_wells_10m{state=done}"] == 3
    assert found["platecat_harvested_documents_10m{state=done}"] > 3
    assert found["platecat_findings{level=error}"] == 0


@pytest.mark.django_db
def test_pictures_are_told_in_bytes(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.PICTURES = tmp_path / "pictures"
    pack = settings.PICTURES / "packs" / "ab" / "one.pack"
    pack.parent.mkdir(parents=True)
    pack.write_bytes(b"x" * 1234)
    assert numbers(client)["platecat_pictures_bytes{}"] == 1234


@pytest.mark.django_db
def test_requests_are_told_by_the_name_of_their_route(client: Client) -> None:
    series = "platecat_request_seconds_count{route=api:plate}"
    before = numbers(client).get(series, 0)
    for number in range(3):
        client.get(f"/api/v1/plates/0190000{number}-0000-7000-8000-000000000000/")
    client.generic("BREW", "/no/such/place")
    found = numbers(client)
    assert found[series] == before + 3
    assert found["platecat_requests_total{method=GET,route=api:plate,status=404}"] >= 3
    assert found["platecat_requests_total{method=other,route=none,status=404}"] >= 1


@pytest.mark.django_db
def test_strangers_are_told_nothing(client: Client, settings: Settings) -> None:
    assert client.get("/metrics", REMOTE_ADDR=STRANGER).status_code == 403
    # A proxy that nobody has named may stand on this machine and pass on anybody.
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert client.get("/metrics", headers={"Forwarded": "for=127.0.0.1"}).status_code == 403
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get("/metrics", headers={"X-Forwarded-For": STRANGER}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200
    settings.METRICS_NETWORKS = ["203.0.113.0/24"]
    assert client.get("/metrics", REMOTE_ADDR=STRANGER).status_code == 200
    assert client.get("/metrics").status_code == 403


@pytest.mark.django_db
def test_a_token_opens_them_if_an_operator_made_it_for_that(client: Client) -> None:
    def asks(who: str, *scopes: TokenScope) -> int:
        owner = factories.operator() if who == "operator" else factories.user()
        secret = make_token(owner=owner, by=None, name="prometheus", scopes=scopes).secret
        told = {"Authorization": f"Bearer {secret}"}
        return client.get("/metrics", headers=told, REMOTE_ADDR=STRANGER).status_code

    assert asks("operator", TokenScope.OPERATE) == 200
    assert asks("operator", TokenScope.READ, TokenScope.CURATE) == 403
    assert asks("somebody", TokenScope.OPERATE) == 403
    wrong = {"Authorization": "Bearer pc_" + "a" * 40}
    assert client.get("/metrics", headers=wrong, REMOTE_ADDR=STRANGER).status_code == 403


@pytest.mark.parametrize("visibility", [Visibility.OWNER])
def test_nothing_private_is_named(world: World, visibility: Visibility, client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert not [mark for mark in world.marks if mark in text]


@contextmanager
def web(folder: Path, *, workers: int) -> Iterator[tuple[str, psutil.Process]]:
    """A web server of some processes that count together."""
    where = f"127.0.0.1:{free_port(0)}"
    server = subprocess.Popen(
        ["env", f"PROMETHEUS_MULTIPROC_DIR={folder}", "SECRET_KEY=x", sys.executable,
         "-m", "gunicorn", "catalog.wsgi", "--bind", where, "--workers", str(workers),
         "--worker-class", "gthread", "--threads", "2", "--no-control-socket"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://{where}", psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def status_of(url: str) -> int:
    """0 while nobody answers."""
    try:
        # A connection of its own each time, so that any of the processes may take it.
        with urlopen(Request(url, headers={"Connection": "close"}), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def counting(folder: Path) -> set[int]:
    """The processes that have counted something."""
    return {int(path.stem.rpartition("_")[2]) for path in folder.glob("*.db")}


def ask_until_two_have_counted(url: str, folder: Path) -> int:
    """How often was asked: which process takes a request is for the kernel to say."""
    asked = 0

    def two_have_counted() -> bool:
        nonlocal asked
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(status_of, [f"{url}/no/such/page"] * 40))
        asked += answers.count(404)
        return len(counting(folder)) > 1

    wait_until(two_have_counted, within_s=60, what="a second process")
    return asked


@pytest.mark.processes
def test_several_processes_of_one_machine_count_together(tmp_path: Path) -> None:
    folder = tmp_path / "meters"
    with web(folder, workers=3) as (url, server):
        wait_until(lambda: status_of(f"{url}/healthz") == 200, within_s=60, what="the web")
        asked = ask_until_two_have_counted(url, folder)
        # What one has counted stays when it is gone.
        next(child for child in server.children() if child.pid in counting(folder)).kill()
        for _ in range(5):
            with urlopen(f"{url}/metrics", timeout=20) as answer:
                found = samples(answer.read().decode())
            key = "platecat_requests_total{method=GET,route=none,status=404}"
            assert found[key] == asked
            assert found["platecat_request_seconds_count{route=none}"] == asked
            assert found["platecat_request_seconds_bucket{le=+Inf,route=none}"] == asked
