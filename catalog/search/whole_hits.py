"""Hits that are gathered whole: a page of them and their number, without a look at each carrier.

Of the bits of layers a carrier has those at which it has wells. Most plates have all their wells:
only those with gaps, and images that stand alone, are looked at to tell what is lost by it.
"""

from catalog.search.walks import Walk
from plates.queries.gaps import HAS_GAPS
from plates.states import CarrierKind


def page_and_total(found: str, walk: Walk | None) -> str:
    """SELECT scope, carrier, bits: a page of carriers with hits, and a last row with their number.

    `found` selects scope, carrier and bits, each carrier once; without a walk only the number is
    told.
    """
    return f"""
        WITH h AS MATERIALIZED (
            SELECT scope, carrier, bits, bit_count(bits) AS hits FROM ({found}) b)
        {_page(walk) if walk else ""}
        SELECT NULL, COALESCE(sum(hits), 0)::bigint, NULL FROM h
    """  # noqa: S608 - values are put in under names


def _page(walk: Walk) -> str:
    return f"""
        (SELECT scope, carrier, bits FROM h
          WHERE hits <> 0 AND {walk.meets("scope", "carrier")}
          ORDER BY scope {walk.order}, carrier {walk.order} LIMIT {walk.limit})
        UNION ALL
    """  # noqa: S608 - values are put in under names


def bits_with_wells(gathered: str, *, scopes: str) -> str:
    """SELECT scope, carrier, bits: what is left where there are wells; of images, NULL.

    `gathered` selects them whichever positions have a well.
    """
    return f"""
        SELECT d.scope, d.carrier,
               CASE WHEN g.id IS NULL THEN d.bits
                    WHEN g.kind = '{CarrierKind.PLATE.value}' THEN d.bits & g.occupied END AS bits
          FROM {gathered} d
          LEFT JOIN (SELECT c.id, c.kind, c.occupied FROM plates_carrier c
                      WHERE {HAS_GAPS} AND c.scope = ANY({scopes}) OFFSET 0) g
            ON g.id = d.carrier
        OFFSET 0
    """  # noqa: S608 - values are put in under names
