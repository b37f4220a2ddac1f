"""How many carriers there are: counted at once where they are few, now and then where they are many.

The way in which hits are looked for depends on it, and nothing that anybody is told.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from django.db import connection

from plates.arrays import array_of, unplanned

KEPT_S: Final = 60.0
"""So long the number of many carriers is good enough."""
MANY: Final = 16
"""Carriers of a scope; fewer are counted anew each time, where there are not very many others."""
AMPLE: Final = 2_000
"""Carriers of all scopes; beside so many a few more or less decide nothing."""

_COUNTED: Final = f"""
    SELECT scope, count(*) FROM plates_carrier
     WHERE scope = ANY({unplanned("%s")}) GROUP BY scope
"""  # noqa: S608 - a constant of this file


def carriers_in(scopes: Sequence[int]) -> int:
    """About how many carriers of any kind there are in some scopes."""
    known = _known(int(time.monotonic() / KEPT_S))
    total = sum(known.get(scope, 0) for scope in scopes)
    enough = 0 if total >= AMPLE else MANY
    unknown = [scope for scope in scopes if known.get(scope, -1) < enough]
    if unknown:
        counted = _counted(unknown)
        known.update({scope: counted.get(scope, 0) for scope in unknown})
    return sum(known[scope] for scope in scopes)


@lru_cache(maxsize=1)
def _known(period: int) -> dict[int, int]:
    """The carriers of scopes, which fills in a period."""
    return {}


def _counted(scopes: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [array_of(scopes)])
        return dict(cursor.fetchall())
