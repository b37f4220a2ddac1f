"""One view of the database for everything that is read within, however long that takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

IDLE_S: Final = 300
"""A reader who takes nothing for so long loses the view: it keeps Postgres from tidying up."""


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read within as if nothing changed meanwhile; within a transaction that is under way, read in that."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                [str(IDLE_S * 1000)],
            )
        yield
