"""Layers that alone tell all that a plate has of their keys: derived, and written by difference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from plates.queries.gaps import HAS_GAPS

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_SUFFICIENT: Final = f"""
    WITH mine AS (
            SELECT id, layer_id, carrier_id FROM plates_carrierlayer
             WHERE carrier_id = ANY(%(carriers)s)
         ),
         several AS (
            SELECT carrier_id, key_id
              FROM (SELECT m.carrier_id, y.key_id
                      FROM mine m JOIN plates_keymask y ON y.layer_id = m.layer_id
                     UNION ALL
                    SELECT carrier_id, key_id FROM plates_carrierterm
                     WHERE carrier_id = ANY(%(carriers)s)) sides
             GROUP BY 1, 2 HAVING count(*) > 1
         )
    SELECT m.id, m.carrier_id, NOT {HAS_GAPS} AND NOT EXISTS (
                SELECT FROM several s JOIN plates_keymask y ON y.key_id = s.key_id
                 WHERE s.carrier_id = m.carrier_id AND y.layer_id = m.layer_id) AS suffices
      FROM mine m JOIN plates_carrier c ON c.id = m.carrier_id
"""  # noqa: S608 - a constant of this file

_WRITE: Final = f"""
    UPDATE plates_carrierlayer k SET suffices = n.suffices FROM ({_SUFFICIENT}) n
     WHERE n.id = k.id AND n.suffices <> k.suffices
"""  # noqa: S608 - a constant of this file

_DIFFERS: Final = f"""
    SELECT k.carrier_id, count(*) FILTER (WHERE n.suffices), count(*) FILTER (WHERE k.suffices)
      FROM plates_carrierlayer k JOIN ({_SUFFICIENT}) n ON n.id = k.id
     WHERE n.suffices <> k.suffices
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
