"""The leaves of a meaning in SQL: rows of bits, or the bits of one carrier.

Each leaf is written in two ways. Its *rows* are all carriers that have it, in any order, some of
them twice; its *bits* are those of the one carrier `c` of the statement around it, NULL for none.
"""

from catalog.search.meanings import (
    AtPlace,
    HasKey,
    HasLabel,
    HasLayout,
    HasReadout,
    HasTerm,
    HasWord,
    InScopes,
    IsAnnotated,
    IsImaged,
    Leaf,
    Nowhere,
    OnCarriers,
    TermBegins,
    TermBeyond,
)
from catalog.search.number_conditions import reaches_range, within_range
from catalog.search.places import Shape, bits_of
from catalog.search.statement import Values
from catalog.search.term_conditions import begins, has_word
from catalog.search.term_masks import masks_of_decades, masks_of_terms

NO_BITS = "(c.occupied # c.occupied)"
"""As many zeros as the carrier has positions."""
MASK = f"COALESCE(m.bits, set_bit({NO_BITS}, m.position, 1))"
NO_BITS_OF_LAYER = "(repeat('0', l.positions)::varbit)"
MASK_OF_LAYER = f"COALESCE(m.bits, set_bit({NO_BITS_OF_LAYER}, m.position, 1))"
"""The bits of a mask `m` of the layer `l`."""
MASK_ALONE = f"""COALESCE(m.bits, (
    SELECT set_bit({NO_BITS_OF_LAYER}, m.position, 1) FROM plates_layer l WHERE l.serial = m.layer_id
))"""
"""The same where the masks are of many layers, which is looked up only for those that tell no bits."""

FEW_TERMS = 8
FIRST_TERMS, FIRST_BEGUN = 8, 2_000
FIRST_COUNTS = 1_000
"""Terms times scopes; of few scopes the counts of more terms are soon added up."""
MANY = 100_000
"""Subjects; the layers of what has more are joined with all carriers at once, as measured."""


class Leaves:
    """Writes leaves, for a viewer who may see certain scopes."""

    def __init__(self, values: Values, *, scopes: list[int], shapes: list[Shape]) -> None:
        self.values = values
        self.scopes = values.add(scopes)
        self.first_terms = max(FIRST_TERMS, FIRST_COUNTS // max(len(scopes), 1))
        self.shapes = shapes

    def rows(self, leaf: Leaf, layers: str = "") -> str:
        """SELECT scope, carrier, bits: wherever the leaf holds; of layers only some, if given."""
        if isinstance(leaf, HasTerm | TermBegins | HasWord):
            return f"""
                {self.mask_rows_in(layers, leaf) if layers else self.mask_rows(leaf)}
                UNION ALL
                {self.constant_rows(leaf)}
            """
        if isinstance(leaf, HasLayout):
            layouts = self.values.add(list(leaf.layouts))
            return (
                "SELECT f.scope, f.carrier_id AS carrier, f.bits FROM plates_fieldmask f "
                f"WHERE f.layout_id = ANY({layouts}) AND f.scope = ANY({self.scopes})"
            )
        return (
            "SELECT scope, carrier, bits FROM (SELECT c.scope, c.id AS carrier, "
            f"{self.bits(leaf)} AS bits FROM plates_carrier c "
            "LEFT JOIN plates_plate p ON p.carrier_id = c.id "
            f"WHERE {self.carriers(leaf)} AND c.scope = ANY({self.scopes})) x "
            "WHERE bits IS NOT NULL"
        )

    def carriers(self, leaf: Leaf) -> str:
        """A condition on the carriers on which a leaf can hold at all."""
        if isinstance(leaf, OnCarriers):
            return f"c.id = ANY({self.values.add(list(leaf.carriers))})"
        if isinstance(leaf, InScopes):
            return f"c.scope = ANY({self.values.add(list(leaf.scopes))})"
        return "FALSE" if isinstance(leaf, Nowhere) else "TRUE"

    def bits(self, leaf: Leaf) -> str:
        """The bits of the carrier `c`, whose plate is `p`."""
        if isinstance(leaf, HasTerm | TermBegins | HasWord):
            return self.term_bits(
                self.is_term("m.term_id", leaf, one_by_one=True),
                self.is_term("t.term_id", leaf, one_by_one=True),
            )
        if isinstance(leaf, HasKey):
            return self.key_bits(leaf)
        if isinstance(leaf, TermBeyond):
            return self.term_bits(self.is_beyond(leaf, "m"), self.is_beyond(leaf, "t"))
        if isinstance(leaf, HasReadout):
            return self.readout_bits(leaf)
        if isinstance(leaf, HasLayout):
            layouts = self.values.add(list(leaf.layouts))
            return (
                "(SELECT bit_or(f.bits) FROM plates_fieldmask f "
                f"WHERE f.carrier_id = c.id AND f.layout_id = ANY({layouts}))"
            )
        return self.subject_bits(leaf)

    def subject_bits(self, leaf: Leaf) -> str:
        """The bits of leaves that are no annotation and no layout."""
        if isinstance(leaf, AtPlace):
            return self.place_bits(leaf)
        if isinstance(leaf, HasLabel):
            return positions(
                f"plates_well w WHERE w.plate_id = p.serial "
                f"AND w.label = {self.values.add(leaf.label)}",
                "w.position",
            )
        if isinstance(leaf, IsAnnotated):
            return positions("plates_annotationrow a WHERE a.carrier_id = c.id", "a.position")
        if isinstance(leaf, IsImaged):
            return "(SELECT bit_or(f.bits) FROM plates_fieldmask f WHERE f.carrier_id = c.id)"
        return f"(CASE WHEN {self.carriers(leaf)} THEN c.occupied END)"

    def is_term(
        self, column: str, leaf: HasTerm | TermBegins | HasWord, *, one_by_one: bool = False
    ) -> str:
        """The condition that a column of terms is one of a leaf's.

        Where rows are asked one by one, many terms are put into a hash once: neither is an index
        gone through for each of them, nor are they joined with each row anew.
        """
        if isinstance(leaf, HasTerm):
            told = f"{column} = ANY({self.values.add(list(leaf.terms))})"
            are_few = len(leaf.terms) <= FEW_TERMS
        else:
            told = f"SELECT serial FROM plates_term WHERE {self.is_told(leaf)}"
            # As a join, Postgres would now and then go through all terms there are.
            told = f"{column} IN ({told})" if one_by_one else f"{column} = ANY(ARRAY({told}))"
            are_few = False
        if are_few or not one_by_one:
            return told
        keys = keys_of(leaf)
        of_keys = f"{column.replace('term_id', 'key_id')} = ANY({self.values.add(list(keys))})"
        return f"{of_keys} AND ({told}) IS TRUE" if keys else f"({told}) IS TRUE"

    def terms(self, leaf: HasTerm | TermBegins) -> str:
        """SELECT serial: terms of a leaf, of many the first: enough to tell that hits are many."""
        if isinstance(leaf, HasTerm):
            told = self.values.add(list(leaf.terms[: self.first_terms]))
            return f"SELECT unnest({told}::integer[]) AS serial"
        return f"(SELECT serial FROM plates_term WHERE {self.is_told(leaf)} LIMIT {FIRST_BEGUN})"

    def is_told(self, leaf: TermBegins | HasWord) -> str:
        """The condition on a term that begins so, or has a word."""
        if isinstance(leaf, TermBegins):
            return begins(self.values, leaf.key, leaf.beginning)
        return has_word(self.values, leaf.word, is_whole=leaf.is_whole)

    def is_beyond(self, leaf: TermBeyond, row: str) -> str:
        """The condition on a row of masks, whose terms are looked up one by one."""
        key, edge = self.values.add(leaf.key), self.values.add(leaf.folded)
        return (
            f"{row}.key_id = {key} AND EXISTS (SELECT 1 FROM plates_term x "
            f"WHERE x.serial = {row}.term_id AND x.folded {'~<~' if leaf.before else '~>~'} {edge})"
        )

    def mask_rows(self, leaf: HasTerm | TermBegins | HasWord) -> str:
        """The masks of terms on all carriers."""
        masks = self.masks(leaf)
        return f"""
            SELECT k.scope, k.carrier_id AS carrier, g.bits
              FROM (SELECT m.layer_id AS layer, {MASK_ALONE} AS bits
                      FROM {masks} m OFFSET 0) g
              {self.carriers_of("g.layer", leaf.weight)}
        """

    def masks(self, leaf: HasTerm | TermBegins | HasWord) -> str:
        """Rows of layer_id, group, position and bits: all masks that tell where a leaf holds."""
        if isinstance(leaf, HasTerm) and leaf.decades:
            return masks_of_decades(self.values, leaf.decades)
        return masks_of_terms(self.is_term("m.term_id", leaf))

    def mask_rows_in(self, layers: str, leaf: HasTerm | TermBegins | HasWord) -> str:
        """The masks of terms in some layers, those of each layer put together.

        Most masks of many terms are single positions, for which as many zeros as a layer has
        positions are made once.
        """
        return f"""
            SELECT k.scope, k.carrier_id AS carrier, g.bits
              FROM (SELECT q.layer, COALESCE(q.bits | a.bits, q.bits, a.bits) AS bits
                      FROM (SELECT m.layer_id AS layer, bit_or(m.bits) AS bits,
                                   array_agg(m.position) FILTER (WHERE m.position >= 0) AS alone
                              FROM plates_mask m
                             WHERE m.layer_id = ANY({layers})
                               AND {self.is_term("m.term_id", leaf, one_by_one=True)}
                             GROUP BY 1 OFFSET 0) q
                      JOIN plates_layer l ON l.serial = q.layer
                     CROSS JOIN LATERAL (SELECT {NO_BITS_OF_LAYER} AS zeros OFFSET 0) z
                     CROSS JOIN LATERAL (
                        SELECT bit_or(set_bit(z.zeros, u.position, 1)) AS bits
                          FROM unnest(q.alone) u (position)) a
                    OFFSET 0) g
              {self.carriers_seen_of("g.layer")}
        """

    def constant_rows(self, leaf: HasTerm | TermBegins | HasWord) -> str:
        """The carriers that have one of the terms throughout."""
        return f"""
            SELECT c.scope, c.id AS carrier, c.occupied AS bits
              FROM plates_carrierterm t JOIN plates_carrier c ON c.id = t.carrier_id
             WHERE {self.is_term("t.term_id", leaf)} AND t.scope = ANY({self.scopes})
        """

    def layers_seen(self) -> str:
        """An array of the layers of all carriers that are seen, for who sees few."""
        return f"""ARRAY(
            SELECT DISTINCT k.layer_id FROM plates_carrier c
              JOIN plates_carrierlayer k ON k.carrier_id = c.id
             WHERE c.scope = ANY({self.scopes}))"""

    def carriers_seen_of(self, layer: str) -> str:
        """A join with `k`, the visible carriers of a layer, among few scopes."""
        return (
            f"JOIN plates_carrierlayer k ON k.layer_id = {layer} AND k.scope = ANY({self.scopes})"
        )

    def rows_on(self, carriers: str, leaf: HasTerm, *, are_groups: bool) -> str:
        """SELECT carrier, bits: the masks of terms on carriers that a table names.

        Terms of treatments stand in groups of layers, and are no constants of carriers.
        """
        terms = self.values.add(list(leaf.terms))
        # Read at once, and not looked up for each layer of each carrier.
        masks = f"""
            SELECT o.carrier, {MASK_ALONE} AS bits
              FROM {carriers} o
              JOIN plates_carrierlayer k ON k.carrier_id = o.carrier
              JOIN (SELECT * FROM {masks_of_terms(f"m.term_id = ANY({terms})")} m
                    OFFSET 0) m ON m.layer_id = k.layer_id
        """
        if are_groups:
            return masks
        return f"""
            {masks}
            UNION ALL
            SELECT c.id, c.occupied
              FROM {carriers} o
              JOIN plates_carrierterm t ON t.carrier_id = o.carrier AND t.term_id = ANY({terms})
              JOIN plates_carrier c ON c.id = o.carrier
        """

    def carriers_of(self, layer: str, weight: int) -> str:
        """A join with `k`, the visible carriers of a layer.

        Postgres guesses layers of a term badly: left alone it goes through all carriers for a few.
        """
        if weight > MANY:
            return self.carriers_seen_of(layer)
        return f"""
            CROSS JOIN LATERAL (
                SELECT k.scope, k.carrier_id FROM plates_carrierlayer k
                 WHERE k.layer_id = {layer} AND k.scope + 0 = ANY({self.scopes}) OFFSET 0
            ) k
        """

    def spread_of(self, layer: str, weight: int) -> str:
        """A join with `k`: in each scope that is seen how many carriers have a layer.

        `sufficed` are those for which it suffices.
        """
        counted = """
            SELECT k.scope, count(*) AS carriers, count(*) FILTER (WHERE k.suffices) AS sufficed"""
        if weight > MANY:
            return f"""
                JOIN ({counted}, k.layer_id FROM plates_carrierlayer k
                       WHERE k.scope = ANY({self.scopes}) GROUP BY k.layer_id, k.scope OFFSET 0) k
                  ON k.layer_id = {layer}
            """
        return f"""
            CROSS JOIN LATERAL (
                {counted} FROM plates_carrierlayer k
                 WHERE k.layer_id = {layer} AND k.scope + 0 = ANY({self.scopes})
                 GROUP BY k.scope OFFSET 0) k
        """

    def term_bits(self, is_mask: str, is_constant: str) -> str:
        """The masks of a carrier that meet a condition, all together."""
        return f"""(
            SELECT bit_or(b) FROM (
                SELECT {MASK} AS b
                  FROM plates_carrierlayer k JOIN plates_mask m ON m.layer_id = k.layer_id
                 WHERE k.carrier_id = c.id AND {is_mask}
                UNION ALL
                SELECT c.occupied FROM plates_carrierterm t
                 WHERE t.carrier_id = c.id AND {is_constant}
            ) u
        )"""

    def key_bits(self, leaf: HasKey) -> str:
        """Where a carrier has any term of a key."""
        key = self.values.add(leaf.key)
        return f"""(
            SELECT bit_or(b) FROM (
                SELECT y.bits AS b
                  FROM plates_carrierlayer k
                  JOIN plates_keymask y ON y.layer_id = k.layer_id AND y.key_id = {key}
                 WHERE k.carrier_id = c.id
                UNION ALL
                SELECT c.occupied FROM plates_carrierterm t
                 WHERE t.carrier_id = c.id AND t.key_id = {key}
            ) u
        )"""

    def readout_bits(self, leaf: HasReadout) -> str:
        """A 1 for each number of a carrier that lies in the range."""
        key = self.values.add(leaf.key)
        within = within_range(self.values, "u.number", leaf.range)
        reaches = reaches_range(self.values, "r", leaf.range)
        return f"""(
            SELECT rpad(string_agg(CASE WHEN {within} THEN '1' ELSE '0' END, '' ORDER BY u.place),
                        length(c.occupied), '0')::varbit
              FROM plates_readout r CROSS JOIN LATERAL unnest(r.numbers)
                   WITH ORDINALITY AS u (number, place)
             WHERE r.carrier_id = c.id AND r.key_id = {key} AND {reaches}
        )"""

    def place_bits(self, leaf: AtPlace) -> str:
        """By the shapes of plates that there are, each with its own bits."""
        cases = " ".join(
            f"WHEN p.rows = {self.values.add(shape.rows)} AND p.columns = "
            f"{self.values.add(shape.columns)} THEN {self.values.add(bits_of(leaf, shape))}"
            for shape in self.shapes
        )
        if not cases:
            return "NULL::varbit"
        return f"rpad(CASE {cases} END, length(c.occupied), '0')::varbit"


def keys_of(leaf: HasTerm | TermBegins | HasWord) -> tuple[int, ...]:
    """The keys of the terms that a leaf speaks of; none if they are not known."""
    if isinstance(leaf, HasTerm):
        return leaf.keys
    return (leaf.key,) if isinstance(leaf, TermBegins) else ()


def positions(rows: str, column: str) -> str:
    """The bits of the positions that some rows name."""
    return f"(SELECT bit_or(set_bit({NO_BITS}, {column}, 1)) FROM {rows})"
