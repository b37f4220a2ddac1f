"""The extensions of Postgres that our indexes are made of: there before the first migration."""

from typing import Final

from django.core.management.base import CommandError
from django.db import DatabaseError, connections, transaction

EXTENSIONS: Final = ("pg_trgm",)


def make_extensions(*, using: str, **more: object) -> None:
    """Make those that a database lacks; CommandError with what to do where that is not possible."""
    connection = connections[using]
    for name in EXTENSIONS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_extension WHERE extname = %s", [name])
            if cursor.fetchone() is not None:
                continue
        try:
            with transaction.atomic(using=using), connection.cursor() as cursor:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        except DatabaseError as error:
            raise CommandError(sentence(name, connection.settings_dict["NAME"], error)) from error


def sentence(name: str, database: object, error: DatabaseError) -> str:
    """Why there is no extension, and what to do."""
    return (
        f"The database {database} has not the extension {name}, and it could not be made: "
        f"{str(error).strip().splitlines()[0]}. {name} comes with Postgres itself; where it is "
        "packed apart, install postgresql-contrib. Then let somebody who may create extensions "
        f"run `CREATE EXTENSION {name};` in this database, and migrate again."
    )
