"""The masks of terms in SQL: read from their key, which holds all but very long ones."""

from typing import Final

from catalog.search.meanings import Decades
from catalog.search.statement import Values

# One relation, of whose columns Postgres knows how many values they have: of those of a union it
# knows nothing, and sorts tens of thousands of rows rather than put them into a hash.
_ROWS: Final = """(
    SELECT m.layer_id, m."group", m.position,
           CASE WHEN m.short IS NULL AND m.position < 0 THEN (
                SELECT x.bits FROM {table} x
                 WHERE ({key}) = ({key_of_row}) AND x.layer_id = m.layer_id AND x."group" = m."group"
           ) ELSE m.short END AS bits
      FROM {table} m WHERE {holds}
)"""


def masks_of_terms(is_term: str) -> str:
    """Rows of layer_id, group, position and bits: the masks `m` for whose term a condition holds."""
    return _ROWS.format(table="plates_mask", key="x.term_id", key_of_row="m.term_id", holds=is_term)


def masks_of_decades(values: Values, decades: Decades) -> str:
    """The same of decades, and of the terms that lie in none of them."""
    key, unit = values.add(decades.key), values.add(decades.unit)
    powers = values.add(list(decades.powers))
    masks = _ROWS.format(
        table="plates_decademask",
        key="x.key_id, x.unit, x.power",
        key_of_row="m.key_id, m.unit, m.power",
        holds=f"m.key_id = {key} AND m.unit = {unit} AND m.power = ANY({powers}::smallint[])",
    )
    if not decades.terms:
        return masks
    beside = masks_of_terms(f"m.term_id = ANY({values.add(list(decades.terms))})")
    return f"(SELECT * FROM {masks} d UNION ALL SELECT * FROM {beside} t)"  # noqa: S608 - constants
