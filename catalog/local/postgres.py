import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from catalog.local.carry_over import carry_over
from catalog.local.folder import DATABASE, OWNER_ONLY, POSTGRES_PORT, DataFolder
from catalog.local.identity import Identity, identity_for, wrapped
from catalog.local.programs import PostgresPrograms, find_postgres
from catalog.local.refusals import OtherPostgresVersion, ServiceFailed
from catalog.local.service import Service

NAME = "postgres"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only its size is asked
LEAST_SHARED_MEMORY_BYTES = 512 * 1024 * 1024
# initdb and the server speak English and need no locale of the machine.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
# For a machine of a few gigabytes that runs all of Platecat.
SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "",
}
# A test's database need not outlive the machine's next crash.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres(
    folder: DataFolder, *, programs: PostgresPrograms | None = None, fast: bool = False
) -> Service:
    """The Postgres of a data folder, on a socket that only its owner may open."""
    programs = programs or find_postgres()
    identity = identity_for(cluster=folder.cluster, programs=programs.folder / "postgres")
    _refuse_other_version(folder, programs, identity)

    def prepare() -> None:
        folder.make_sockets(owner=identity.uid if identity else os.geteuid())
        _make_cluster(folder, programs, identity, fast=fast)

    return Service(
        name=NAME,
        command=_command(folder, programs, fast=fast),
        answers=lambda: has_database(folder),
        prepare=prepare,
        environment=ENVIRONMENT,
        identity=identity,
        # Fast shutdown: open transactions are rolled back, nobody is waited for.
        stop_signal=signal.SIGINT,
        # Recovery after a crash reads the whole write-ahead log.
        patience_s=600.0,
        grace_s=30.0,
    )


def postgres_answers(url: str) -> bool:
    """Whether a database can be connected to right now."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def has_database(folder: DataFolder) -> bool:
    """Whether the server answers; the first time its database is made."""
    try:
        _make_database(folder)
    except psycopg.OperationalError:
        return False
    return True


def _make_database(folder: DataFolder) -> None:
    url = folder.url_of("postgres")
    with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
        asked = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if asked.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _command(folder: DataFolder, programs: PostgresPrograms, *, fast: bool) -> tuple[str, ...]:
    settings = {
        **SETTINGS,
        "unix_socket_directories": str(folder.sockets),
        "dynamic_shared_memory_type": _shared_memory(),
        **(FAST if fast else {}),
    }
    options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    return (programs["postgres"], "-D", str(folder.cluster), *options)


def _shared_memory() -> str:
    """Parallel queries fail in a container's usual 64 MB of /dev/shm; files do as well."""
    if not SHARED_MEMORY.is_dir():
        return "posix"
    roomy = shutil.disk_usage(SHARED_MEMORY).total >= LEAST_SHARED_MEMORY_BYTES
    return "posix" if roomy else "mmap"


def _make_cluster(
    folder: DataFolder, programs: PostgresPrograms, identity: Identity | None, *, fast: bool
) -> None:
    """Make the data directory beside its place and move it there whole."""
    if folder.cluster.exists():
        return
    unfinished = folder.cluster.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=OWNER_ONLY)
    if identity is not None:
        os.chown(unfinished, identity.uid, identity.gid)
    _initdb(unfinished, programs, identity, fast=fast)
    unfinished.rename(folder.cluster)


def _initdb(
    place: Path, programs: PostgresPrograms, identity: Identity | None, *, fast: bool
) -> None:
    flags = ("-U", DATABASE, "--auth=trust", "-E", "UTF8", *programs.locale_flags)
    command = (programs["initdb"], "-D", str(place), *flags, *(("--no-sync",) if fast else ()))
    made = subprocess.run(  # noqa: S603 - the program of our own package or of the system
        wrapped(command, identity=identity, dies_by="KILL"),
        cwd="/",
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise ServiceFailed(
            f"Postgres could not make its data directory {place}:\n{made.stdout.strip()}"
        )


def _refuse_other_version(
    folder: DataFolder, programs: PostgresPrograms, identity: Identity | None
) -> None:
    file = folder.cluster / "PG_VERSION"
    if not file.exists():
        return
    found = re.fullmatch(r"(\d+)\s*", file.read_text())
    old = int(found[1]) if found else 0
    if old != programs.major:
        raise OtherPostgresVersion(carry_over(folder, programs, old=old, identity=identity))
