"""Hits that are gathered whole: a page of them and their number, without a look at each carrier.

Of the bits of layers a carrier has those at which it has wells. Most plates have all their wells:
only those with gaps, and images that stand alone, are looked at to count what is lost by it.
"""

from typing import Final

from plates.states import CarrierKind

UNEVEN: Final = f"(c.kind = '{CarrierKind.IMAGES.value}' OR c.positions > bit_count(c.occupied))"
"""Carriers on which not all that their layers say is a hit on plates; as their index has it."""


def page_and_total(
    gathered: str, *, seen: str, kind: str, edge: str, order: str, limit: str | None
) -> str:
    """SELECT scope, carrier, bits: a page of plates with hits, and a last row with their number.

    `gathered` names `h`, rows of scope, carrier and bits that are not all zeros; `seen` is the
    condition on carriers `c`, `kind` that of plates, `edge` where the page begins.
    """
    page = f"""
        (SELECT p.scope, p.carrier, p.bits
           FROM (SELECT h.scope, h.carrier, COALESCE(x.bits, h.bits) AS bits
                   FROM h LEFT JOIN x ON x.carrier = h.carrier
                  WHERE {edge} AND (x.carrier IS NULL OR bit_count(x.bits) <> 0)
                  ORDER BY 1 {order}, 2 {order} LIMIT {limit}) p
           JOIN plates_carrier c ON c.id = p.carrier
          WHERE {seen}
          ORDER BY 1 {order}, 2 {order})
        UNION ALL
    """  # noqa: S608 - values are put in under names
    return f"""
        WITH {gathered},
        e AS MATERIALIZED (SELECT c.id, c.kind, c.occupied FROM plates_carrier c WHERE {UNEVEN}),
        x AS MATERIALIZED (
            SELECT h.carrier, bit_count(h.bits) AS told,
                   CASE WHEN e.kind = {kind} THEN h.bits & e.occupied ELSE h.bits # h.bits END AS bits
              FROM e JOIN h ON h.carrier = e.id)
        {page if limit else ""}
        SELECT NULL, ((SELECT COALESCE(sum(bit_count(bits)), 0) FROM h)
                      - (SELECT COALESCE(sum(told - bit_count(bits)), 0) FROM x))::bigint, NULL
    """  # noqa: S608 - values are put in under names
