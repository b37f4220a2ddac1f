"""A meaning in SQL: which subjects it holds for, as bits of carriers in their order.

The parts of an AllOf are not joined as sets. The lightest drives: its carriers are gathered and
put in order, and the bits of the other parts are fetched for one carrier after the other, until
the page is full. So a page costs what it shows, whatever the width of the other parts.
"""

from collections.abc import Sequence

from catalog.search import layer_hits
from catalog.search.driving import are_alike, driving, parts_of
from catalog.search.groups import Groups
from catalog.search.masks import NO_BITS, Leaves
from catalog.search.meanings import (
    AllOf,
    HasTerm,
    Meaning,
    NoneOf,
    OneOf,
    Together,
    keys_had,
)
from catalog.search.places import Shape
from catalog.search.statement import Statement, Values
from catalog.search.walks import Walk
from catalog.search.whole_hits import bits_with_wells, page_and_total
from plates.arrays import unplanned
from plates.states import CarrierKind

WIDE = 4
"""What has a subject on every so many carriers that are seen is joined with all of them."""
NEAR = 40
"""Terms with at most so many times as many subjects are gathered where the lightest part is."""


class Compiler:
    """Writes the statement of one meaning for one viewer."""

    def __init__(
        self,
        *,
        scopes: Sequence[int],
        shapes: Sequence[Shape] = (),
        carriers: int | None = None,
        are_few: bool = False,
        is_part: bool = False,
    ) -> None:
        """`carriers` is how many there are to see, if that decides how they are found."""
        self.carriers = carriers
        self.are_few = are_few
        self.values = Values()
        self.leaves = Leaves(self.values, scopes=list(scopes), shapes=list(shapes))
        self.groups = Groups(self.values, self.leaves, is_part=is_part)

    def hits(
        self,
        meaning: Meaning,
        *,
        kind: CarrierKind,
        start: tuple[int, int] | None = None,
        backwards: bool = False,
        limit: int,
    ) -> Statement:
        """SELECT scope, carrier, bits: the first carriers with a hit, on a walk through all.

        `start` is a scope and a carrier, which count themselves in; `backwards` the order is the
        other way round.
        """
        walk = Walk(self.values, start=start, backwards=backwards, limit=limit)
        # An index is gone through by the scopes, however many there are.
        seen = self.seen(kind, scopes=unplanned(self.leaves.scopes))
        return Statement(
            f"""
            SELECT s.scope, s.id AS carrier, h.bits
              FROM (SELECT c.id, c.scope, c.occupied FROM plates_carrier c
                     WHERE {seen} AND {walk.meets("c.scope", "c.id")}
                     ORDER BY c.scope {walk.order}, c.id {walk.order} OFFSET 0) s
             CROSS JOIN LATERAL (
                SELECT {self.together("s.occupied", parts_of(meaning))} AS bits
                  FROM (SELECT s.id, s.scope, s.occupied) c
                  LEFT JOIN plates_plate p ON p.carrier_id = c.id
                OFFSET 0
             ) h
             WHERE bit_count(h.bits) <> 0
             ORDER BY s.scope {walk.order}, s.id {walk.order} LIMIT {walk.limit}
            """,
            self.values.named,
        )

    def hits_and_total(
        self,
        meaning: Meaning,
        *,
        kind: CarrierKind,
        start: tuple[int, int] | None = None,
        backwards: bool = False,
        limit: int,
        enough: int,
    ) -> Statement:
        """The same of what is gathered in whole; a last row has the number of all hits as carrier.

        Of more hits than `enough` it may be any number that is more. Without a limit it is all that
        is told.
        """
        walk = Walk(self.values, start=start, backwards=backwards, limit=limit) if limit else None
        text = self.by_layer(meaning, walk, kind=kind, enough=enough) or page_and_total(
            self.whole(meaning, kind=kind), walk
        )
        return Statement(text, self.values.named)

    def by_layer(
        self, meaning: Meaning, walk: Walk | None, *, kind: CarrierKind, enough: int
    ) -> str:
        """The same of conditions on one treatment that many have; empty of anything else."""
        driver, others = driving(meaning)
        if others or not isinstance(driver, Together) or not keys_had(driver.part):
            return ""
        if not self.is_gathered_widely(driver, kind=kind):
            return ""
        return layer_hits.page_and_total(
            self.groups.layers(driver.part),
            self.groups.spread_of("l.layer", driver.part),
            scopes=self.leaves.scopes,
            walk=walk,
            enough=self.values.add(enough),
        )

    def whole(self, meaning: Meaning, *, kind: CarrierKind) -> str:
        """SELECT scope, carrier, bits: all carriers that may have a hit, each once, in any order.

        What all parts hold for is gathered with no look at each carrier, where that is wide. Else
        some parts are asked for, or few carriers are read anyway.
        """
        driver, others = driving(meaning)
        if driver is not None and self.is_gathered_widely(driver, kind=kind):
            gathered = self.gathered_with(driver, others)
            if gathered:
                return bits_with_wells(gathered, scopes=self.leaves.scopes)
        return self.found(meaning, kind=kind)

    def gathered_with(self, driver: Meaning, others: Sequence[Meaning]) -> str:
        """SELECT scope, carrier, bits: each once, whichever positions of it have a well.

        Empty where not all the others can be gathered as well.
        """
        if not others:
            return self.gathered(driver)
        bits, source = "d.bits", "d"
        for number, part in enumerate(others):
            rows = self.beside(part, driver)
            if not rows:
                return ""
            source += f" JOIN {rows} d{number} ON d{number}.carrier = d.carrier"
            bits += f" & d{number}.bits"
        return f"""(
            WITH d AS MATERIALIZED {self.gathered(driver)}
            SELECT d.scope, d.carrier, {bits} AS bits FROM {source}
        )"""

    def all_hits(self, meaning: Meaning, *, kind: CarrierKind) -> Statement:
        """The same of all carriers with a hit."""
        text = (
            f"SELECT scope, carrier, bits FROM ({self.found(meaning, kind=kind)}) h ORDER BY 1, 2"
        )
        return Statement(text, self.values.named)

    def found(self, meaning: Meaning, *, kind: CarrierKind) -> str:
        """SELECT scope, carrier, bits: all carriers with a hit, in any order.

        Nothing is left out, so that the carriers of parts of about the same weight are gathered
        and joined; where few carriers are seen, only their layers are gone through, as the masks of
        a term may be many that lie on others.
        """
        driver, others = driving(meaning)
        if driver is None:
            bits, asked, before = "c.occupied", others, ""
            source = f"(SELECT * FROM plates_carrier c WHERE {self.seen(kind)}) c"
        else:
            bits, source, asked = self.joined(driver, others, kind=kind)
            layers = self.leaves.layers_seen() if self.are_few else ""
            # Beside others it is written down: else Postgres takes it for one row, and goes through
            # each of the others for each of a thousand.
            way = "AS" if len(asked) == len(others) else "AS MATERIALIZED"
            before = f"WITH d {way} {self.gathered(driver, layers)}"
        return f"""
            {before}
            SELECT scope, carrier, bits FROM (
                SELECT c.scope, c.id AS carrier, {self.together(bits, asked)} AS bits
                  FROM {source} LEFT JOIN plates_plate p ON p.carrier_id = c.id
                OFFSET 0
            ) h WHERE bit_count(bits) <> 0
        """

    def joined(
        self, driver: Meaning, others: Sequence[Meaning], *, kind: CarrierKind
    ) -> tuple[str, str, list[Meaning]]:
        """The bits and the rows of what is gathered and joined with the driver `d`, and the rest."""
        bits, source, asked = "d.bits & c.occupied", "d", []
        for number, part in enumerate(others):
            rows = "" if self.are_few else self.beside(part, driver)
            if rows:
                source += f" JOIN {rows} d{number} ON d{number}.carrier = d.carrier"
                bits += f" & d{number}.bits"
            else:
                asked.append(part)
        carriers = self.joined_carriers(driver, kind=kind)
        return bits, f"{source} JOIN {carriers} c ON c.id = d.carrier", asked

    def joined_carriers(self, driver: Meaning, *, kind: CarrierKind) -> str:
        """The carriers to be joined with those that are gathered.

        Postgres takes these for few, and would look each up; where they may be a good part of all,
        all are read at once. Else each is looked up by its number: left alone, Postgres looks for it
        in each of the scopes.
        """
        carriers = "SELECT id, scope, occupied FROM plates_carrier c WHERE"
        if self.is_wide(driver):
            return f"({carriers} {self.seen(kind)} OFFSET 0)"
        return f"({carriers} {self.seen(kind, scope='c.scope + 0')})"

    def is_gathered_widely(self, driver: Meaning, *, kind: CarrierKind) -> bool:
        """Whether so many plates are gathered that none of them is looked at by itself."""
        return not self.are_few and kind is CarrierKind.PLATE and self.is_wide(driver)

    def is_wide(self, driver: Meaning) -> bool:
        """Whether what is gathered may lie on a good part of all carriers."""
        return self.carriers is not None and driver.weight * WIDE >= self.carriers

    def beside(self, part: Meaning, driver: Meaning) -> str:
        """The carriers of a part that is gathered too; empty where it is asked of each carrier.

        A term that many more have is gathered on the carriers of the driver alone.
        """
        if are_alike(part, driver):
            return self.gathered(part)
        leaf = part.part if isinstance(part, Together) else part
        if isinstance(leaf, HasTerm) and leaf.weight <= NEAR * driver.weight:
            rows = self.leaves.rows_on("d", leaf, are_groups=isinstance(part, Together))
            return f"(SELECT carrier, bit_or(bits) AS bits FROM ({rows}) r GROUP BY 1)"
        return ""

    def gathered(self, meaning: Meaning, layers: str = "") -> str:
        """The carriers for which a meaning holds, each once, with its bits; by some layers only."""
        rows = self.rows(meaning, layers)
        return f"(SELECT scope, carrier, bit_or(bits) AS bits FROM ({rows}) r GROUP BY 1, 2)"

    def seen(self, kind: CarrierKind, *, scope: str = "c.scope", scopes: str = "") -> str:
        """The condition on carriers: seen by the viewer, and of the kind."""
        visible = scopes or self.leaves.scopes
        return f"{scope} = ANY({visible}) AND c.kind = {self.values.add(kind.value)}"

    def together(self, bits: str, parts: Sequence[Meaning]) -> str:
        """The bits that are left after all parts were asked, the lightest first."""
        ordered = sorted(parts, key=lambda part: part.weight)
        return " & ".join([bits, *(self.bits(part) for part in ordered)])

    def rows(self, meaning: Meaning, layers: str = "") -> str:
        """SELECT scope, carrier, bits: wherever it holds; of layers only some, if they are given."""
        if isinstance(meaning, Together):
            return self.groups.rows(meaning.part, layers)
        if isinstance(meaning, OneOf):
            return " UNION ALL ".join(f"({self.rows(part, layers)})" for part in meaning.parts)
        if isinstance(meaning, AllOf | NoneOf):
            driver, others = driving(meaning)
            return f"""
                SELECT c.scope, c.id AS carrier,
                       {self.together("d.bits & c.occupied", others)} AS bits
                  FROM {self.source(driver, layers)} d
                  JOIN plates_carrier c ON c.id = d.carrier
                  LEFT JOIN plates_plate p ON p.carrier_id = c.id
            """
        return self.leaves.rows(meaning, layers)

    def source(self, driver: Meaning | None, layers: str) -> str:
        """The carriers of the part that drives, in any order."""
        if driver is not None:
            return self.gathered(driver, layers)
        return (
            "(SELECT scope, id AS carrier, occupied AS bits FROM plates_carrier "
            f"WHERE scope = ANY({self.leaves.scopes}))"
        )

    def bits(self, meaning: Meaning) -> str:
        """The bits of the one carrier `c`; NULL or zeros where it does not hold."""
        if isinstance(meaning, Together):
            return self.groups.bits(meaning.part)
        if isinstance(meaning, NoneOf):
            return f"~ COALESCE({self.bits(meaning.part)}, {NO_BITS})"
        if isinstance(meaning, OneOf):
            parts = (f"COALESCE({self.bits(part)}, {NO_BITS})" for part in meaning.parts)
            return f"({' | '.join(parts)})"
        if isinstance(meaning, AllOf):
            return f"({self.together('c.occupied', meaning.parts)})"
        return self.leaves.bits(meaning)
