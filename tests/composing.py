"""Every service of compose.yaml as a process of this machine, in place of its container."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg

from catalog.local.child import Child
from catalog.local.folder import DataFolder
from catalog.local.identity import Identity, identity_for, wrapped
from catalog.local.plan import PROJECT
from catalog.local.processes import family
from catalog.local.programs import PostgresPrograms, find_postgres, find_valkey
from catalog.local.service import Service
from catalog.local.starters import COMMAND
from catalog.local.supervisor import Supervisor
from tests.composed import Composed, composed
from tests.servers import _free_ports

FIRST_WITH_BUILTIN_LOCALE = 17
HEALTH_S = 30.0
# Clients that only the images have.
VALKEY_CLI = """\
import sys, valkey
assert sys.argv[1:] == ["ping"]
print("PONG" if valkey.Valkey(port={port}).ping() else "no")
"""
WGET = "import sys, urllib.request; urllib.request.urlopen(sys.argv[-1], timeout=5)"


@dataclass(frozen=True)
class Composition:
    """The running services of compose.yaml."""

    services: Mapping[str, Composed]
    children: Mapping[str, Child]
    web: str
    data: str
    objects: str

    def execute(self, service: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """What `docker compose exec` would do: a command beside a service."""
        return subprocess.run(
            strictly(self.services[service].environment, command),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


class Machine:
    """This machine as the services see it: their addresses, folders and programs are ours."""

    def __init__(self, place: Path, *, stores: Path) -> None:
        self.place = place
        ports = _free_ports(8)
        self.postgres, self.valkey, self.web, self.data, self.objects = ports[:5]
        master, volume, filer = ports[5:]
        here = "127.0.0.1"
        self.ours = {
            "postgres:5432": f"{here}:{self.postgres}",
            "valkey:6379": f"{here}:{self.valkey}",
            "0.0.0.0:8000": f"{here}:{self.web}",
            f"{here}:8000": f"{here}:{self.web}",
            "0.0.0.0:8001": f"{here}:{self.data}",
            f"{here}:8001": f"{here}:{self.data}",
            "data:8001": f"{here}:{self.data}",
            f"{here}:8333": f"{here}:{self.objects}",
            "-s3.port=8333": f"-s3.port={self.objects}",
            "-master.port=9333": f"-master.port={master}",
            "-volume.port=8080": f"-volume.port={volume}",
            "-filer.port=8888": f"-filer.port={filer}",
            "-ip=objects": f"-ip={here}",
            "-ip.bind=0.0.0.0": f"-ip.bind={here}",
            "-dir=/data": f"-dir={place / 'objects'}",
            "/stores": str(stores),
            "/srv/platecat": str(PROJECT),
            "/tmp": str(place / "tmp"),
            "/opt/venv/bin:$PATH": f"{place / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin",
        }
        for folder in ("objects", "tmp", "bin"):
            (place / folder).mkdir()
        self.program("valkey-cli", VALKEY_CLI.format(port=self.valkey))
        self.program("wget", WGET)

    def translate(self, text: str) -> str:
        """A text with what is true here in place of what is true among containers."""
        known = sorted(map(re.escape, self.ours), key=len, reverse=True)
        return re.sub("|".join(known), lambda found: self.ours[found[0]], text)

    def program(self, name: str, code: str) -> None:
        """Make a small program of Python."""
        path = self.place / "bin" / name
        path.write_text(f"#!{sys.executable}\n{code}")
        path.chmod(0o755)

    def path_of_images(self) -> str:
        """Where images that are not ours find their programs."""
        return f"{self.place / 'bin'}:{find_postgres().folder}:/usr/bin:/bin"


@contextmanager
def composition(place: Path, *, stores: Path, **variables: str) -> Iterator[Composition]:
    """All of compose.yaml runs and is well; `variables` are what `.env` says."""
    machine = Machine(place, stores=stores)
    services = {
        name: told.translated(machine.translate) for name, told in composed(variables).items()
    }
    folder = DataFolder(place / "data")
    folder.make()
    supervisor = Supervisor(folder, kind=COMMAND)
    children: dict[str, Child] = {}
    try:
        while waiting := [one for one in services.values() if one.name not in children]:
            due = [one for one in waiting if all(name in children for name in one.after)]
            started = supervisor.start_together([as_process(one, machine, folder) for one in due])
            children.update({one.name: child for one, child in zip(due, started, strict=True)})
        yield Composition(
            services,
            children,
            web=f"http://127.0.0.1:{machine.web}",
            data=f"http://127.0.0.1:{machine.data}",
            objects=f"http://127.0.0.1:{machine.objects}",
        )
    finally:
        supervisor.stop()


def as_process(composed: Composed, machine: Machine, folder: DataFolder) -> Service:
    """The process that does what the container would, and is well when its check says so."""
    if composed.is_ours:
        return plain(composed, composed.command, composed.environment)
    if composed.name == "postgres":
        return postgres(composed, machine, folder)
    command = in_place_of_image(composed, machine, folder)
    return plain(composed, command, {**composed.environment, "PATH": machine.path_of_images()})


def plain(composed: Composed, command: tuple[str, ...], environment: Mapping[str, str]) -> Service:
    """A process with exactly this environment."""
    return Service(
        name=composed.name,
        command=tuple(strictly(environment, command)),
        answers=lambda: is_well(composed, environment),
        folder=PROJECT,
        one_shot=composed.written["restart"] == "no",
        stop_signal=composed.stop_signal,
        grace_s=composed.grace_s,
    )


def strictly(environment: Mapping[str, str], command: tuple[str, ...]) -> list[str]:
    """A command that sees nothing of our own environment."""
    return ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]


def is_well(composed: Composed, environment: Mapping[str, str]) -> bool:
    """What the health check of the service says."""
    asked = subprocess.run(
        strictly(environment, composed.health),
        cwd=PROJECT,
        capture_output=True,
        timeout=HEALTH_S,
        check=False,
    )
    return asked.returncode == 0


def in_place_of_image(composed: Composed, machine: Machine, folder: DataFolder) -> tuple[str, ...]:
    """The command of an image that is not ours, with the program that this machine has."""
    if composed.name == "valkey":
        where = ("--port", str(machine.valkey), "--bind", "127.0.0.1", "--dir", str(folder.broker))
        return (str(find_valkey()), *composed.command[1:], *where)
    weed = shutil.which("weed") or str(Path(sys.executable).with_name("weed"))
    return (weed, *composed.command)


def postgres(composed: Composed, machine: Machine, folder: DataFolder) -> Service:
    """A Postgres of our own programs, made and asked as the image does."""
    programs = find_postgres()
    identity = identity_for(cluster=folder.cluster, programs=programs.folder / "postgres")
    address = {"PGHOST": "127.0.0.1", "PGPORT": str(machine.postgres)}
    environment = {"PATH": machine.path_of_images(), "LC_ALL": "C", **address}
    where = (
        "-D",
        str(folder.cluster),
        "-cunix_socket_directories=",
        "-clisten_addresses=127.0.0.1",
    )
    command = (programs["postgres"], *composed.command[1:], *where, f"-cport={machine.postgres}")
    return replace(
        plain(composed, command, environment),
        prepare=lambda: make_cluster(composed, programs, identity, folder),
        answers=lambda: is_well(composed, environment) and has_database(composed, machine),
        identity=identity,
    )


def make_cluster(
    composed: Composed, programs: PostgresPrograms, identity: Identity | None, folder: DataFolder
) -> None:
    """What the image does at its first start."""
    told = composed.environment
    password = folder.root / "password"
    password.write_text(told["POSTGRES_PASSWORD"])
    flags = told["POSTGRES_INITDB_ARGS"].split()
    if programs.major < FIRST_WITH_BUILTIN_LOCALE:
        flags = [*programs.locale_flags]
    command = [programs["initdb"], "-D", str(folder.cluster), "-U", told["POSTGRES_USER"]]
    command += ["--auth=scram-sha-256", f"--pwfile={password}", "--no-sync", *flags]
    folder.cluster.mkdir(mode=0o700)
    if identity is not None:
        os.chown(folder.cluster, identity.uid, identity.gid)
    made = subprocess.run(
        wrapped(command, identity=identity), cwd="/", capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr


def has_database(composed: Composed, machine: Machine) -> bool:
    """Make the database once the server lets its user in."""
    told = composed.environment
    with psycopg.connect(
        host="127.0.0.1",
        port=machine.postgres,
        user=told["POSTGRES_USER"],
        password=told["POSTGRES_PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(f"CREATE DATABASE {told['POSTGRES_DB']}".encode())
    return True


def left(child: Child) -> list[psutil.Process]:
    """What a service left running."""
    return family(child.mark)
