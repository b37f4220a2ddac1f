"""Hits that are gathered whole: a page of them and their number, without a look at each carrier.

Of the bits of layers a carrier has those at which it has wells. Most plates have all their wells:
only those with gaps, and images that stand alone, are looked at to tell what is lost by it.
"""

from typing import Final

from plates.states import CarrierKind

HAS_GAPS: Final = f"(c.kind = '{CarrierKind.IMAGES.value}' OR c.positions > bit_count(c.occupied))"
"""Carriers on which not all that their layers say is a hit on plates; as their index has it."""


def page_and_total(gathered: str, *, scopes: str, edge: str, order: str, limit: str | None) -> str:
    """SELECT scope, carrier, bits: a page of plates with hits, and a last row with their number.

    `gathered` selects scope, carrier and bits of carriers in some `scopes`; `edge` is where the
    page begins.
    """
    page = f"""
        (SELECT scope, carrier, bits FROM h WHERE hits <> 0 AND {edge}
          ORDER BY scope {order}, carrier {order} LIMIT {limit})
        UNION ALL
    """  # noqa: S608 - values are put in under names
    # Images have no bits that a search for wells could find.
    return f"""
        WITH h AS MATERIALIZED (
            SELECT scope, carrier, bits, bit_count(bits) AS hits FROM (
                SELECT d.scope, d.carrier,
                       CASE WHEN g.id IS NULL THEN d.bits
                            WHEN g.kind = '{CarrierKind.PLATE.value}' THEN d.bits & g.occupied
                       END AS bits
                  FROM {gathered} d
                  LEFT JOIN (SELECT c.id, c.kind, c.occupied FROM plates_carrier c
                              WHERE {HAS_GAPS} AND c.scope = ANY({scopes}) OFFSET 0) g
                    ON g.id = d.carrier
                OFFSET 0) b)
        {page if limit else ""}
        SELECT NULL, COALESCE(sum(hits), 0)::bigint, NULL FROM h
    """  # noqa: S608 - values are put in under names
