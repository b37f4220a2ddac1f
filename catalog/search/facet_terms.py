"""How many subjects have which terms of keys of annotation: parts of the statement of facets.

What was found are the rows of `f`: carriers with bits. `tables` are those of the statement, by
their names in the order in which they rest on each other.
"""

from collections.abc import Sequence
from typing import Final

from catalog.search.compile import Compiler
from catalog.search.facet_kinds import KeyFacet
from catalog.search.meanings import Meaning

NO_BITS: Final = "(f.bits # f.bits)"
MASK: Final = f"COALESCE(m.bits, set_bit({NO_BITS}, m.position, 1))"
IN_GROUP: Final = "COALESCE(m.bits, set_bit(g.bits # g.bits, m.position, 1))"
FEW: Final = 48
"""Subjects of a carrier; terms of one subject alone are then looked up by its position."""


class TermCounts:
    """Writes what counts terms; `treatment` is what was asked of one treatment, if anything was."""

    def __init__(
        self, compiler: Compiler, tables: dict[str, str], treatment: Meaning | None
    ) -> None:
        self.compiler = compiler
        self.values = compiler.values
        self.tables = tables
        self.treatment = treatment

    def counts(self, facets: Sequence[KeyFacet]) -> str:
        """SELECT key, term, n: of all terms that any of what was found has."""
        grouped = [facet.key for facet in facets if self.is_grouped(facet)]
        plain = [facet.key for facet in facets if not self.is_grouped(facet)]
        counted = [self.plain_counts(plain)] if plain else []
        if grouped:
            counted.append(self.group_counts(grouped))
        return " UNION ALL ".join(counted)

    def is_grouped(self, facet: KeyFacet) -> bool:
        """Whether its terms count only in the groups for which holds what was asked."""
        return facet.is_treatment and self.treatment is not None

    def plain_counts(self, keys: Sequence[int]) -> str:
        """SELECT key, term, n: of keys for which it does not matter in which group a term stands.

        Most carriers have one layer of a key, and many share it and its bits: such are counted
        once, together. Where little of a carrier was found, terms that stand at one position are
        looked up by the positions. Where several layers, constants or groups may say the same, the
        bits of a term are put together carrier by carrier.
        """
        self.add_layers(f"{self.array(keys)}::smallint[]")
        of_key = "m.layer_id = u.layer AND m.key_id = u.key"
        return f"""
            SELECT u.key, m.term_id AS term,
                   sum(u.n * CASE WHEN m.position >= 0 THEN get_bit(u.bits, m.position)
                                  ELSE bit_count(m.bits & u.bits) END)::bigint AS n
              FROM u JOIN plates_mask m ON {of_key}
             WHERE (bit_count(u.bits) <= {FEW}) IS NOT TRUE GROUP BY 1, 2
            UNION ALL
            SELECT u.key, m.term_id, sum(u.n)::bigint
              FROM u JOIN s ON s.bits = u.bits
             CROSS JOIN LATERAL (SELECT m.term_id FROM plates_mask m
                                  WHERE {of_key} AND m.position = ANY(s.places) OFFSET 0) m
             GROUP BY 1, 2
            UNION ALL
            SELECT u.key, m.term_id, sum(u.n * bit_count(m.bits & u.bits))::bigint
              FROM u JOIN s ON s.bits = u.bits
             CROSS JOIN LATERAL (SELECT m.term_id, m.bits FROM plates_mask m
                                  WHERE {of_key} AND m.position < 0 OFFSET 0) m
             GROUP BY 1, 2
            UNION ALL
            SELECT key, term, sum(bit_count(bits))::bigint FROM c WHERE NOT is_mixed GROUP BY 1, 2
            UNION ALL
            SELECT key, term, sum(bit_count(bits))::bigint FROM (
                SELECT carrier, key, term, bit_or(bits) AS bits FROM (
                    SELECT f.carrier, f.key, m.term_id AS term, f.bits & {MASK} AS bits
                      FROM pm f
                      JOIN plates_carrierlayer k ON k.carrier_id = f.carrier
                      JOIN plates_mask m ON m.layer_id = k.layer_id AND m.key_id = f.key
                    UNION ALL
                    SELECT carrier, key, term, bits FROM c WHERE is_mixed
                ) o GROUP BY 1, 2, 3
            ) x GROUP BY 1, 2
        """

    def add_layers(self, wanted: str) -> None:
        """Let `u` be layers and keys with what of them was found, and how often; `s` its places.

        `c` are constants of carriers, `pm` what has to be put together carrier by carrier.
        """
        self.tables["p"] = f"""
            SELECT k.carrier_id AS carrier, y.key_id AS key, min(y.layer_id) AS layer,
                   bool_or(y.repeats) OR count(*) > 1 AS is_mixed, bit_or(y.bits) AS bits
              FROM f JOIN plates_carrierlayer k ON k.carrier_id = f.carrier
              JOIN plates_keymask y ON y.layer_id = k.layer_id AND y.key_id = ANY({wanted})
             GROUP BY 1, 2
        """
        self.tables["c"] = f"""
            SELECT t.carrier_id AS carrier, t.key_id AS key, t.term_id AS term, f.bits,
                   EXISTS (SELECT FROM p WHERE p.carrier = t.carrier_id AND p.key = t.key_id)
                   AS is_mixed
              FROM f JOIN plates_carrierterm t ON t.carrier_id = f.carrier
               AND t.key_id = ANY({wanted})
        """
        self.tables["pm"] = """
            SELECT p.carrier, p.key, f.bits
              FROM p JOIN f ON f.carrier = p.carrier
             WHERE p.is_mixed
                OR EXISTS (SELECT FROM c WHERE c.carrier = p.carrier AND c.key = p.key)
        """
        self.tables["u"] = """
            SELECT p.layer, p.key, f.bits, count(*) AS n
              FROM p JOIN f ON f.carrier = p.carrier
             WHERE NOT EXISTS (SELECT FROM pm WHERE pm.carrier = p.carrier AND pm.key = p.key)
             GROUP BY 1, 2, 3
        """
        # The places of ones are told by the lengths of what lies between them.
        self.tables["s"] = f"""
            SELECT bits, (SELECT array_agg(place::integer) FROM (
                        SELECT sum(length(zeros) + 1) OVER (ORDER BY n) - 1 AS place, n
                          FROM string_to_table(f.bits::text, '1') WITH ORDINALITY t (zeros, n)) o
                     WHERE n <= bit_count(f.bits)) AS places
              FROM (SELECT DISTINCT bits FROM f WHERE bit_count(bits) <= {FEW}) f
        """

    def add_groups(self) -> bool:
        """Let `g` be the groups for which holds what was asked of a treatment, if anything was."""
        if self.treatment is None:
            return False
        layers = "(SELECT k.layer_id FROM f JOIN plates_carrierlayer k ON k.carrier_id = f.carrier)"
        self.tables["g"] = f"""
            SELECT layer, grp, bit_or(bits) AS bits
              FROM ({self.compiler.groups.group_rows(self.treatment, layers)}) q GROUP BY 1, 2
        """
        return True

    def group_counts(self, keys: Sequence[int]) -> str:
        """SELECT key, term, n: of keys of treatments, in the groups that were asked for."""
        self.add_groups()
        self.tables["gt"] = f"""
            SELECT m.layer_id AS layer, m.key_id AS key, m.term_id AS term,
                   bit_or(g.bits & {IN_GROUP}) AS bits
              FROM g JOIN plates_mask m ON m.layer_id = g.layer AND m."group" = g.grp
               AND m.key_id = ANY({self.array(keys)}::smallint[])
             GROUP BY 1, 2, 3
        """
        self.tables["gp"] = """
            SELECT f.carrier, min(k.layer_id) AS layer, count(*) > 1 AS is_mixed
              FROM f JOIN plates_carrierlayer k ON k.carrier_id = f.carrier
             WHERE k.layer_id IN (SELECT layer FROM g) GROUP BY 1
        """
        return """
            SELECT gt.key, gt.term, sum(gu.n * bit_count(gt.bits & gu.bits))::bigint AS n
              FROM (SELECT gp.layer, f.bits, count(*) AS n
                      FROM gp JOIN f ON f.carrier = gp.carrier WHERE NOT gp.is_mixed
                     GROUP BY 1, 2) gu
              JOIN gt ON gt.layer = gu.layer
             GROUP BY 1, 2
            UNION ALL
            SELECT key, term, sum(bit_count(bits))::bigint FROM (
                SELECT f.carrier, gt.key, gt.term, bit_or(f.bits & gt.bits) AS bits
                  FROM gp JOIN f ON f.carrier = gp.carrier
                  JOIN plates_carrierlayer k ON k.carrier_id = gp.carrier
                  JOIN gt ON gt.layer = k.layer_id
                 WHERE gp.is_mixed GROUP BY 1, 2, 3
            ) x GROUP BY 1, 2
        """

    def array(self, numbers: Sequence[int]) -> str:
        """Numbers as a parameter, none too."""
        return f"{self.values.add(list(numbers))}::integer[]"
