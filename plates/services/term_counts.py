"""How many subjects of each scope have a term, kept by what changes.

Whoever changes annotation, wells or scopes of carriers locks them, says `remember_counts` before and
`add_counts` after. No count is locked: each adds rows of its own, which the clock folds.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Masks that are not as long as their carrier are damage: they count for nothing until the check of
# the index has mended them.
_COUNT: Final = """
    SELECT key_id, scope, term_id, sum(bit_count(bits & occupied))::integer AS subjects
      FROM (SELECT s.key_id, c.scope, s.term_id, c.occupied,
                   bit_or(COALESCE(s.bits, set_bit(c.occupied # c.occupied, s.position, 1))) AS bits
              FROM plates_carrier c JOIN (
                    SELECT k.carrier_id, m.key_id, m.term_id, m.position, m.bits
                      FROM plates_carrierlayer k JOIN plates_mask m ON m.layer_id = k.layer_id
                     WHERE {layers}
                     UNION ALL
                    SELECT t.carrier_id, t.key_id, t.term_id, -1, c.occupied
                      FROM plates_carrierterm t JOIN plates_carrier c ON c.id = t.carrier_id
                     WHERE {constants}
                   ) s ON s.carrier_id = c.id
                      AND COALESCE(length(s.bits) = length(c.occupied),
                                   s.position < length(c.occupied))
             GROUP BY s.key_id, c.id, s.term_id) x
     GROUP BY 1, 2, 3
"""
_OF_CARRIERS: Final = _COUNT.format(
    layers="k.carrier_id = ANY(%(carriers)s)", constants="t.carrier_id = ANY(%(carriers)s)"
)
"""The counts of some carriers as the index stands; the table's primary key gives scope and bits."""
_OF_TERMS: Final = _COUNT.format(
    layers="m.term_id > %(after)s AND m.term_id <= %(last)s",
    constants="t.term_id > %(after)s AND t.term_id <= %(last)s",
)

_REMEMBER: Final = f"CREATE TEMP TABLE counted_before ON COMMIT DROP AS {_OF_CARRIERS}"

_ADD: Final = f"""
    INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
    SELECT key_id, scope, term_id, sum(subjects)
      FROM (SELECT * FROM ({_OF_CARRIERS}) a
             UNION ALL
            SELECT key_id, scope, term_id, -subjects FROM counted_before) x
     GROUP BY 1, 2, 3 HAVING sum(subjects) <> 0
"""  # noqa: S608 - a constant of this file

_FOLD: Final = """
    WITH several AS (
            SELECT key_id, scope, term_id FROM plates_termscope
             GROUP BY 1, 2, 3 HAVING count(*) > 1 OR sum(subjects) = 0
         ),
         gone AS (
            DELETE FROM plates_termscope t USING several s
             WHERE (t.key_id, t.scope, t.term_id) = (s.key_id, s.scope, s.term_id)
            RETURNING t.key_id, t.scope, t.term_id, t.subjects
         )
    INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
    SELECT key_id, scope, term_id, sum(subjects) FROM gone
     GROUP BY 1, 2, 3 HAVING sum(subjects) <> 0
"""

_DIFFER: Final = f"""
    SELECT key_id, scope, term_id, sum(subjects)
      FROM ({_OF_TERMS}
             UNION ALL
            SELECT key_id, scope, term_id, -subjects FROM plates_termscope
             WHERE term_id > %(after)s AND term_id <= %(last)s) x
     GROUP BY 1, 2, 3 HAVING sum(subjects) <> 0
"""  # noqa: S608 - a constant of this file

_MEND: Final = f"INSERT INTO plates_termscope (key_id, scope, term_id, subjects) {_DIFFER}"


def remember_counts(cursor: "CursorWrapper", carriers: Sequence[int]) -> None:
    """Count the terms of carriers before they are changed; once at a time in a transaction."""
    cursor.execute(_REMEMBER, {"carriers": list(carriers)})


def add_counts(cursor: "CursorWrapper", carriers: Sequence[int]) -> None:
    """Write down by how much the counts of carriers have changed since they were remembered.

    Carriers that are new since then count from nothing.
    """
    cursor.execute(_ADD, {"carriers": list(carriers)})
    cursor.execute("DROP TABLE counted_before")


def fold_term_counts(cursor: "CursorWrapper") -> int:
    """Add up what was written down for each term and scope; rows written."""
    cursor.execute(_FOLD)
    return int(cursor.rowcount)


def differing_counts(
    cursor: "CursorWrapper", *, after: int, last: int
) -> list[tuple[int, int, int, int]]:
    """The counts of some terms that are not what the index says: key, scope, term, what is lacking.

    `after` and `last` are numbers of terms. What others change meanwhile is seen whole or not at all.
    """
    cursor.execute(_DIFFER + " ORDER BY 3, 2, 1", {"after": after, "last": last})
    return [(key, scope, term, int(lacking)) for key, scope, term, lacking in cursor.fetchall()]


def mend_counts(cursor: "CursorWrapper", *, after: int, last: int) -> int:
    """Add what is lacking; rows written. One at a time, or it would be added twice."""
    cursor.execute(_MEND, {"after": after, "last": last})
    return int(cursor.rowcount)
