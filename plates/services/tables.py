"""Rows into Postgres in bulk: COPY into a temporary table, then only what differs is written."""

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a temporary table."""

    name: str
    type: str


@contextmanager
def loading_cursor(level: str = "") -> "Iterator[CursorWrapper]":
    """A cursor whose statements may take as long as a large plate needs.

    `level` is what the transaction is set to, which begins here then.
    """
    with connection.cursor() as cursor:
        if level:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        # Foreign keys are checked row by row with a prepared statement: planning it anew for
        # each of them, as short queries want it, is most of a load's time.
        cursor.execute("SET LOCAL plan_cache_mode = auto")
        yield cursor


def copy_rows(
    cursor: "CursorWrapper",
    table: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
) -> None:
    """Fill a new temporary table, dropped at the end of the transaction, with rows."""
    name = sql.Identifier(table)
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))
        for column in columns
    )
    listed = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    cursor.execute(sql.SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(name, declared))
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, listed)) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(sql.SQL("ANALYZE {}").format(name))


def run(cursor: "CursorWrapper", statement: str, **values: int) -> int:
    """Run a statement and say how many rows it wrote."""
    cursor.execute(statement, values)
    return int(cursor.rowcount)
