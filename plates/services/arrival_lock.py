"""Plates that come while an import is written: one of the two has to see the other."""

from typing import Final

from django.db import connection

_SPACE: Final = 0x504C4E45
"""Any number that nobody else of this database locks by; the scope is the second one."""


def lock_as_arriving(scope: int) -> None:
    """Before asking who waits for a plate that was written; held until the transaction ends.

    Plates do not wait for each other, only for an import of their scope that is about to commit.
    Nothing that an import needs, such as the annotation lock, may be asked for after this one.
    """
    _lock("SELECT pg_advisory_xact_lock_shared(%s, %s)", scope)


def lock_out_arrivals(scope: int) -> None:
    """Before an import that has written whom it waits for looks who came meanwhile.

    Plates that are here by now can be seen; all others see the import. The annotation lock is held
    already: imports come in that order.
    """
    _lock("SELECT pg_advisory_xact_lock(%s, %s)", scope)


def _lock(statement: str, scope: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_SPACE, scope])
