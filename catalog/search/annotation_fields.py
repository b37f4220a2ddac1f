"""Conditions on annotation: keys and values looked up among what a viewer may see."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from django.db import connection

from catalog.search.annotation_keys import KnownKey
from catalog.search.errors import QueryError
from catalog.search.meanings import (
    BROAD,
    Decades,
    HasKey,
    HasQuantity,
    HasReadout,
    HasTerm,
    Meaning,
    NoneOf,
    Nowhere,
    Range,
    TermBegins,
)
from catalog.search.number_conditions import lies_between
from catalog.search.queries import (
    Anything,
    Beginning,
    Between,
    Compared,
    Condition,
    Exactly,
    Nothing,
    Test,
)
from catalog.search.ranges import bounds_of, is_bare, range_of
from catalog.search.statement import SqlValue, Values
from catalog.search.term_conditions import AS_NUMBER, begins, has_number, is_one_of, is_seen
from catalog.search.visible_terms import (
    FEW,
    MOST,
    Weighed,
    are_weighed,
    did_you_mean,
    heaviest_first,
    near_terms,
    weighed,
    weighed_terms,
)
from plates.platemaps.decades import decade_of, decades_within
from plates.platemaps.keys import KeyKind
from plates.platemaps.spelling import folded

WORTH = 2
"""Terms of a decade; the masks of so many are read sooner together."""
PREFIX_WEIGHT = 30_000
QUANTITY_WEIGHT = 5_000_000

# In SQL, which Django would take longer to write than Postgres to answer, for each condition.
_SYNONYMS: Final = """
    SELECT means, "table" FROM plates_synonym WHERE key_id = %s AND folded = %s ORDER BY means
"""


class AnnotationFields:
    """Looks up what conditions on annotation mean."""

    def __init__(self, scopes: Sequence[int], remarks: list[str]) -> None:
        self.scopes = list(scopes)
        self.remarks = remarks

    def meaning(self, key: KnownKey, condition: Condition) -> Meaning:
        """What a condition on a key means; QueryError where its value cannot be understood."""
        test = condition.test
        if isinstance(test, Nothing):
            return NoneOf(self.any_value(key))
        if key.serial is None:
            return Nowhere()
        if isinstance(test, Anything):
            return self.any_value(key)
        if key.kind is KeyKind.TEXT:
            raise QueryError(
                f"{key.name} is shown with each well and not searched.", condition.spot
            )
        if key.kind in {KeyKind.QUANTITY, KeyKind.READOUT} and bounds_of(test) is not None:
            return self.number(key, key.serial, condition)
        return self.words(key, key.serial, test, condition)

    def any_value(self, key: KnownKey) -> Meaning:
        """That a subject has the key at all."""
        if key.serial is None:
            return Nowhere()
        if key.kind is KeyKind.READOUT:
            return HasReadout(key.serial, Range())
        return HasKey(key.serial, key.is_treatment)

    def number(self, key: KnownKey, serial: int, condition: Condition) -> Meaning:
        """A quantity or readout in a range."""
        if key.kind is KeyKind.READOUT:
            wanted, _ = range_of(condition.test, dimensions=(), unit="", spot=condition.spot)
            return HasReadout(serial, wanted)
        wanted, unit = range_of(
            condition.test, dimensions=key.dimensions, unit="", spot=condition.spot
        )
        # Few numbers stand in many wells: their terms are asked for, not each well's number.
        values = Values()
        found = weighed_terms(has_number(values, serial, unit, wanted), values, self.scopes)
        if len(found) <= MOST:
            weights = {term.serial: term.weight for term in found}
            return has_terms(key, weights, decades_of(serial, unit, wanted, found))
        return HasQuantity(serial, unit, wanted, key.is_treatment, QUANTITY_WEIGHT)

    def words(self, key: KnownKey, serial: int, test: Test, condition: Condition) -> Meaning:
        """Terms whose text meets a test."""
        if isinstance(test, Exactly):
            return self.exactly(key, serial, test.text)
        if isinstance(test, Beginning):
            return self.beginning(key, serial, test.text)
        return self.between(key, serial, test, condition)

    def exactly(self, key: KnownKey, serial: int, text: str) -> Meaning:
        """The terms of one text, whatever its case, and of what it is a synonym of."""
        wanted = {folded(text)[:200], *self.meant_by(key, text)}
        values = Values()
        found = weighed(is_one_of(values, serial, wanted, curie=text), values, self.scopes)
        if max(found.values(), default=0) <= 0:
            near = did_you_mean(near_terms(folded(text), self.scopes, key=serial))
            self.remarks.append(f"Nothing that you may see has {key.name} {text!r}.{near}")
        return has_terms(key, found)

    def meant_by(self, key: KnownKey, text: str) -> set[str]:
        """What a text stands for by the tables of synonyms, which is said to the asker."""
        with connection.cursor() as cursor:
            cursor.execute(_SYNONYMS, [key.serial, folded(text)[:200]])
            rows = dict(cursor.fetchall())
        found = {means: table for means, table in rows.items() if folded(means) != folded(text)}
        for means, table in found.items():
            self.remarks.append(f"{key.name}:{text} also finds {means} ({table}).")
        return {folded(means)[:200] for means in found}

    def beginning(self, key: KnownKey, serial: int, text: str) -> Meaning:
        """The terms that begin so."""
        start, values = folded(text)[:200], Values()
        found = weighed(begins(values, serial, start), values, self.scopes, most=FEW)
        if len(found) <= FEW:
            return has_terms(key, found)
        return TermBegins(serial, start, key.is_treatment, PREFIX_WEIGHT)

    def between(self, key: KnownKey, serial: int, test: Test, condition: Condition) -> Meaning:
        """The terms within a range: as numbers where its ends are numbers, else as words."""
        bounds = bounds_of(test)
        if bounds is None or not isinstance(test, Between | Compared):
            raise QueryError("A value is expected here.", condition.spot)
        low, high, low_included, high_included = bounds
        ends = [low, high]
        are_numbers = all(is_bare(end) for end in ends if end is not None)
        read: Callable[[str], SqlValue] = float if are_numbers else folded
        low_end, high_end = (None if end is None else read(end) for end in ends)
        values = Values()
        within = lies_between(
            values,
            AS_NUMBER if are_numbers else "folded",
            low_end,
            high_end,
            low_included=low_included,
            high_included=high_included,
        )
        # How many values others have must neither be told nor leave out what the viewer may see.
        told = f"key_id = {values.add(serial)} AND {is_seen(values, self.scopes)} AND {within}"
        found = weighed(told, values, self.scopes)
        if len(found) > MOST:
            raise QueryError(
                f"More than {MOST:,} values of {key.name} lie in this range; narrow it.",
                condition.spot,
            )
        return has_terms(key, found)


def decades_of(key: int, unit: str, wanted: Range, found: Sequence[Weighed]) -> Decades | None:
    """The terms in a range by the decades that lie in it; None where that is no shorter."""
    powers = {term.serial: decade_of(term.number) for term in found if term.number is not None}
    times = Counter(powers.values())
    within = decades_within(wanted.low, wanted.high)
    whole = {power for power in within if times[power] >= WORTH}
    if not whole:
        return None
    beside = (term for term in found if powers.get(term.serial) not in whole)
    return Decades(
        key, unit, tuple(sorted(whole)), tuple(term.serial for term in beside if term.weight > 0)
    )


def has_terms(key: KnownKey, found: dict[int, int], decades: Decades | None = None) -> Meaning:
    """One of the terms that were found and that anything visible has."""
    seen = heaviest_first(found)
    if not seen:
        return Nowhere()
    weight = min(BROAD, sum(found[serial] for serial in seen))
    keys = () if key.serial is None else (key.serial,)
    is_weighed = are_weighed(found)
    return HasTerm(seen, key.is_treatment, keys, weight, is_weighed=is_weighed, decades=decades)
