"""The order in which the subjects of a query are told, where it is not that of the catalog.

The value of a subject is its least, or its greatest where the greatest come first; subjects
without one come last. Among equals the order is that of the catalog: dataset, carrier, position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.search.compile import Compiler
from catalog.search.meanings import (
    HasKey,
    HasQuantity,
    HasReadout,
    Meaning,
    NoneOf,
    Nowhere,
    OneOf,
    Range,
    Together,
)
from catalog.search.statement import Statement
from plates.states import CarrierKind

SortValue = tuple[str | float, ...]
"""The name of a plate; a folded term; a base unit and a number; or the number of a readout."""


class Sorted(StrEnum):
    """What subjects are sorted by."""

    PLATE = "plate"
    TERM = "term"
    QUANTITY = "quantity"
    READOUT = "readout"


@dataclass(frozen=True, slots=True)
class Ordering:
    """What the values are of, and which end of them comes first."""

    by: Sorted
    descending: bool
    key: int = 0
    """Of annotation."""
    units: tuple[str, ...] = ()
    """Of a QUANTITY: the base units in which there are numbers; each has its own scale."""

    def without(self) -> Meaning:
        """What subjects without a value mean."""
        if self.by is Sorted.PLATE:
            return Nowhere()
        if self.by is Sorted.TERM:
            return NoneOf(HasKey(self.key))
        if self.by is Sorted.READOUT:
            return NoneOf(HasReadout(self.key, Range()))
        units = (Together(HasQuantity(self.key, unit, Range())) for unit in self.units)
        return NoneOf(OneOf(tuple(units)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject stands in an ordering."""

    value: SortValue
    """Empty where it has none."""
    scope: int
    carrier: int
    position: int


_COLUMNS = {
    Sorted.PLATE: ("word",),
    Sorted.TERM: ("word",),
    Sorted.QUANTITY: ("unit", "number"),
    Sorted.READOUT: ("number",),
}
_ROWS = {
    Sorted.PLATE: """
        SELECT h.scope, h.carrier, s.position, p.name COLLATE "C" AS word
          FROM h
          JOIN plates_plate p ON p.carrier_id = h.carrier
         CROSS JOIN LATERAL generate_series(0, length(h.bits) - 1) AS s (position)
         WHERE get_bit(h.bits, s.position) = 1
    """,
    Sorted.TERM: """
        SELECT h.scope, h.carrier, v.position, v.word
          FROM h JOIN plates_carrierlayer k ON k.carrier_id = h.carrier
          JOIN v ON v.layer = k.layer_id AND v.bits = h.bits
        UNION ALL
        SELECT h.scope, h.carrier, s.position, t.folded COLLATE "C"
          FROM h
          JOIN plates_carrierterm c ON c.carrier_id = h.carrier AND c.key_id = {key}
          JOIN plates_term t ON t.serial = c.term_id
         CROSS JOIN LATERAL generate_series(0, length(h.bits) - 1) AS s (position)
         WHERE get_bit(h.bits, s.position) = 1
    """,
    Sorted.QUANTITY: """
        SELECT h.scope, h.carrier, v.position, v.unit, v.number
          FROM h JOIN plates_carrierlayer k ON k.carrier_id = h.carrier
          JOIN v ON v.layer = k.layer_id AND v.bits = h.bits
    """,
    Sorted.READOUT: """
        SELECT h.scope, h.carrier, u.place::integer - 1 AS position, u.number
          FROM h
          JOIN plates_readout r ON r.carrier_id = h.carrier AND r.key_id = {key}
         CROSS JOIN LATERAL unnest(r.numbers) WITH ORDINALITY AS u (number, place)
         WHERE u.number IS NOT NULL AND u.place <= length(h.bits)
           AND get_bit(h.bits, u.place::integer - 1) = 1
    """,
}
"""SELECT scope, carrier, position and the columns of the value, of the hits `h`."""
_IN_LAYERS = {
    # As bytes compare, in every language of a database.
    Sorted.TERM: """
        SELECT s.layer, s.bits, p.position, t.folded COLLATE "C" AS word
          FROM s
          JOIN plates_mask m ON m.layer_id = s.layer AND m.key_id = {key}
           AND CASE WHEN m.bits IS NULL THEN get_bit(s.bits, m.position) = 1
                    ELSE bit_count(m.bits & s.bits) > 0 END
          JOIN plates_term t ON t.serial = m.term_id
         CROSS JOIN LATERAL generate_series(
                GREATEST(m.position, 0),
                CASE WHEN m.position < 0 THEN length(s.bits) - 1 ELSE m.position END
               ) AS p (position)
         WHERE m.bits IS NULL OR get_bit(m.bits & s.bits, p.position) = 1
    """,
    Sorted.QUANTITY: """
        SELECT s.layer, s.bits, q.position, q.unit COLLATE "C" AS unit, q.number
          FROM s
          JOIN plates_quantity q ON q.layer_id = s.layer AND q.key_id = {key}
           AND get_bit(s.bits, q.position) = 1
    """,
}
"""SELECT layer, bits, position and the columns of the value: of plates that share a map, once.

Of these a subject may have several values.
"""
_TABLES = """
    s AS MATERIALIZED (SELECT DISTINCT k.layer_id AS layer, h.bits
                         FROM h JOIN plates_carrierlayer k ON k.carrier_id = h.carrier
                        WHERE EXISTS (SELECT FROM plates_keymask y
                                       WHERE y.layer_id = k.layer_id AND y.key_id = {key})),
    v AS MATERIALIZED (SELECT DISTINCT ON (layer, bits, position) * FROM ({rows}) r
                        ORDER BY layer, bits, position, {best})
"""


def in_order(
    meaning: Meaning,
    ordering: Ordering,
    *,
    compiler: Compiler,
    kind: CarrierKind,
    beyond: Place | None,
    backwards: bool,
    limit: int,
) -> Statement:
    """SELECT scope, carrier, position and the value: those that have one, in the order asked for."""
    hits = compiler.found(meaning, kind=kind)
    values = compiler.values
    columns = _COLUMNS[ordering.by]
    down = "DESC" if ordering.descending else "ASC"
    best = ", ".join(f"{column} {down}" for column in columns)
    after = "TRUE"
    if beyond is not None:
        subject = (beyond.scope, beyond.carrier, beyond.position)
        after = _after(
            columns,
            [values.add(value) for value in beyond.value],
            [values.add(number) for number in subject],
            greater=ordering.descending == backwards,
            backwards=backwards,
        )
    key = values.add(ordering.key)
    rows, tables = f"({_ROWS[ordering.by].format(key=key)})", ""
    if ordering.by in _IN_LAYERS:
        of_layers = _IN_LAYERS[ordering.by].format(key=key)
        tables = f", {_TABLES.format(key=key, rows=of_layers, best=best)}"
        rows = f"""(SELECT DISTINCT ON (scope, carrier, position) * FROM {rows} r
                     ORDER BY scope, carrier, position, {best})"""
    value_way = "DESC" if ordering.descending != backwards else "ASC"
    way = "DESC" if backwards else "ASC"
    order = [f"{column} {value_way}" for column in columns]
    order += [f"{column} {way}" for column in ("scope", "carrier", "position")]
    text = f"""
        WITH h AS MATERIALIZED ({hits}) {tables}
        SELECT scope, carrier, position, {", ".join(columns)}
          FROM {rows} v
         WHERE {after}
         ORDER BY {", ".join(order)} LIMIT {values.add(limit)}
    """
    return Statement(text, values.named)


def _after(
    columns: Sequence[str],
    value: Sequence[str],
    subject: Sequence[str],
    *,
    greater: bool,
    backwards: bool,
) -> str:
    """The condition that a row lies beyond a value, or has it and lies beyond a subject."""
    told, asked = f"({', '.join(columns)})", f"({', '.join(value)})"
    further = "<" if backwards else ">"
    return (
        f"({told} {'>' if greater else '<'} {asked} OR ({told} = {asked} "
        f"AND (scope, carrier, position) {further} ({', '.join(subject)})))"
    )
