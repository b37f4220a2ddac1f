"""How many subjects of each scope have a term, and how often several of a key, kept by what changes.

Whoever changes annotation, wells or scopes of carriers locks them, says `remember_counts` before and
`add_counts` after. No count is locked: each adds rows of its own, which the clock folds.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Masks that are not as long as their carrier are damage: they count for nothing until the check of
# the index has mended them.
_HELD: Final = """
    SELECT s.key_id, c.id AS carrier, c.scope, s.term_id, c.occupied & bit_or(
               COALESCE(s.bits, set_bit(c.occupied # c.occupied, s.position, 1))) AS bits
      FROM plates_carrier c JOIN (
            SELECT k.carrier_id, m.key_id, m.term_id, m.position, m.bits
              FROM plates_carrierlayer k JOIN plates_mask m ON m.layer_id = k.layer_id
             WHERE {layers}
             UNION ALL
            SELECT t.carrier_id, t.key_id, t.term_id, -1, c.occupied
              FROM plates_carrierterm t JOIN plates_carrier c ON c.id = t.carrier_id
             WHERE {constants}
           ) s ON s.carrier_id = c.id
              AND COALESCE(length(s.bits) = length(c.occupied), s.position < length(c.occupied))
     GROUP BY s.key_id, c.id, s.term_id
"""
"""Where carriers have terms; the table's primary key gives scope and bits."""
_COUNTS: Final = """
    SELECT key_id, scope, term_id, sum(bit_count(bits))::integer AS subjects FROM {held} x
     GROUP BY 1, 2, 3
"""
_OVERLAPS: Final = """
    SELECT key_id, scope, sum(surplus)::integer AS surplus
      FROM (SELECT key_id, scope, sum(bit_count(bits)) - bit_count(bit_or(bits)) AS surplus
              FROM {held} x GROUP BY key_id, scope, carrier) y
     GROUP BY 1, 2
"""
_OF_CARRIERS: Final = _HELD.format(
    layers="k.carrier_id = ANY(%(carriers)s)", constants="t.carrier_id = ANY(%(carriers)s)"
)
_OF_TERMS: Final = _HELD.format(
    layers="m.term_id > %(after)s AND m.term_id <= %(last)s",
    constants="t.term_id > %(after)s AND t.term_id <= %(last)s",
)
_IN_SCOPE: Final = "IN (SELECT id FROM plates_carrier WHERE scope = %(scope)s)"
_OF_SCOPE: Final = _HELD.format(
    layers=f"k.carrier_id {_IN_SCOPE}", constants=f"t.carrier_id {_IN_SCOPE}"
)

_STANDS: Final = f"""
    {_COUNTS.format(held="held")} UNION ALL
    SELECT key_id, scope, NULL, surplus FROM ({_OVERLAPS.format(held="held")}) o
"""  # noqa: S608 - constants of this file
"""What the index says now: counts, and overlaps as those of no term."""
_REMEMBER: Final = f"""
    CREATE TEMP TABLE counted_before ON COMMIT DROP AS WITH held AS ({_OF_CARRIERS}) {_STANDS}
"""
_ADD: Final = f"""
    WITH held AS ({_OF_CARRIERS}),
         changed AS (
            SELECT key_id, scope, term_id, sum(subjects) AS subjects
              FROM ({_STANDS} UNION ALL
                    SELECT key_id, scope, term_id, -subjects FROM counted_before) x
             GROUP BY 1, 2, 3 HAVING sum(subjects) <> 0
         ),
         of_keys AS (
            INSERT INTO plates_termoverlap (key_id, scope, surplus)
            SELECT key_id, scope, subjects FROM changed WHERE term_id IS NULL
         )
    INSERT INTO plates_termscope (key_id, scope, term_id, subjects)
    SELECT key_id, scope, term_id, subjects FROM changed WHERE term_id IS NOT NULL
"""  # noqa: S608 - constants of this file

_FOLD: Final = """
    WITH several AS (
            SELECT {of} FROM {table} GROUP BY {of} HAVING count(*) > 1 OR sum({number}) = 0
         ),
         gone AS (
            DELETE FROM {table} t USING several s WHERE {alike}
            RETURNING {gone}, t.{number}
         )
    INSERT INTO {table} ({of}, {number})
    SELECT {of}, sum({number}) FROM gone GROUP BY {of} HAVING sum({number}) <> 0
"""

_DIFFER: Final = f"""
    SELECT key_id, scope, term_id, sum(subjects)
      FROM ({_COUNTS.format(held=f"({_OF_TERMS})")}
             UNION ALL
            SELECT key_id, scope, term_id, -subjects FROM plates_termscope
             WHERE term_id > %(after)s AND term_id <= %(last)s) x
     GROUP BY 1, 2, 3 HAVING sum(subjects) <> 0
"""  # noqa: S608 - a constant of this file
_DIFFER_IN_SCOPE: Final = f"""
    SELECT key_id, scope, sum(surplus)
      FROM ({_OVERLAPS.format(held=f"({_OF_SCOPE})")}
             UNION ALL
            SELECT key_id, scope, -surplus FROM plates_termoverlap WHERE scope = %(scope)s) x
     GROUP BY 1, 2 HAVING sum(surplus) <> 0
"""  # noqa: S608 - constants of this file

_MEND: Final = f"INSERT INTO plates_termscope (key_id, scope, term_id, subjects) {_DIFFER}"
_MEND_IN_SCOPE: Final = (
    f"INSERT INTO plates_termoverlap (key_id, scope, surplus) {_DIFFER_IN_SCOPE}"
)


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
    """Add up what was written down for each term, or key, and scope; rows written."""
    cursor.execute(_fold("plates_termoverlap", "surplus", "key_id", "scope"))
    written = int(cursor.rowcount)
    cursor.execute(_fold("plates_termscope", "subjects", "key_id", "scope", "term_id"))
    return written + int(cursor.rowcount)


def _fold(table: str, number: str, *of: str) -> str:
    gone = ", ".join(f"t.{column}" for column in of)
    there = ", ".join(f"s.{column}" for column in of)
    return _FOLD.format(
        table=table, number=number, of=", ".join(of), gone=gone, alike=f"({gone}) = ({there})"
    )


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


def differing_overlaps(cursor: "CursorWrapper", *, scope: int) -> list[tuple[int, int]]:
    """The overlaps of one scope that are not what the index says: key, and what is lacking."""
    cursor.execute(_DIFFER_IN_SCOPE + " ORDER BY 1", {"scope": scope})
    return [(key, int(lacking)) for key, _, lacking in cursor.fetchall()]


def mend_overlaps(cursor: "CursorWrapper", *, scope: int) -> int:
    """Add what is lacking; rows written. One at a time, or it would be added twice."""
    cursor.execute(_MEND_IN_SCOPE, {"scope": scope})
    return int(cursor.rowcount)
