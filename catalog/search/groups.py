"""Conditions on one treatment in SQL: they hold in one group of one layer.

As with carriers, the lightest part of an AllOf drives, and the others are asked for its rows, or
read at once where that is less.
"""

from typing import TypeGuard

from catalog.search.masks import (
    FEW_TERMS,
    MASK_ALONE,
    MASK_OF_LAYER,
    NO_BITS_OF_LAYER,
    Leaves,
)
from catalog.search.meanings import (
    AllOf,
    HasKey,
    HasQuantity,
    HasTerm,
    Meaning,
    OneOf,
    TermBegins,
)
from catalog.search.number_conditions import within_range
from catalog.search.statement import Values

LAST = 2_147_483_647
NEAR = 50
"""A term with at most so many times as many subjects is read sooner than it is looked for."""

BOTH_MEET = """CASE
    WHEN d.position >= 0 THEN
        CASE WHEN o.position >= 0 THEN o.position = d.position
             ELSE get_bit(o.bits, d.position) = 1 END
    WHEN o.position >= 0 THEN get_bit(d.bits, o.position) = 1
    ELSE bit_count(d.bits & o.bits) > 0 END"""
"""Whether rows `d` and `o` of one layer have a position in common; of one position alone, that."""
BITS_OF_BOTH = f"""CASE
    WHEN o.position < 0 AND d.position < 0 THEN d.bits & o.bits
    WHEN o.position < 0 THEN set_bit(o.bits # o.bits, d.position, 1)
    WHEN d.position < 0 THEN set_bit(d.bits # d.bits, o.position, 1)
    ELSE (SELECT set_bit({NO_BITS_OF_LAYER}, d.position, 1) FROM plates_layer l
           WHERE l.serial = d.layer) END"""


class Groups:
    """Writes what `Together` holds."""

    def __init__(self, values: Values, leaves: Leaves, *, is_part: bool = False) -> None:
        """`is_part` says that few of all scopes are looked at."""
        self.values = values
        self.leaves = leaves
        self.is_part = is_part

    def rows(self, meaning: Meaning, layers: str = "") -> str:
        """SELECT scope, carrier, bits: wherever it holds; of layers only some, if they are given."""
        if layers:
            carriers = self.leaves.carriers_seen_of("g.layer")
        else:
            carriers = self.leaves.carriers_of("g.layer", self.weight_of(meaning))
        return f"""
            SELECT k.scope, k.carrier_id AS carrier, g.bits
              FROM {self.layers(meaning, layers)} g
              {carriers}
        """

    def layers(self, meaning: Meaning, layers: str = "") -> str:
        """SELECT layer, bits: each layer in which it holds; only some, if they are given."""
        rows = self.group_rows(meaning, layers)
        return f"(SELECT layer, bit_or(bits) AS bits FROM ({rows}) q GROUP BY layer OFFSET 0)"

    def spread_of(self, layer: str, meaning: Meaning) -> str:
        """A join with `k`: how many visible carriers have the layers in which it holds."""
        return self.leaves.spread_of(layer, self.weight_of(meaning))

    def weight_of(self, meaning: Meaning) -> int:
        """How many layers there may be: of a part few are left, however many there are in all."""
        return 0 if self.is_part else meaning.weight

    def bits(self, meaning: Meaning) -> str:
        """The bits of the one carrier `c`; NULL where it does not hold."""
        layers = "ARRAY(SELECT k.layer_id FROM plates_carrierlayer k WHERE k.carrier_id = c.id)"
        return f"(SELECT bit_or(bits) FROM ({self.group_rows(meaning, layers)}) q)"

    def group_rows(self, meaning: Meaning, layers: str = "") -> str:
        """SELECT layer, grp, position, bits; of some layers only, if they are given."""
        if isinstance(meaning, OneOf):
            return " UNION ALL ".join(f"({self.group_rows(one, layers)})" for one in meaning.parts)
        if isinstance(meaning, AllOf):
            return self.group_all(meaning, layers)
        return self.leaf_rows(meaning, layers)

    def group_all(self, meaning: AllOf, layers: str) -> str:
        """The rows of the lightest part, as far as the others hold in the same group."""
        driver, *others = sorted(meaning.parts, key=lambda part: part.weight)
        beside = next((part for part in others if is_near(part, driver)), None)
        if beside is None or layers:
            rows = self.group_rows(driver, layers)
        else:
            rows = self.group_joined(driver, beside)
            others.remove(beside)
        asked = " & ".join(["d.bits", *(self.group_bits(part) for part in others)])
        return f"""
            SELECT layer, grp, position, bits
              FROM (SELECT d.layer, d.grp, d.position, {asked} AS bits FROM ({rows}) d OFFSET 0) a
             WHERE bit_count(bits) > 0
        """

    def group_joined(self, driver: Meaning, leaf: HasTerm) -> str:
        """The rows of a part, as far as one of the terms holds in the same group.

        The masks of both are read once. Of most pairs no bit meets, so that they are only looked
        at, and bits are made of those that are left, once: the others are asked for these.
        """
        masks = self.leaves.masks(leaf)
        is_mask = isinstance(driver, HasTerm | TermBegins)
        rows = self.mask_rows(driver, bits="m.bits") if is_mask else self.group_rows(driver)
        return f"""
            SELECT d.layer, d.grp, d.position, {BITS_OF_BOTH} AS bits
              FROM ({rows} OFFSET 0) d
              JOIN (SELECT * FROM {masks} m OFFSET 0) o
                ON o.layer_id = d.layer AND o."group" = d.grp AND {BOTH_MEET}
            OFFSET 0
        """

    def leaf_rows(self, leaf: Meaning, layers: str) -> str:
        """The rows of one condition."""
        if isinstance(leaf, HasQuantity):
            within = f" AND q.layer_id = ANY({layers})" if layers else self.in_part("q")
            return f"""
                SELECT q.layer_id AS layer, q."group" AS grp, q.position,
                       set_bit({NO_BITS_OF_LAYER}, q.position, 1) AS bits
                  FROM plates_quantity q JOIN plates_layer l ON l.serial = q.layer_id
                 WHERE {self.is_quantity(leaf)}{within}
            """
        if layers:
            return f"""
                SELECT m.layer_id AS layer, m."group" AS grp, m.position, {MASK_OF_LAYER} AS bits
                  FROM plates_mask m JOIN plates_layer l ON l.serial = m.layer_id
                 WHERE {self.is_mask(leaf)} AND m.layer_id = ANY({layers})
            """
        return self.mask_rows(leaf)

    def mask_rows(self, leaf: Meaning, *, bits: str = MASK_ALONE) -> str:
        """The masks that meet one condition.

        With `m.bits` as bits those of one position alone have NULL: only what looks at positions
        first, as BOTH_MEET and BITS_OF_BOTH do, may read them.
        """
        if isinstance(leaf, HasTerm | TermBegins):
            masks = self.leaves.masks(leaf)
        else:
            # A key is none of what the key of masks begins with.
            masks = f"(SELECT * FROM plates_mask m WHERE {self.is_mask(leaf)})"
        return f"""
            SELECT m.layer_id AS layer, m."group" AS grp, m.position, {bits} AS bits
              FROM {masks} m WHERE TRUE{self.in_part("m")}
        """

    def in_part(self, row: str) -> str:
        """A condition on rows that are gathered: that a carrier of the scopes has their layer.

        The layers of a part are soon listed, and of each row that is left the others are asked.
        """
        if not self.is_part:
            return ""
        return f""" AND ({row}.layer_id IN (
            SELECT k.layer_id FROM plates_carrier c
              JOIN plates_carrierlayer k ON k.carrier_id = c.id
             WHERE c.scope = ANY({self.leaves.scopes}))) IS TRUE"""

    def group_bits(self, meaning: Meaning) -> str:
        """The bits in the group of the row `d`."""
        if isinstance(meaning, OneOf | AllOf):
            sign = "|" if isinstance(meaning, OneOf) else "&"
            parts = (f"COALESCE({self.group_bits(one)}, d.bits # d.bits)" for one in meaning.parts)
            return f"({f' {sign} '.join(parts)})"
        if isinstance(meaning, HasQuantity):
            # A row of one position asks for that position alone.
            return f"""(
                SELECT bit_or(set_bit(d.bits # d.bits, q.position, 1)) FROM plates_quantity q
                 WHERE q.layer_id = d.layer AND q."group" = d.grp AND {self.is_quantity(meaning)}
                   AND q.position BETWEEN GREATEST(d.position, 0)
                                      AND CASE WHEN d.position < 0 THEN {LAST} ELSE d.position END
            )"""
        mask = "COALESCE(m.bits, set_bit(d.bits # d.bits, m.position, 1))"
        return f"""(
            SELECT bit_or({mask}) FROM plates_mask m
             WHERE m.layer_id = d.layer AND m."group" = d.grp
               AND {self.is_mask(meaning)}
        )"""

    def is_quantity(self, leaf: HasQuantity) -> str:
        """The condition on a quantity `q`."""
        key, unit = self.values.add(leaf.key), self.values.add(leaf.unit)
        within = within_range(self.values, "q.number", leaf.range)
        return f"q.key_id = {key} AND q.unit = {unit} AND {within}"

    def is_mask(self, leaf: Meaning) -> str:
        """The condition on a mask `m`, where rows are asked one by one."""
        if isinstance(leaf, HasKey):
            return f"m.key_id = {self.values.add(leaf.key)}"
        if isinstance(leaf, HasTerm | TermBegins):
            return self.leaves.is_term("m.term_id", leaf, one_by_one=True)
        raise TypeError(f"{type(leaf).__name__} is no condition on a treatment")


def is_near(part: Meaning, driver: Meaning) -> TypeGuard[HasTerm]:
    """Whether the masks of all terms of a part are fewer than the look-ups for those that drive."""
    if not isinstance(part, HasTerm) or not part.is_weighed:
        return False
    return part.weight <= NEAR * min(len(part.terms), FEW_TERMS) * driver.weight
