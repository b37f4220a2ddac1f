"""Layers that alone tell all that a plate has of their keys: derived, and written by difference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from plates.queries.gaps import HAS_GAPS

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_SUFFICIENT: Final = f"""
    WITH keys AS (
            SELECT k.carrier_id, k.layer_id, y.key_id
              FROM plates_carrierlayer k JOIN plates_keymask y ON y.layer_id = k.layer_id
             WHERE k.carrier_id = ANY(%(carriers)s)
             UNION ALL
            SELECT carrier_id, NULL, key_id FROM plates_carrierterm
             WHERE carrier_id = ANY(%(carriers)s)
         )
    SELECT c.id AS carrier_id, t.layer_id, NOT {HAS_GAPS} AND max(t.times) = 1 AS suffices
      FROM (SELECT carrier_id, layer_id, count(*) OVER (PARTITION BY carrier_id, key_id) AS times
              FROM keys) t
      JOIN plates_carrier c ON c.id = t.carrier_id
     WHERE t.layer_id IS NOT NULL
     GROUP BY c.id, t.layer_id
"""  # noqa: S608 - a constant of this file

_OTHERWISE: Final = """
    k.carrier_id = ANY(%(carriers)s) AND n.carrier_id = k.carrier_id AND n.layer_id = k.layer_id
       AND n.suffices <> k.suffices
"""

_WRITE: Final = f"""
    UPDATE plates_carrierlayer k SET suffices = n.suffices FROM ({_SUFFICIENT}) n WHERE {_OTHERWISE}
"""  # noqa: S608 - a constant of this file

_DIFFERS: Final = f"""
    SELECT k.carrier_id, count(*) FILTER (WHERE n.suffices), count(*) FILTER (WHERE k.suffices)
      FROM plates_carrierlayer k, ({_SUFFICIENT}) n WHERE {_OTHERWISE}
     GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - a constant of this file


def mark_sufficient_layers(cursor: "CursorWrapper", carriers: Sequence[int]) -> int:
    """Say of each layer of carriers whether it alone tells what is there of its keys; rows written.

    To be asked after whatever changes their layers or constants, or where they have wells, under
    the lock that whoever does so holds.
    """
    cursor.execute(_WRITE, {"carriers": list(carriers)})
    return int(cursor.rowcount)


def differing_sufficient_layers(
    cursor: "CursorWrapper", carriers: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Carriers of whose layers it is not said rightly: of how many it is missing, and too much."""
    cursor.execute(_DIFFERS, {"carriers": list(carriers)})
    return [(carrier, missing, surplus) for carrier, missing, surplus in cursor.fetchall()]
