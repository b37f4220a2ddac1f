"""A Platecat without web, each process of which can be killed and started again by itself."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from catalog.local.broker import broker
from catalog.local.child import Child
from catalog.local.folder import DataFolder
from catalog.local.plan import MANAGE, celery, worker_services
from catalog.local.postgres import postgres
from catalog.local.processes import family, kill
from catalog.local.service import Service
from catalog.local.supervisor import never, nowhere
from tests.running import environment

READY_S = 60.0
PAUSE_S = 0.05


class Fleet:
    """Processes by name: postgres, broker, worker, tender, beat, and further workers."""

    def __init__(self, folder: DataFolder, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {
            "DATABASE_URL": folder.database_url,
            "BROKER_URL": folder.broker_url,
            "SECRET_KEY": "tests-only",
            "PLATECAT_DATA": str(folder.root),
            "C_FORCE_ROOT": "1",
            **variables,
        }
        hands = worker_services(folder, schedule=folder.schedule)
        self.services: dict[str, Service] = {
            "postgres": postgres(folder, fast=True),
            "broker": broker(folder),
            **{hand.name: self._ours(hand) for hand in hands},
        }
        self.children: dict[str, Child] = {}

    def _ours(self, service: Service) -> Service:
        """A service that knows our database, not that of the suite."""
        return replace(service, environment={**service.environment, **self.environment})

    def add_worker(self, name: str, *, concurrency: int, queues: str = "") -> None:
        """A further worker, not started yet; of all queues if none are named."""
        options = ["--concurrency", str(concurrency), "--hostname", f"{name}@%h"]
        options += ["--without-mingle", "--without-gossip"]
        options += ["--queues", queues] if queues else []
        service = celery(self.folder, "worker", *options, ready_line="ready.")
        self.services[name] = replace(self._ours(service), name=name)

    def start(self, *names: str, wait: bool = True) -> None:
        """Start services, and wait until they answer."""
        for name in names:
            self.services[name].prepare()
            self.children[name] = Child(self.services[name], logs=self.folder.logs, say=nowhere)
            if wait:
                self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """Return once a service answers."""
        child, until = self.children[name], time.monotonic() + READY_S
        while not child.ready():
            last = "\n".join(child.last_lines)
            assert child.runs(), f"{name} ended with {child.how_it_ended()}:\n{last}"
            assert time.monotonic() < until, f"{name} does not answer:\n{last}"
            time.sleep(PAUSE_S)

    def kill(self, name: str) -> None:
        """kill -9 of a service and of all that it started."""
        child = self.children.pop(name)
        others = family(child.mark)
        child.popen.send_signal(signal.SIGKILL)
        child.popen.wait()
        kill([*others, *family(child.mark)])
        child.drain()

    def stop(self, name: str) -> None:
        """Ask a service to end, and wait for that."""
        self.children.pop(name).stop(hurry=never)

    def stop_all(self) -> None:
        """End all, the last started first; nobody waits for work that goes on."""
        for name in reversed(list(self.children)):
            if name in ("postgres", "broker"):
                self.stop(name)
            else:
                self.kill(name)
        self.folder.remove_sockets()

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The outcome of a management command that went well."""
        return subprocess.run(
            [sys.executable, str(MANAGE), *arguments],
            env=self._whole_environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )

    def _whole_environment(self) -> dict[str, str]:
        return environment(self.folder.root, **self.environment)

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with psycopg.connect(self.folder.database_url) as connection:
            return connection.execute(text.encode()).fetchall()

    def forget(self) -> None:
        """Empty all tables, as if nothing had ever been harvested."""
        tables = self.query(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind = 'r' AND nspname = 'public' AND relname ~ '^(plates|catalog)_'"
        )
        self.execute(f"TRUNCATE {', '.join(name for (name,) in tables)} CASCADE")

    def execute(self, text: str) -> None:
        """Change the database by hand."""
        with psycopg.connect(self.folder.database_url) as connection:
            connection.execute(text.encode())


@contextmanager
def fleet(data: Path, variables: Mapping[str, str], *, worker: bool = True) -> Iterator[Fleet]:
    """Postgres, broker, tender and beat run, with all tables there; a worker too, unless not."""
    folder = DataFolder(data)
    folder.make()
    running = Fleet(folder, variables)
    try:
        running.start("postgres", "broker")
        running.manage("migrate", "--no-input")
        running.start("tender", "beat", *(["worker"] if worker else []))
        yield running
    finally:
        running.stop_all()
