"""The masks of terms in SQL: read from their key, which holds all but very long ones."""

from typing import Final

LONGEST: Final = 16_384
"""Positions of the masks that the key holds: a row of an index has 2,704 bytes at most."""
_ROWS: Final = """(
    SELECT m.layer_id, m."group", m.position, m.short AS bits
      FROM plates_mask m WHERE {is_term} AND m.position >= -{longest}
     UNION ALL
    SELECT m.layer_id, m."group", m.position, m.bits
      FROM plates_mask m WHERE {is_term} AND m.position < -{longest}
)"""


def masks_of_terms(is_term: str) -> str:
    """Rows of layer_id, group, position and bits: the masks `m` for whose term a condition holds."""
    return _ROWS.format(is_term=is_term, longest=LONGEST)
