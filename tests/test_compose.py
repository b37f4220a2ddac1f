"""compose.yaml does what it says: its services run here as processes, and do the main job."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import obstore
import pytest

from catalog import environment
from catalog.jobs import QUEUES
from tests import servers, stores
from tests.composed import (
    DOCKERFILE,
    ROOT,
    Composed,
    NotSet,
    composed,
    instructions,
    the_image,
    variables_of_compose,
)
from tests.composing import Composition, composition, left
from tests.rabbitmq import needs_rabbitmq, rabbitmq
from tests.running import wait_until
from workers.schedule import CLOCK

SET = {
    "SECRET_KEY": "a key of tests",
    "POSTGRES_PASSWORD": "p@ss/w:rd %41",
    "PLATECAT_CREDENTIALS_TRIAL_KEY": servers.KEY,
    "PLATECAT_CREDENTIALS_TRIAL_SECRET": servers.SECRET,
}
SERVICES = {
    "postgres",
    "valkey",
    "migrate",
    "data",
    "web",
    "worker",
    "validator",
    "mapper",
    "painter",
    "publisher",
    "tender",
    "beat",
    "objects",
}


@pytest.fixture
def services() -> dict[str, Composed]:
    return composed(SET)


def ours(services: dict[str, Composed]) -> list[Composed]:
    return [one for one in services.values() if one.is_ours]


def test_every_queue_is_served_and_none_that_nobody_fills(services: dict[str, Composed]) -> None:
    served = [queue for one in services.values() for queue in one.queues]
    assert sorted(served) == sorted([*set(QUEUES.values()), CLOCK])
    assert services["validator"].queues == {"validate"}


def test_all_that_it_starts_is_known(services: dict[str, Composed]) -> None:
    assert set(services) == SERVICES
    assert {name for name, one in services.items() if "profiles" in one.written} == {"objects"}
    for one in services.values():
        assert set(one.after) <= SERVICES


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_nothing_starts_without_its_secrets(name: str) -> None:
    with pytest.raises(NotSet, match=name):
        composed({**SET, name: ""})


def test_the_web_does_not_start_without_a_key() -> None:
    tried = subprocess.run(
        [sys.executable, "-c", "import catalog.wsgi"],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode != 0
    assert "SECRET_KEY is not set" in tried.stderr


def test_only_the_web_and_the_bytes_are_reached_from_outside(
    services: dict[str, Composed],
) -> None:
    assert {name for name, one in services.items() if "ports" in one.written} == {"web", "data"}
    assert services["web"].written["ports"] == ["127.0.0.1:8000:8000"]
    assert services["data"].written["ports"] == ["127.0.0.1:8001:8001"]


def test_whatever_runs_is_asked_restarted_and_bounded(services: dict[str, Composed]) -> None:
    for name, one in services.items():
        assert one.written["mem_limit"], name
        assert one.written["logging"]["options"]["max-size"], name
        stays = name != "migrate"
        assert bool(one.health) == stays, name
        assert one.written["restart"] == ("unless-stopped" if stays else "no"), name


def test_our_own_services_can_write_nothing_that_stays_but_pictures_and_versions(
    services: dict[str, Composed],
) -> None:
    for one in ours(services):
        assert one.written["read_only"], one.name
        assert one.written["cap_drop"] == ["ALL"], one.name
        mounts = one.written.get("volumes", [])
        passing = {"/var/tmp", "pictures:/data", "versions:/versions"}
        assert all(mount.endswith(":ro") or mount in passing for mount in mounts), one.name
    mounted = {one.name: " ".join(one.written.get("volumes", [])) for one in ours(services)}
    reading = {name for name, mounts in mounted.items() if ":/stores:ro" in mounts}
    assert reading == {"worker", "validator", "painter", "web", "data"}
    drawing = {name for name, mounts in mounted.items() if "pictures:/data" in mounts}
    assert drawing == {"painter", "web"}
    assert services["web"].environment["PLATECAT_DATA"] == "/data"
    publishing = {name for name, mounts in mounted.items() if "versions:/versions" in mounts}
    assert publishing == {"publisher", "web"}
    assert "versions:/versions:ro" in services["web"].written["volumes"]
    assert services["web"].environment["PLATECAT_VERSIONS"] == "/versions"


def test_what_a_worker_fetches_lies_on_a_disk_and_not_in_its_memory(
    services: dict[str, Composed],
) -> None:
    for name in ("worker", "validator", "mapper", "painter", "publisher", "web"):
        written = services[name].written
        assert services[name].environment["TMPDIR"] in written["volumes"], name
        assert services[name].environment["TMPDIR"] not in written["tmpfs"], name


def test_every_image_names_its_version(services: dict[str, Composed]) -> None:
    bases = [
        rest.split()[0] for name, rest in instructions(DOCKERFILE.read_text()) if name == "FROM"
    ]
    foreign = [one.written["image"] for one in services.values() if not one.is_ours]
    for image in (*bases, *foreign):
        assert re.search(r":\d", image), image


def test_our_services_know_the_environment_that_platecat_reads(
    services: dict[str, Composed],
) -> None:
    for one in ours(services):
        for name in ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "ALLOWED_HOSTS"):
            assert one.environment[name], (one.name, name)
            assert name in environment.VARIABLES
        assert one.environment["PGPASSWORD"] == SET["POSTGRES_PASSWORD"]


def test_every_variable_of_compose_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, chapter = readme.partition("## From one machine to many")
    for name in variables_of_compose() - set(environment.VARIABLES):
        assert f"`{name}`" in chapter, name


def test_the_image_holds_what_is_needed_and_is_nobodys() -> None:
    told = instructions(DOCKERFILE.read_text())
    last = max(at for at, (name, _) in enumerate(told) if name == "FROM")
    assert ("USER", "10001:10001") in told[last:]
    assert not any(
        "apt-get" in rest or "pip" in rest for name, rest in told[last:] if name == "RUN"
    )
    (install,) = [rest for name, rest in told if "pip" in rest and name == "RUN"]
    assert "--require-hashes -r /build/base.lock" in install
    copied = [
        rest.split()[0] for name, rest in told if name == "COPY" and not rest.startswith("--from")
    ]
    kept = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    ]
    assert sorted(copied) == sorted(kept)
    assert all((ROOT / source).exists() for source in copied)
    assert the_image().command[:2] == ("gunicorn", "catalog.wsgi")


def get(url: str) -> Any:
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def sends_bytes(running: Composition) -> None:
    """A document of the plate comes from the process of bytes, to which the web leads."""
    (store,) = get(f"{running.web}/api/v1/stores/")["results"]
    address = get(f"{running.web}/api/v1/stores/{store['id']}/links/")["address"]["url"]
    assert address == f"{running.data}/data/{store['id']}"
    document = get(f"{address}/zarr.json")
    assert document["node_type"] == "group"
    assert get(f"{running.web}/data/{store['id']}/zarr.json") == document


def does_the_main_job(running: Composition, folder: Path) -> None:
    """A plate is harvested, shown over REST, and validated."""
    stores.plate(folder / "small.zarr", wells=["A/1", "B/03"], fields=2, name="small")
    asked = ("harvest", str(folder / "small.zarr"), "--dataset", "d", "--public", "--wait")
    done = running.execute("worker", "python", "manage.py", *asked)
    assert done.returncode == 0, done.stdout + done.stderr
    (plate,) = get(f"{running.web}/api/v1/plates/")["results"]
    assert (plate["name"], plate["wells"], plate["fields"]) == ("small", 2, 4)
    wait_until(
        lambda: (
            get(f"{running.web}/api/v1/plates/")["results"][0]["stores"][0]["verdict"] == "valid"
        ),
        within_s=60,
        what="the validator has looked at the plate",
    )


def have_stopped(running: Composition) -> None:
    """All ended when they were asked to, and left nothing behind."""
    for name, child in running.children.items():
        asked_kindly = running.services[name].stop_signal is not signal.SIGKILL
        assert (child.popen.returncode != -signal.SIGKILL) == asked_kindly, child.how_it_ended()
        assert left(child) == [], name


@pytest.mark.processes
def test_the_services_do_the_main_job_and_stop_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "stores"
    folder.mkdir()
    with composition(tmp_path, stores=folder, **SET) as running:
        assert set(running.children) == SERVICES
        does_the_main_job(running, folder)
        sends_bytes(running)
        objects = servers.S3Server(running.objects)
        objects.upload(folder / "small.zarr", "trial", "small.zarr")
        assert obstore.get(objects.bucket("trial"), "small.zarr/zarr.json").bytes()
        assert get(f"{running.web}/healthz") == {"status": "ok"}
        assert set(get(f"{running.web}/readyz").values()) == {"ok"}
    have_stopped(running)


@pytest.mark.processes
@needs_rabbitmq
def test_the_same_goes_through_rabbitmq(tmp_path: Path) -> None:
    folder = tmp_path / "stores"
    folder.mkdir()
    with (
        rabbitmq() as broker,
        composition(tmp_path, stores=folder, **SET, BROKER_URL=broker) as running,
    ):
        assert running.services["worker"].environment["BROKER_URL"] == broker
        does_the_main_job(running, folder)
    have_stopped(running)
