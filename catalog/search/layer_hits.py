"""Hits of conditions on one treatment, by layer: carriers are gone through for a page alone.

A layer that suffices for a carrier is the only one there with its key, so that all its bits are
hits. For how many carriers of each scope that is so tells how many hits there are, and how far a
page reaches; the carriers of other layers are looked at to count them where that is not enough.
"""

from typing import Final

from catalog.search.walks import Walk
from catalog.search.whole_hits import bits_with_wells
from plates.states import CarrierKind

_CARRIERS: Final = """
    SELECT s.scope, k.carrier_id AS carrier, bit_or(s.bits) AS bits
      FROM s CROSS JOIN LATERAL (
        SELECT k.carrier_id FROM plates_carrierlayer k
         WHERE k.layer_id = s.layer AND k.scope = s.scope AND {carriers} OFFSET 0) k
     WHERE {layers}
     GROUP BY 1, 2 OFFSET 0
"""
"""The carriers of some layers, each once."""


def page_and_total(layers: str, spread: str, *, scopes: str, walk: Walk | None, enough: str) -> str:
    """SELECT scope, carrier, bits: a page of plates with hits, and a last row with their number.

    `layers` selects layer and bits, each layer once, all of which have a key in common; `spread`
    joins these as `l` with `k`: in each scope the carriers that have the layer, and those for which
    it suffices. Beyond `enough` hits the number is one of more than that; without a walk it is all
    that is told.
    """
    return f"""
        WITH s AS MATERIALIZED (
            SELECT l.layer, l.bits, l.hits, k.scope, k.carriers, k.sufficed
              FROM (SELECT layer, bits, bit_count(bits) AS hits FROM {layers} b OFFSET 0) l
              {spread})
        {_page(walk) if walk else ""}
        SELECT NULL, CASE WHEN t.hits > {enough} THEN t.hits
                          ELSE t.hits + ({_hits_of_others(scopes)}) END::bigint, NULL
          FROM (SELECT COALESCE(sum(hits * sufficed), 0) AS hits FROM s) t
    """  # noqa: S608 - values are put in under names


def _page(walk: Walk) -> str:
    """The first carriers with hits, found in as many scopes as surely have enough of them."""
    carriers = _CARRIERS.format(
        carriers=walk.meets("k.scope", "k.carrier_id"),
        layers=f"{walk.meets_some_of('s.scope')} AND {walk.ends_behind('s.scope', _enough(walk))}",
    )
    return f"""
        (SELECT scope, carrier, bits FROM (
            SELECT d.scope, d.carrier, d.bits & c.occupied AS bits
              FROM ({carriers}) d
              JOIN plates_carrier c
                ON c.id = d.carrier AND c.kind = '{CarrierKind.PLATE.value}') h
          WHERE bit_count(bits) <> 0
          ORDER BY scope {walk.order}, carrier {walk.order} LIMIT {walk.limit})
        UNION ALL
    """  # noqa: S608 - values are put in under names


def _enough(walk: Walk) -> str:
    """The scopes up to which layers suffice for as many carriers as a page may need."""
    return f"""
        SELECT scope FROM (
            SELECT scope, sum(sum(sufficed)) OVER (ORDER BY scope {walk.order}) AS carriers
              FROM s WHERE {walk.meets_all_of("scope")} GROUP BY scope) f
         WHERE carriers >= {walk.limit}
    """  # noqa: S608 - values are put in under names


def _hits_of_others(scopes: str) -> str:
    """How many hits there are on carriers for which layers do not suffice."""
    carriers = _CARRIERS.format(carriers="NOT k.suffices", layers="s.carriers > s.sufficed")
    return f"""
        SELECT COALESCE(sum(bit_count(bits)), 0)
          FROM ({bits_with_wells(f"({carriers})", scopes=scopes)}) b
    """  # noqa: S608 - values are put in under names
