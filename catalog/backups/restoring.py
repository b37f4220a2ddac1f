"""Putting a backup in the place of a catalog: all of it, or nothing."""

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from catalog.backups import contents
from catalog.backups.archive import (
    DATABASE,
    FORMAT,
    SECRET_KEY,
    Backup,
    BackupRefused,
    Member,
    Tell,
)
from catalog.errors import StoreUnread
from catalog.local.dumps import dump_programs, read_in
from catalog.services.previews import request_preview
from plates.extensions import make_extensions
from plates.models import Preview, Store

_RESTORING: Final = ".restoring-"
_READ_ONLY: Final = 0o444
_PATIENCE_S: Final = 5.0


def refuse_unfit(backup: Backup) -> None:
    """BackupRefused for what this Platecat cannot read, or this server cannot hold."""
    manifest = backup.manifest
    if manifest.format != FORMAT:
        raise BackupRefused(
            f"{backup.path} is of the form {manifest.format}, and this Platecat reads {FORMAT}. "
            "Restore it with the Platecat that made it."
        )
    known = set(MigrationLoader(None).disk_migrations)
    if strange := sorted(set(manifest.migrations) - known):
        app, name = strange[0]
        raise BackupRefused(
            f"{backup.path} was made by a newer Platecat: this one knows no migration {app}.{name}. "
            "Bring Platecat up to date, then restore."
        )
    if (here := contents.server()) < manifest.postgres:
        raise BackupRefused(
            f"{backup.path} was made of Postgres {manifest.postgres}, and this server is {here}. "
            "Restore into a server that is no older."
        )


def refuse_to_overwrite() -> None:
    """BackupRefused if there is anything that somebody would miss."""
    there = {name: number for name, number in contents.counts().items() if number}
    if there:
        said = ", ".join(f"{number:,} {name}" for name, number in there.items())
        raise BackupRefused(
            f"There is a catalog here already ({said}). Restore into an empty database, or put the "
            "backup in the place of all that with --force."
        )


def refuse_while_in_use() -> None:
    """BackupRefused while web or workers are connected: they would write into what is replaced."""
    until = time.monotonic() + _PATIENCE_S
    while (others := contents.others_connected()) and time.monotonic() < until:
        time.sleep(_PATIENCE_S / 20)
    if others:
        raise BackupRefused(
            f"{others} others are connected to this database. Stop web, data, workers and beat (and "
            "whatever else looks into it), then restore."
        )


def restore(backup: Backup, *, tell: Tell) -> None:
    """Put the files of versions in their places, then the database; its old tables are gone then.

    The backup was verified. Files come first: without their rows they are nothing to anybody.
    """
    programs = dump_programs(max(contents.server(), backup.manifest.postgres))
    _write_versions(backup, tell)
    where = connection.get_connection_params()
    make_extensions(using=connection.alias)
    connection.close()
    read_in(programs, where, _told(backup, tell))
    if contents.schema() != backup.manifest.schema:
        raise BackupRefused(
            "The database was restored, but its tables are not those that the backup tells of. "
            "Do not go on with it; restore again, or ask for help with the output above."
        )
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE")
    connection.close()


def write_secret_key(backup: Backup, place: Path) -> None:
    """Write the key of the backup to a file that only its owner may read."""
    if not backup.has(SECRET_KEY):
        raise BackupRefused(f"{backup.path} holds no secret key: it was made without.")
    aside = place.with_name(f"{place.name}.new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in backup.pieces(SECRET_KEY):
            file.write(piece)
    aside.rename(place)


def queue_pictures() -> int:
    """Ask for the drawing of all stores that had pictures; how many there are."""
    drawn = Store.objects.filter(pk__in=Preview.objects.values("pk"), vanished_at=None)
    count = 0
    for store in drawn.iterator():
        try:
            request_preview(store=store, by=None)
        except StoreUnread:
            continue
        count += 1
    return count


def _told(backup: Backup, tell: Tell) -> Iterator[bytes]:
    done = 0
    for piece in backup.pieces(DATABASE):
        yield piece
        done += len(piece)
        tell(DATABASE, done)


def _write_versions(backup: Backup, tell: Tell) -> None:
    """Each version in a folder of its own, written aside and renamed."""
    versions: dict[tuple[str, str], list[tuple[str, Member]]] = defaultdict(list)
    for dataset, version, name, told in backup.version_files():
        versions[dataset, version].append((name, told))
    for (dataset, version), files in versions.items():
        place = Path(settings.VERSIONS) / dataset / version
        aside = place.with_name(f"{_RESTORING}{version}")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for name, told in files:
            _write(aside / name, backup.pieces(told.name))
            tell(told.name, told.bytes)
        # What stood here is of the catalog that is replaced.
        shutil.rmtree(place, ignore_errors=True)
        aside.rename(place)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(_READ_ONLY)
