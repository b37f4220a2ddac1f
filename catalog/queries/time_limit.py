"""How long the statements of a search may take: what a person may write must not hold up others."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from catalog.errors import SearchTooCostly


@contextmanager
def time_limit() -> Iterator[None]:
    """Let each statement within take as long as a search's may; SearchTooCostly where one does not do.

    The limit ends with the transaction that this begins, and the connection is as it was.
    """
    seconds: float = settings.SEARCH_TIMEOUT_S
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))]
            )
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTooCostly(seconds) from error
        raise


@contextmanager
def no_time_limit() -> Iterator[None]:
    """Let statements take as long as they take, from here to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO 0")
    yield
