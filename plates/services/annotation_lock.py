"""One import at a time, and no plate that is renumbered under it."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_NUMBER: Final = 0x504C4D50
"""Any number that nobody else of this database locks by: `store_at` uses 56 bits of digests."""
_SPACE: Final = 1
_PAUSE_S: Final = 0.2


class ImportStopped(Exception):
    """An import was told to stop; nothing of it stays."""


def lock_annotation(cursor: "CursorWrapper") -> None:
    """Wait until nobody else writes annotation or its index; held until the transaction ends.

    Imports, undos, harvests that renumber positions, and merges take it before any row that
    another of them may want, so that they cannot wait for each other in a ring; layers are shared
    between all datasets, so a finer lock would not hold where they are made and removed.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, _NUMBER])


def wait_for_annotation(cursor: "CursorWrapper", *, stop: Callable[[], bool]) -> None:
    """The same for who may be told to stop meanwhile: ImportStopped then."""
    while True:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_SPACE, _NUMBER])
        (is_held,) = cursor.fetchone() or (False,)
        if is_held:
            return
        if stop():
            raise ImportStopped
        time.sleep(_PAUSE_S)
