"""The values of an ordering, one after the other as an index has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from catalog.queries.visible import Viewer
from catalog.search.meanings import (
    GUESSED,
    HasQuantity,
    HasTerm,
    Meaning,
    NoneOf,
    OnCarriers,
    Range,
    TermBeyond,
    Together,
)
from catalog.search.orderings import Ordering, Sorted, SortValue
from catalog.search.statement import Values
from catalog.search.term_conditions import is_one_of
from catalog.search.visible_terms import weighed

_PLATE: Final = """
    SELECT name COLLATE "C" FROM plates_plate
     WHERE scope = ANY(%(scopes)s) AND (%(edge)s::text IS NULL OR name COLLATE "C" {than} %(edge)s)
     ORDER BY 1 {way} LIMIT 1
"""
_TERM: Final = """
    SELECT t.folded FROM plates_term t
     WHERE t.key_id = %(key)s AND (%(edge)s::text IS NULL OR t.folded ~{than}~ %(edge)s)
       AND EXISTS (SELECT 1 FROM plates_termscope s
                    WHERE s.term_id = t.serial AND s.scope = ANY(%(scopes)s))
     ORDER BY t.folded USING ~{towards}~ LIMIT 1
"""
_NUMBER: Final = """
    SELECT number FROM plates_quantity
     WHERE key_id = %(key)s AND unit = %(unit)s
       AND (%(edge)s::float8 IS NULL OR number {than} %(edge)s)
     ORDER BY number {way} LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class SortValues:
    """The values by which an ordering can be walked through, for a viewer."""

    viewer: Viewer
    ordering: Ordering

    def beyond(self, value: SortValue | None, *, backwards: bool) -> SortValue | None:
        """The next value in the order; the first of all if none is given, None after the last."""
        down = self.ordering.descending != backwards
        if self.ordering.by is Sorted.QUANTITY:
            return self._number(value, down=down)
        statement = _PLATE if self.ordering.by is Sorted.PLATE else _TERM
        row = self._row(statement, down=down, edge=value[0] if value else None)
        return None if row is None else (str(row),)

    def meaning(self, value: SortValue) -> tuple[Meaning, ...]:
        """What subjects that stand at a value mean: they have it, and none that comes before."""
        if self.ordering.by is Sorted.PLATE:
            plates = self.viewer.plates.filter(name=value[0]).order_by()
            return (OnCarriers(tuple(plates.values_list("carrier_id", flat=True))),)
        if self.ordering.by is Sorted.QUANTITY:
            return self._at_number(str(value[0]), float(value[1]))
        word = str(value[0])
        values = Values()
        told = is_one_of(values, self.ordering.key, [word])
        found = weighed(told, values, self.viewer.scopes)
        better = TermBeyond(self.ordering.key, word, before=not self.ordering.descending)
        return (HasTerm(tuple(found), weight=sum(found.values())), NoneOf(better))

    def _number(self, value: SortValue | None, *, down: bool) -> SortValue | None:
        units = sorted(self.ordering.units, reverse=down)
        edge: float | None = None
        if value is not None:
            units, edge = units[units.index(str(value[0])) :], float(value[1])
        for unit in units:
            row = self._row(_NUMBER, down=down, edge=edge, unit=unit)
            if row is not None:
                return (unit, float(str(row)))
            edge = None
        return None

    def _at_number(self, unit: str, number: float) -> tuple[Meaning, ...]:
        key, down = self.ordering.key, self.ordering.descending
        better = [one for one in self.ordering.units if (one > unit if down else one < unit)]
        beside = (
            Range(low=number, low_included=False)
            if down
            else Range(high=number, high_included=False)
        )
        before = [HasQuantity(key, unit, beside)]
        before += [HasQuantity(key, one, Range()) for one in better]
        at = HasQuantity(key, unit, Range(number, number), weight=GUESSED)
        return (Together(at), *(NoneOf(Together(one)) for one in before))

    def _row(
        self, statement: str, *, down: bool, edge: str | float | None, unit: str = ""
    ) -> object | None:
        signs = {
            "than": "<" if down else ">",
            "towards": ">" if down else "<",
            "way": "DESC" if down else "ASC",
        }
        values: dict[str, list[int] | str | float | None] = {
            "scopes": list(self.viewer.scopes),
            "key": self.ordering.key,
            "edge": edge,
            "unit": unit,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**signs), values)
            row = cursor.fetchone()
        return None if row is None else row[0]


def units_of(key: int) -> Sequence[str]:
    """The base units in which a key has quantities; a look-up for each."""
    found: list[str] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT unit FROM plates_quantity WHERE key_id = %s "
                "AND (%s::text IS NULL OR unit > %s) ORDER BY unit LIMIT 1",
                [key, last := found[-1] if found else None, last],
            )
            row = cursor.fetchone()
            if row is None:
                return found
            found.append(row[0])
