"""Making a backup: the database and all that cannot be made anew from it, of one moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from catalog.backups import contents
from catalog.backups.archive import (
    DATABASE,
    FORMAT,
    SECRET_KEY,
    BackupRefused,
    Making,
    Manifest,
    Tell,
)
from catalog.local.dumps import dump_programs, dumped
from catalog.models import Version
from catalog.services.version_files import path_of_file

_PIECE: Final = 1024 * 1024


def place_for(target: Path) -> Path:
    """Where a backup goes: the file that is named, or one named after the time in a folder."""
    if target.is_dir():
        return target / f"platecat-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}. Make it, or name another place.")
    if target.exists():
        raise BackupRefused(f"{target} is there already. Choose another name.")
    return target


def make_backup(target: Path, *, with_secret_key: bool, tell: Tell) -> Manifest:
    """Write a backup to a new file, whole or not at all; its manifest.

    Others may work meanwhile: database and versions are those of the moment when it began.
    """
    programs = dump_programs(contents.server())
    making = Making(target)
    try:
        # Held open while pg_dump reads, so that both see the same.
        with transaction.atomic(durable=False):
            snapshot = _exported_snapshot()
            versions = list(Version.objects.select_related("dataset").order_by("pk"))
            told = {
                "postgres": contents.server(),
                "migrations": contents.migrations(),
                "schema": contents.schema(),
                "counts": contents.counts(),
            }
            where = connection.get_connection_params()
            making.add(DATABASE, dumped(programs, where, snapshot=snapshot), tell)
        faults = [fault for version in versions for fault in _added(making, version, tell)]
        if with_secret_key:
            making.add(SECRET_KEY, [settings.SECRET_KEY.encode()], tell)
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            faults=faults,
            files=list(making.members),
            **told,  # type: ignore[arg-type]
        )
        making.finish(manifest)
    except BaseException:
        making.discard()
        raise
    return manifest


def _exported_snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _added(making: Making, version: Version, tell: Tell) -> Iterator[str]:
    """Add the files of a version, and tell those that are not what its row says."""
    for told in version.files:
        path = path_of_file(version, told["name"])
        name = f"versions/{version.dataset.id}/{version.id}/{told['name']}"
        if not path.is_file():
            yield f"{path} is not there"
            continue
        member = making.add(name, _read(path), tell)
        if member.sha256 != told["sha256"]:
            yield f"{path} has the digest {member.sha256} and had {told['sha256']}"


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
