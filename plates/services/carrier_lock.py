"""Who changes what is counted of a carrier does it alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_LOCK: Final = """
    SELECT id FROM plates_carrier WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""


def lock_carriers(cursor: "CursorWrapper", carriers: Sequence[int]) -> None:
    """Wait until nobody else changes the index of carriers or where they have subjects.

    Held until the transaction ends. Who needs the annotation lock as well takes it before, and all
    lock carriers in the order of their numbers, so that nobody waits in a ring. Rows are locked,
    and not numbers: an import may be about more plates than Postgres has room for such locks.
    """
    cursor.execute(_LOCK, [list(carriers)])
