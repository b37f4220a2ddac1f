"""Where carriers have subjects, and images of each layout: derived from their rows, by difference.

What vanished has no subjects: a tombstone is read by its id, and not found.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from plates.services.sufficient_layers import mark_sufficient_layers

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_NO_BITS: Final = "repeat('0', c.positions)::varbit"

_SUBJECTS: Final = f"""
    SELECT c.id, COALESCE(bit_or(set_bit({_NO_BITS}, s.position, 1)), {_NO_BITS}) AS bits
      FROM plates_carrier c
      LEFT JOIN (
            SELECT p.carrier_id, w.position
              FROM plates_plate p JOIN plates_well w ON w.plate_id = p.serial
             WHERE p.carrier_id = ANY(%(carriers)s) AND p.vanished_at IS NULL
             UNION ALL
            SELECT s.carrier_id, i.position
              FROM plates_store s JOIN plates_image i ON i.store_id = s.serial
             WHERE s.carrier_id = ANY(%(carriers)s) AND s.vanished_at IS NULL AND i.listed
           ) s ON s.carrier_id = c.id AND s.position < c.positions
     WHERE c.id = ANY(%(carriers)s)
     GROUP BY c.id
"""  # noqa: S608 - a constant of this file

_OCCUPIED: Final = f"""
    UPDATE plates_carrier c SET occupied = n.bits FROM ({_SUBJECTS}) n
     WHERE c.id = n.id AND c.occupied IS DISTINCT FROM n.bits
"""  # noqa: S608 - a constant of this file

# Of masks that are as long as they have to be the bits that differ are counted, else all of them.
_OCCUPIED_DIFFERS: Final = f"""
    SELECT c.id,
           CASE WHEN length(n.bits) = length(c.occupied) THEN bit_count(n.bits & ~c.occupied)
                ELSE bit_count(n.bits) END,
           CASE WHEN length(n.bits) = length(c.occupied) THEN bit_count(c.occupied & ~n.bits)
                ELSE bit_count(c.occupied) END
      FROM plates_carrier c JOIN ({_SUBJECTS}) n ON n.id = c.id
     WHERE c.occupied IS DISTINCT FROM n.bits
     ORDER BY c.id
"""  # noqa: S608 - a constant of this file

_DERIVED: Final = f"""
    SELECT x.layout_id, c.scope, c.id AS carrier_id, bit_or(set_bit({_NO_BITS}, x.position, 1)) AS bits
      FROM plates_carrier c JOIN (
            SELECT DISTINCT p.carrier_id, f.layout_id, w.position
              FROM plates_plate p
              JOIN plates_well w ON w.plate_id = p.serial
              JOIN plates_field f ON f.well_id = w.id
             WHERE p.carrier_id = ANY(%(carriers)s) AND f.present AND f.layout_id IS NOT NULL
             UNION
            SELECT s.carrier_id, i.layout_id, i.position
              FROM plates_store s JOIN plates_image i ON i.store_id = s.serial
             WHERE s.carrier_id = ANY(%(carriers)s) AND i.present AND i.layout_id IS NOT NULL
           ) x ON x.carrier_id = c.id AND x.position < c.positions
     GROUP BY x.layout_id, c.scope, c.id, c.positions
"""  # noqa: S608 - a constant of this file

# What is derived is worked out once, for what goes and what is written.
_WRITE: Final = f"""
    WITH d AS MATERIALIZED ({_DERIVED}),
         gone AS (
            DELETE FROM plates_fieldmask f
             WHERE f.carrier_id = ANY(%(carriers)s)
               AND NOT EXISTS (SELECT 1 FROM d WHERE (d.layout_id, d.scope, d.carrier_id)
                                                     = (f.layout_id, f.scope, f.carrier_id))
         )
    INSERT INTO plates_fieldmask AS f (layout_id, scope, carrier_id, bits)
    SELECT layout_id, scope, carrier_id, bits FROM d
        ON CONFLICT (layout_id, scope, carrier_id) DO UPDATE SET bits = EXCLUDED.bits
     WHERE f.bits IS DISTINCT FROM EXCLUDED.bits
"""  # noqa: S608 - a constant of this file


_FIELD_MASKS_DIFFER: Final = f"""
    SELECT carrier_id, count(derived), count(kept)
      FROM (SELECT COALESCE(d.carrier_id, f.carrier_id) AS carrier_id,
                   d.bits AS derived, f.bits AS kept
              FROM ({_DERIVED}) d
              FULL JOIN (SELECT * FROM plates_fieldmask WHERE carrier_id = ANY(%(carriers)s)) f
                ON (d.layout_id, d.scope, d.carrier_id) = (f.layout_id, f.scope, f.carrier_id)
             WHERE d.bits IS DISTINCT FROM f.bits) x
     GROUP BY carrier_id
     ORDER BY carrier_id
"""  # noqa: S608 - a constant of this file


def differing_occupied(
    cursor: "CursorWrapper", carriers: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Carriers whose subjects lie elsewhere than is kept: how many are missing, and too many."""
    cursor.execute(_OCCUPIED_DIFFERS, {"carriers": list(carriers)})
    return [(carrier, missing, surplus) for carrier, missing, surplus in cursor.fetchall()]


def differing_field_masks(
    cursor: "CursorWrapper", carriers: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Carriers whose fields or images lie elsewhere than is kept: masks missing, and too many."""
    cursor.execute(_FIELD_MASKS_DIFFER, {"carriers": list(carriers)})
    return [(carrier, missing, surplus) for carrier, missing, surplus in cursor.fetchall()]


def keep_search_masks(cursor: "CursorWrapper", carriers: Sequence[int]) -> int:
    """Make the masks of carriers what their wells, fields and images say; rows written."""
    written = 0
    for statement in (_OCCUPIED, _WRITE):
        cursor.execute(statement, {"carriers": list(carriers)})
        written += int(cursor.rowcount)
    return written + mark_sufficient_layers(cursor, carriers)
