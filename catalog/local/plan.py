import http.client
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import SystemRandom

from catalog.environment import text as told
from catalog.local.broker import broker
from catalog.local.folder import DataFolder
from catalog.local.postgres import postgres
from catalog.local.refusals import PortTaken
from catalog.local.service import Service

PROJECT = Path(__file__).resolve().parents[2]
MANAGE = PROJECT / "manage.py"
LOOPBACK = "127.0.0.1"
TIMEOUT_S = 5.0
# On a single machine all may well be root's.
ROOT_IS_FINE = "ignore:You're running the worker"
_SELDOM_USED = range(20_000, 32_000)
_TRIES = 20
LOGGED = ("--loglevel", "INFO")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What `up` starts, in this order, and where it can be reached then."""

    url: str
    services: tuple[Service, ...]
    # Run to their end: while the services start, and after they answer.
    meanwhile: tuple[Service, ...] = ()
    last: tuple[Service, ...] = ()

    @property
    def stages(self) -> list[list[Service]]:
        """The services, those that start at the same time in one stage."""
        stages: list[list[Service]] = []
        for service in self.services:
            if service.together and stages:
                stages[-1].append(service)
            else:
                stages.append([service])
        return stages


def up_plan(folder: DataFolder, *, port: int, worker: bool = True) -> Plan:
    """All of Platecat on one machine."""
    port = free_port(port)
    data = data_port(port)
    services = (
        *base_services(folder),
        migrations(folder),
        *(worker_services(folder, schedule=folder.schedule) if worker else ()),
        data_service(folder, port=data),
        web_service(folder, port=port, data_url=url_of(data)),
    )
    return Plan(url=url_of(port), services=services)


def url_of(port: int) -> str:
    """Where the web answers."""
    return f"http://{LOOPBACK}:{port}"


def base_services(folder: DataFolder, *, fast: bool = False) -> tuple[Service, ...]:
    """Postgres and the broker, save what the environment names instead."""
    own_database = () if told("DATABASE_URL") else (postgres(folder, fast=fast),)
    own_broker = () if told("BROKER_URL") else (broker(folder),)
    return (*own_database, *own_broker)


def environment(folder: DataFolder) -> Mapping[str, str]:
    """What every part of Platecat has to know, where the user did not say it."""
    ours = {
        "DATABASE_URL": folder.database_url,
        "BROKER_URL": folder.broker_url,
        "SECRET_KEY": told("SECRET_KEY") or folder.secret_key(),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
    known = {name: told(name) or value for name, value in ours.items()}
    # A person reads the lines of all of them at a terminal.
    form = told("PLATECAT_LOGS") or "text"
    return {**known, "PLATECAT_DATA": str(folder.root), "PLATECAT_LOGS": form}


def migrations(folder: DataFolder) -> Service:
    """Brings the tables up to date."""
    return manage(folder, "migrate", "--no-input")


def manage(folder: DataFolder, command: str, *options: str, keeps_output: bool = False) -> Service:
    """A management command that runs to its end."""
    return Service(
        name=command,
        command=(sys.executable, str(MANAGE), command, *options),
        environment=environment(folder),
        folder=PROJECT,
        one_shot=True,
        keeps_output=keeps_output,
    )


def worker_services(folder: DataFolder, *, schedule: Path) -> tuple[Service, ...]:
    """A worker for the jobs, one that tends them, and the clock.

    Each is a process of its own: one that dies is seen to be dead, and tending never waits
    behind hours of work.
    """
    # One worker alone has nobody to compare clocks with.
    alone = ("--without-mingle", "--without-gossip")
    tending = ("--pool", "solo", "--queues", "clock", "--hostname", "tender@%h")
    pace = ("--schedule", str(schedule), "--pidfile", "")
    return (
        celery(folder, "worker", "--concurrency", "2", *alone, ready_line="ready."),
        replace(
            celery(folder, "worker", *tending, *alone, ready_line="ready."),
            name="tender",
            together=True,
        ),
        replace(celery(folder, "beat", *pace, ready_line="Starting..."), together=True),
    )


def celery(folder: DataFolder, role: str, *options: str, ready_line: str) -> Service:
    """A process of Celery's."""
    return Service(
        name=role,
        command=(
            sys.executable,
            "-W",
            ROOT_IS_FINE,
            "-m",
            "celery",
            "-q",
            "-A",
            "workers.celery",
            role,
            *options,
            *LOGGED,
        ),
        ready_line=ready_line,
        environment={**environment(folder), "C_FORCE_ROOT": "1"},
        folder=PROJECT,
    )


def web_service(folder: DataFolder, *, port: int, data_url: str = "") -> Service:
    """The web server; `data_url` is where bytes are sent from, if not from where the user says."""
    ours = {
        "PLATECAT_DATA_URL": told("PLATECAT_DATA_URL") or data_url,
        "PROMETHEUS_MULTIPROC_DIR": str(folder.meters),
    }
    service = gunicorn(folder, "web", "catalog.wsgi", port=port, threads=4)
    return replace(
        service, environment={**service.environment, **ours}, prepare=folder.empty_meters
    )


def data_service(folder: DataFolder, *, port: int) -> Service:
    """The process that sends the bytes of stores, so that the web never does.

    Where all want the processor at once, the web has it first.
    """
    service = gunicorn(folder, "data", "catalog.data.wsgi", port=port, threads=8)
    return replace(service, command=("nice", "-n", "10", *service.command))


def gunicorn(folder: DataFolder, name: str, module: str, *, port: int, threads: int) -> Service:
    """A web server of two processes."""
    shape = ("--worker-class", "gthread", "--workers", "2", "--threads", str(threads))
    where = ("--bind", f"{LOOPBACK}:{port}", "--no-control-socket")
    return Service(
        name=name,
        command=(sys.executable, "-m", "gunicorn", module, *where, *shape),
        answers=lambda: web_answers(port),
        together=True,
        environment=environment(folder),
        folder=PROJECT,
        stop_signal=signal.SIGTERM,
    )


def web_answers(port: int) -> bool:
    """Whether the web says that it is well."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def data_port(port: int) -> int:
    """The port beside that of the web if nobody listens there, else any that is free.

    Links that were given away stay good if it is the same each time.
    """
    try:
        return free_port(port + 1)
    except PortTaken:
        return free_port(0)


def free_port(port: int) -> int:
    """The port if nobody listens on it; for 0 one that is free.

    It is used seconds later. One that the system would give might be taken by then, by whoever
    dials out: those of `_SELDOM_USED` are given to nobody.
    """
    if port:
        return _bound(port)
    for one in SystemRandom().sample(_SELDOM_USED, _TRIES):
        with suppress(PortTaken):
            return _bound(one)
    return _bound(0)


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(
                f"Port {port} of {LOOPBACK} cannot be used: {error}. "
                "Choose another one with --port (PORT= of make), or --port 0 for any free one."
            ) from error
        chosen: int = probe.getsockname()[1]
        return chosen
