"""Hits that are gathered whole: a page of them and their number, without a look at each carrier.

Of the bits of layers a carrier has those at which it has wells. Most plates have all their wells:
only those with gaps, and images that stand alone, are looked at to tell what is lost by it. Where
layers tell by themselves which carriers they suffice for, most need not even be put together.
"""

from typing import Final, NamedTuple

from plates.queries.gaps import HAS_GAPS
from plates.states import CarrierKind

_BITS: Final = f"""CASE WHEN g.id IS NULL THEN d.bits
                            WHEN g.kind = '{CarrierKind.PLATE.value}' THEN d.bits & g.occupied END"""
"""What is left of the bits of `d` at the wells of the plate; images have none to be searched for."""


class HitRows(NamedTuple):
    """Rows of scope, carrier, bits and hits: what stands before a statement, and what selects them.

    Values stand in what comes before: the rows are selected for the page, and again for the total.
    """

    before: str
    rows: str


def page_and_total(hits: HitRows, *, edge: str, order: str, limit: str | None) -> str:
    """SELECT scope, carrier, bits: a page of plates with hits, and a last row with their number.

    `edge` is where the page begins; without a limit only the number is told.
    """
    page = f"""
        (SELECT scope, carrier, bits FROM ({hits.rows}) h WHERE hits <> 0 AND {edge}
          ORDER BY scope {order}, carrier {order} LIMIT {limit})
        UNION ALL
    """  # noqa: S608 - values are put in under names
    return f"""
        WITH {hits.before}
        {page if limit else ""}
        SELECT NULL, COALESCE(sum(hits), 0)::bigint, NULL FROM ({hits.rows}) h
    """  # noqa: S608 - values are put in under names


def found_hits(found: str) -> HitRows:
    """The hits of a statement that has looked at each carrier."""
    rows = "SELECT scope, carrier, bits, bit_count(bits) AS hits FROM h"
    return HitRows(f"h AS ({found})", rows)


def whole_hits(gathered: str, *, scopes: str) -> HitRows:
    """The hits of what selects scope, carrier and bits, each carrier once, in some scopes."""
    before = f"""h AS MATERIALIZED (
            SELECT scope, carrier, bits, bit_count(bits) AS hits FROM (
                SELECT d.scope, d.carrier, {_BITS} AS bits
                  FROM {gathered} d {_beside_gaps(scopes)}
                OFFSET 0) b)"""  # noqa: S608 - values are put in under names
    return HitRows(before, "SELECT scope, carrier, bits, hits FROM h")


def hits_of_layers(layers: str, carriers: str, *, scopes: str) -> HitRows:
    """The hits of what selects layer and bits, each layer once, all of which have a key in common.

    `carriers` is a join of layers `l` with the carriers `k` that have them. A layer that suffices
    for a carrier is the only one there with that key, and all its bits are hits.
    """
    before = f"""m AS MATERIALIZED (
            SELECT k.scope, k.carrier_id AS carrier, k.suffices, l.bits, l.hits
              FROM (SELECT layer, bits, bit_count(bits) AS hits FROM {layers} b OFFSET 0) l
              {carriers}),
        h AS MATERIALIZED (
            SELECT scope, carrier, bits, bit_count(bits) AS hits FROM (
                SELECT d.scope, d.carrier, {_BITS} AS bits
                  FROM (SELECT scope, carrier, bit_or(bits) AS bits FROM m
                         WHERE NOT suffices GROUP BY 1, 2 OFFSET 0) d {_beside_gaps(scopes)}
                OFFSET 0) b)"""  # noqa: S608 - values are put in under names
    rows = """SELECT scope, carrier, bits, hits FROM m WHERE suffices
              UNION ALL SELECT scope, carrier, bits, hits FROM h"""
    return HitRows(before, rows)


def _beside_gaps(scopes: str) -> str:
    return f"""
        LEFT JOIN (SELECT c.id, c.kind, c.occupied FROM plates_carrier c
                    WHERE {HAS_GAPS} AND c.scope = ANY({scopes}) OFFSET 0) g
          ON g.id = d.carrier"""  # noqa: S608 - values are put in under names
