import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.environment import text as told
from catalog.local.broker import broker_answers
from catalog.local.folder import DataFolder
from catalog.local.interrupts import Interrupts
from catalog.local.locks import Lock, gate, opened
from catalog.local.orphans import stop_orphans
from catalog.local.plan import (
    base_services,
    environment,
    free_port,
    migrations,
    url_of,
    web_service,
    worker_services,
)
from catalog.local.postgres import postgres_answers
from catalog.local.refusals import ServiceFailed
from catalog.local.service import Service
from catalog.local.starters import COMMAND, UP, running
from catalog.local.supervisor import Supervisor

PAUSE_S = 0.2
ANSWER_PATIENCE_S = 10.0


@dataclass(frozen=True)
class Services:
    """Where the services are, for as long as they are at hand."""

    database_url: str
    broker_url: str
    web_url: str | None = None
    # Whether a worker runs that stops when we are done.
    own_worker: bool = False


@contextmanager
def services_at_hand(
    data: Path | DataFolder,
    *,
    worker: bool = False,
    web: bool = False,
    fast: bool = False,
    migrate: bool = True,
) -> Iterator[Services]:
    """The services of the environment, else the running ones of the folder, else our own.

    Meanwhile `os.environ` names them. What we started we stop, once nobody else uses it.
    """
    folder = data if isinstance(data, DataFolder) else DataFolder(data)
    if told("DATABASE_URL") and told("BROKER_URL"):
        yield Services(told("DATABASE_URL"), told("BROKER_URL"))
        return
    folder.make()
    with ExitStack() as stack:
        own_broker = not told("BROKER_URL")
        stack.enter_context(_base(folder, fast=fast, migrate=migrate))
        named = environment(folder)
        stack.enter_context(_named(named))
        port = free_port(0) if web else None
        # What our own clock remembers is of no use to the next command.
        clock = folder.root
        if worker:
            clock = Path(stack.enter_context(TemporaryDirectory(prefix="platecat-beat-")))
        hands = _hands(folder, worker=worker and own_broker, port=port, clock=clock)
        stack.enter_context(_started(folder, tuple(hands)))
        yield Services(
            named["DATABASE_URL"],
            named["BROKER_URL"],
            web_url=url_of(port) if port else None,
            own_worker=any(hand.name == "worker" for hand in hands),
        )


@contextmanager
def _base(folder: DataFolder, *, fast: bool, migrate: bool) -> Iterator[None]:
    """Postgres and the broker run meanwhile, whoever started them."""
    with opened(folder.users) as users:
        with gate(folder):
            users.take(shared=True)
            supervisor = _start_missing(folder, fast=fast, migrate=migrate)
        try:
            yield
        finally:
            users.release()
            if supervisor is not None:
                _stop_when_unused(folder, users, supervisor)


def _start_missing(folder: DataFolder, *, fast: bool, migrate: bool) -> Supervisor | None:
    stop_orphans(folder)
    there = running(folder)
    missing = [one for one in base_services(folder, fast=fast) if one.name not in there]
    if not missing:
        _refuse_the_silent(folder, there)
        return None
    supervisor = Supervisor(folder, kind=COMMAND)
    return _all_started(supervisor, [*missing, *([migrations(folder)] if migrate else [])])


def _all_started(supervisor: Supervisor, services: list[Service]) -> Supervisor:
    try:
        for service in services:
            supervisor.start(service)
    except BaseException:
        _stop(supervisor)
        raise
    return supervisor


def _refuse_the_silent(folder: DataFolder, there: set[str]) -> None:
    """Raise if services that should run do not answer."""
    deadline = time.monotonic() + ANSWER_PATIENCE_S
    while not _answer(folder, there):
        if time.monotonic() > deadline:
            raise ServiceFailed(
                f"The services of {folder.root} were started but do not answer. "
                f"Stop the Platecat that runs there; its logs are in {folder.logs}."
            )
        time.sleep(PAUSE_S)


def _answer(folder: DataFolder, there: set[str]) -> bool:
    database = "postgres" not in there or postgres_answers(folder.database_url)
    return database and ("broker" not in there or broker_answers(folder.broker_socket))


def _stop_when_unused(folder: DataFolder, users: Lock, supervisor: Supervisor) -> None:
    while True:
        with gate(folder, insist=False):
            if users.take():
                _stop(supervisor)
                return
        time.sleep(PAUSE_S)


def _stop(supervisor: Supervisor) -> None:
    with Interrupts() as interrupts:
        supervisor.stop(hurry=interrupts.once)


def _hands(folder: DataFolder, *, worker: bool, port: int | None, clock: Path) -> Iterator[Service]:
    # Only the worker of an `up` is relied on: that of another command ends with that command.
    if worker and "worker" not in running(folder, of=UP):
        yield from worker_services(folder, schedule=clock / "schedule")
    if port is not None:
        yield web_service(folder, port=port)


@contextmanager
def _started(folder: DataFolder, services: tuple[Service, ...]) -> Iterator[None]:
    """Our own worker and web run meanwhile."""
    if not services:
        yield
        return
    with gate(folder):
        supervisor = _all_started(Supervisor(folder, kind=COMMAND), list(services))
    try:
        yield
    finally:
        _stop(supervisor)


@contextmanager
def _named(variables: Mapping[str, str]) -> Iterator[None]:
    """The environment has these values meanwhile."""
    former = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
