"""What applied imports say already, to be compared with what another would say."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from django.db import connection

_SAID: Final = """
    SELECT r.position, t.key_id, t.digest
      FROM plates_annotationrow r, unnest(r.terms) AS u (serial)
      JOIN plates_term t ON t.serial = u.serial
     WHERE r.carrier_id = %s AND t.key_id = ANY(%s)
"""
_ANNOTATED: Final = """
    SELECT c.id FROM plates_carrier c
     WHERE c.scope = %s AND EXISTS (SELECT 1 FROM plates_annotationrow r WHERE r.carrier_id = c.id)
"""
_AT_ONCE: Final = 16
_FEWEST_LOOKS: Final = 64
_LOOKS_PER_CARRIER: Final = 4


class AppliedTerms:
    """The terms of some keys that the carriers of a scope have, looked up carrier by carrier as rows come.

    Only a few carriers are remembered. Where rows jump between plates so often that they would be
    looked up over and over, `is_exact` becomes False and nothing more is looked up.
    """

    def __init__(self, scope: int, keys: Iterable[int]) -> None:
        self._keys = list(keys)
        self._annotated = self._with_rows(scope)
        self._remembered: OrderedDict[int, dict[tuple[int, int], set[bytes]]] = OrderedDict()
        self._looks_left = _FEWEST_LOOKS + _LOOKS_PER_CARRIER * len(self._annotated)
        self.is_exact = True

    def at(self, carrier: int) -> dict[tuple[int, int], set[bytes]] | None:
        """The digests of a carrier's terms by position and key; None if it has none that is known."""
        if carrier not in self._annotated:
            return None
        known = self._remembered.get(carrier)
        if known is not None:
            self._remembered.move_to_end(carrier)
            return known
        if self._looks_left == 0:
            self.is_exact = False
            return None
        self._looks_left -= 1
        known = self._remembered[carrier] = self._said_on(carrier)
        if len(self._remembered) > _AT_ONCE:
            self._remembered.popitem(last=False)
        return known

    def _with_rows(self, scope: int) -> set[int]:
        if not self._keys:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(_ANNOTATED, [scope])
            return {carrier for (carrier,) in cursor.fetchall()}

    def _said_on(self, carrier: int) -> dict[tuple[int, int], set[bytes]]:
        said: dict[tuple[int, int], set[bytes]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_SAID, [carrier, self._keys])
            for position, key, digest in cursor:
                said.setdefault((position, key), set()).add(bytes(digest))
        return said
