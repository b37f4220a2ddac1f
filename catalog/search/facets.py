"""How many subjects that a meaning holds for have which values: one statement for all facets.

What was found is worked out once, as `f`: carriers with bits. A value's number is that of the
subjects for which the meaning holds with a condition on that value besides. So treatments are
counted in the groups for which what was asked of a treatment holds, and each subject once, however
many groups, layers or images say the same of it.
"""

from collections.abc import Sequence
from typing import Final

from catalog.search.compile import Compiler
from catalog.search.facet_kinds import (
    Facet,
    KeyFacet,
    LayoutFacet,
    PlateFacet,
    ScopeFacet,
    StoreFacet,
)
from catalog.search.facet_terms import IN_GROUP, MASK, TermCounts
from catalog.search.meanings import Meaning, treatment_in
from catalog.search.statement import Statement
from plates.states import CarrierKind

TOTAL: Final = 0
"""The number of the facet that tells how many subjects there are."""


class FacetCompiler:
    """Writes the statement of the facets of one meaning for one viewer.

    Its rows are a facet's number, a number or a text that says the value, and how many subjects.
    """

    def __init__(self, compiler: Compiler, meaning: Meaning, *, kind: CarrierKind) -> None:
        self.compiler = compiler
        self.values = compiler.values
        self.kind = kind
        self.treatment = treatment_in(meaning)
        self.tables = {"f": compiler.found(meaning, kind=kind)}
        self.terms = TermCounts(compiler, self.tables, self.treatment)
        self.selects: list[str] = []

    def statement(self, facets: Sequence[Facet], *, always: Sequence[int] = ()) -> Statement:
        """The numbers of all subjects and of each facet; `always` are terms that are told anyway."""
        self.select(TOTAL, "NULL::integer", "NULL::text", "sum(bit_count(bits))", "f")
        keys = [facet for facet in facets if isinstance(facet, KeyFacet)]
        if keys:
            self.add_keys(keys, always)
        for facet in facets:
            if isinstance(facet, LayoutFacet):
                self.add_layouts(facet)
            elif isinstance(facet, StoreFacet):
                self.add_stores(facet)
            elif isinstance(facet, ScopeFacet):
                counted = "(SELECT scope, sum(bit_count(bits)) AS n FROM f GROUP BY 1) x"
                self.select(facet.number, "scope", "NULL", "n", counted)
            elif isinstance(facet, PlateFacet):
                self.add_plates(facet)
        return self.whole(" UNION ALL ".join(self.selects))

    def unfiltered(self, facets: Sequence[KeyFacet], *, always: Sequence[int] = ()) -> Statement:
        """The facets of keys by the sums that are kept, less what was found here."""
        keys = [facet.key for facet in facets]
        self.select_ranked(
            facets,
            f"""
            SELECT key_id AS key, term_id AS term, sum(subjects)::bigint AS n
              FROM plates_termscope
             WHERE key_id = ANY({self.terms.array(keys)}::smallint[])
               AND scope = ANY({self.compiler.leaves.scopes}::integer[])
             GROUP BY 1, 2
            UNION ALL
            SELECT key, term, -n FROM ({self.terms.plain_counts(keys)}) less
            """,
            always,
        )
        return self.whole(" UNION ALL ".join(self.selects))

    def recount(self, classes: Sequence[int], terms: Sequence[int], *, grouped: bool) -> Statement:
        """How many subjects have a term of each class; the classes and their terms in pairs."""
        listed = (
            f"unnest({self.terms.array(classes)}, {self.terms.array(terms)}) AS v (class, term)"
        )
        group, bits = "", MASK
        if grouped and self.terms.add_groups():
            group = 'JOIN g ON g.layer = m.layer_id AND g.grp = m."group"'
            bits = f"g.bits & {IN_GROUP}"
        return self.whole(f"""
            SELECT class, sum(bit_count(bits))::bigint FROM (
                SELECT carrier, class, bit_or(bits) AS bits FROM (
                    SELECT f.carrier, v.class, f.bits & {bits} AS bits
                      FROM {listed} JOIN plates_mask m ON m.term_id = v.term {group}
                      JOIN plates_carrierlayer k ON k.layer_id = m.layer_id
                      JOIN f ON f.carrier = k.carrier_id
                    UNION ALL
                    SELECT f.carrier, v.class, f.bits
                      FROM {listed} JOIN plates_carrierterm t ON t.term_id = v.term
                      JOIN f ON f.carrier = t.carrier_id
                ) o GROUP BY 1, 2
            ) x GROUP BY 1
        """)

    def whole(self, text: str) -> Statement:
        """A statement that begins with the tables it rests on."""
        named = ", ".join(f"{name} AS MATERIALIZED ({sql})" for name, sql in self.tables.items())
        return Statement(f"WITH {named} {text}", self.values.named)

    def select(self, number: int, value: str, text: str, count: str, rows: str) -> None:
        """Tell the values of a facet."""
        self.selects.append(
            f"SELECT {self.values.add(number)}::integer AS facet, {value} AS value, "
            f"{text} AS text, ({count})::bigint AS n FROM {rows}"
        )

    def add_keys(self, facets: Sequence[KeyFacet], always: Sequence[int]) -> None:
        """Tell the most frequent terms of keys."""
        self.select_ranked(facets, self.terms.counts(facets), always)
        plain = [facet for facet in facets if not self.terms.is_grouped(facet)]
        if plain:
            self.select_having(plain)

    def select_ranked(
        self, facets: Sequence[KeyFacet], counted: str, always: Sequence[int]
    ) -> None:
        """Tell the first of the terms that were counted."""
        numbers, keys, most = (
            self.terms.array([getattr(facet, name) for facet in facets])
            for name in ("number", "key", "most")
        )
        told = f"term = ANY({self.terms.array(always)})"
        self.selects.append(f"""
            SELECT w.number, r.term, NULL, r.n
              FROM (SELECT key, term, n, {told} AS is_told, row_number() OVER (
                              PARTITION BY key, {told} ORDER BY n DESC, term) AS rank
                      FROM (SELECT key, term, sum(n)::bigint AS n FROM ({counted}) u
                             GROUP BY 1, 2) o
                     WHERE n > 0) r
              JOIN unnest({numbers}, {keys}, {most}) AS w (number, key, most) ON w.key = r.key
             WHERE r.is_told OR r.rank <= w.most
        """)

    def select_having(self, facets: Sequence[KeyFacet]) -> None:
        """Tell how many subjects have any value of a key, on a row that says no value."""
        numbers = self.terms.array([facet.number for facet in facets])
        keys = self.terms.array([facet.key for facet in facets])
        self.selects.append(f"""
            SELECT w.number, NULL, NULL, sum(h.n)::bigint
              FROM (SELECT p.key, bit_count(f.bits & p.bits) AS n
                      FROM p JOIN f ON f.carrier = p.carrier
                     WHERE NOT EXISTS (SELECT FROM c
                                        WHERE c.carrier = p.carrier AND c.key = p.key)
                    UNION ALL
                    SELECT key, n FROM (SELECT DISTINCT carrier, key, bit_count(bits) AS n
                                          FROM c) o) h
              JOIN unnest({numbers}, {keys}) AS w (number, key) ON w.key = h.key
             GROUP BY 1
        """)

    def add_layouts(self, facet: LayoutFacet) -> None:
        """Tell values of images: of most carriers all images have one layout."""
        self.tables["lp"] = """
            SELECT m.carrier_id AS carrier, min(m.layout_id) AS layout, count(*) > 1 AS is_mixed
              FROM f JOIN plates_fieldmask m ON m.carrier_id = f.carrier GROUP BY 1
        """
        self.tables["lu"] = """
            SELECT lp.layout, sum(bit_count(f.bits & m.bits)) AS n
              FROM lp JOIN f ON f.carrier = lp.carrier
              JOIN plates_fieldmask m ON m.carrier_id = lp.carrier AND m.layout_id = lp.layout
             WHERE NOT lp.is_mixed GROUP BY 1
        """
        values, layouts = self.terms.array(facet.values), self.terms.array(facet.layouts)
        listed = f"unnest({values}, {layouts}) AS v (value, layout)"
        counted = f"""(
            SELECT value, sum(n) AS n FROM (
                SELECT v.value, lu.n FROM lu JOIN {listed} ON v.layout = lu.layout
                UNION ALL
                SELECT value, bit_count(bits) FROM (
                    SELECT f.carrier, v.value, bit_or(f.bits & m.bits) AS bits
                      FROM lp JOIN f ON f.carrier = lp.carrier
                      JOIN plates_fieldmask m ON m.carrier_id = lp.carrier
                      JOIN {listed} ON v.layout = m.layout_id
                     WHERE lp.is_mixed GROUP BY 1, 2) o
            ) y GROUP BY 1 HAVING sum(n) > 0
        ) x"""
        self.select(facet.number, "value", "NULL", "n", counted)

    def add_stores(self, facet: StoreFacet) -> None:
        """Tell values of stores: a plate counts for each of its stores, once for each value."""
        counted = f"""(
            SELECT min(value) AS value, sum(n) AS n FROM (
                SELECT f.carrier, min({facet.value}) AS value, min(bit_count(f.bits)) AS n
                  FROM f {self.stores_of_found()} {facet.joined}
                 WHERE s.scope = ANY({self.compiler.leaves.scopes})
                 GROUP BY f.carrier, upper({facet.value})
            ) y WHERE value <> '' GROUP BY upper(value)
        ) x"""
        self.select(facet.number, "NULL", "value", "n", counted)

    def stores_of_found(self) -> str:
        """The stores `s` of what was found."""
        if self.kind is CarrierKind.PLATE:
            return (
                "JOIN plates_plate p ON p.carrier_id = f.carrier "
                "JOIN plates_store s ON s.plate_id = p.serial"
            )
        return "JOIN plates_store s ON s.carrier_id = f.carrier"

    def add_plates(self, facet: PlateFacet) -> None:
        """Tell names of plates; what is asked by name finds barcodes too."""
        self.tables["pn"] = """
            SELECT f.carrier, bit_count(f.bits) AS n, p.name AS text,
                   upper(p.name) AS name, upper(p.barcode) AS barcode
              FROM f JOIN plates_plate p ON p.carrier_id = f.carrier
        """
        counted = f"""(
            SELECT (SELECT min(text) FROM pn WHERE pn.name = y.name) AS value, sum(n) AS n FROM (
                SELECT carrier, name, n FROM pn WHERE name <> ''
                UNION
                SELECT b.carrier, b.barcode, b.n FROM pn b
                 WHERE b.barcode <> '' AND b.barcode IN (SELECT name FROM pn)
            ) y GROUP BY y.name ORDER BY 2 DESC, y.name LIMIT {self.values.add(facet.most)}
        ) x"""
        self.select(facet.number, "NULL", "value", "n", counted)
