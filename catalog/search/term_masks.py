"""The masks of terms in SQL: read from their key, which holds all but very long ones."""

from typing import Final

LONGEST: Final = 16_384
"""Positions of the masks that the key holds: a row of an index has 2,704 bytes at most."""
# One relation, of whose columns Postgres knows how many values they have: of those of a union it
# knows nothing, and sorts tens of thousands of rows rather than put them into a hash.
_ROWS: Final = """(
    SELECT m.layer_id, m."group", m.position,
           CASE WHEN m.position >= -{longest} THEN m.short ELSE (
                SELECT x.bits FROM plates_mask x
                 WHERE x.term_id = m.term_id AND x.layer_id = m.layer_id AND x."group" = m."group"
           ) END AS bits
      FROM plates_mask m WHERE {is_term}
)"""


def masks_of_terms(is_term: str) -> str:
    """Rows of layer_id, group, position and bits: the masks `m` for whose term a condition holds."""
    return _ROWS.format(is_term=is_term, longest=LONGEST)
