"""What is in a catalog, as a backup of it says."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Manager

from catalog.models import Dataset, Source, Version
from plates.models import Plate, PlateMap, Store

COUNTED: Final[Mapping[str, Manager[Any]]] = {
    "datasets": Dataset.objects,
    "sources": Source.objects,
    "stores": Store.objects,
    "plates": Plate.objects,
    "plate maps": PlateMap.objects,
    "versions": Version.objects,
    "people": User.objects,
}
_COLUMNS: Final = """
    SELECT table_name, column_name, data_type, is_nullable
      FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
     ORDER BY 1, 2
"""


def counts() -> dict[str, int]:
    """How many there are of what people would miss; nothing where there are no tables yet."""
    if not migrations():
        return {}
    return {name: rows.count() for name, rows in COUNTED.items()}


def migrations() -> list[tuple[str, str]]:
    """The migrations that were applied, by application and name."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def schema() -> str:
    """SHA-256 of the names and types of all columns."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        lines = ["\t".join(row) for row in cursor.fetchall()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def server() -> int:
    """The major version of the database's server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def others_connected() -> int:
    """How many others are connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
