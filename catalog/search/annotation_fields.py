"""Conditions on annotation: keys and values looked up among what a viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import (
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
)

from catalog.search.errors import QueryError
from catalog.search.meanings import (
    BROAD,
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
from catalog.search.visible_terms import (
    FEW,
    MOST,
    are_weighed,
    did_you_mean,
    heaviest_first,
    near_terms,
    weighed,
)
from plates.arrays import array_of, unplanned
from plates.models import Key, Readout, Term, TermScope
from plates.platemaps.keys import Family, KeyKind
from plates.platemaps.keys import Key as KeyOfTable
from plates.platemaps.known_keys import KEYS_BY_NAME, key_of
from plates.platemaps.spelling import folded

PREFIX_WEIGHT = 30_000
QUANTITY_WEIGHT = 5_000_000

# In SQL, which Django would take longer to write than Postgres to answer, for each condition.
_ALIASES: Final = "SELECT folded, key FROM plates_keyalias WHERE folded = ANY(%s)"
_SYNONYMS: Final = """
    SELECT means, "table" FROM plates_synonym WHERE key_id = %s AND folded = %s ORDER BY means
"""
_NAMED: Final = f"""
    SELECT k.serial, k.name, k.folded, k.title, k.kind, k.family
      FROM plates_key k
     WHERE k.folded = ANY(%(names)s)
       AND (EXISTS (SELECT FROM plates_termscope s
                     WHERE s.key_id = k.serial AND s.scope = ANY({unplanned("%(scopes)s")}))
            OR EXISTS (SELECT FROM plates_readout r
                        WHERE r.key_id = k.serial AND r.scope = ANY({unplanned("%(scopes)s")})))
"""  # noqa: S608 - a constant of this file


class KeyRow(NamedTuple):
    """A key as it is kept."""

    serial: int
    name: str
    folded: str
    title: str
    kind: str
    family: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of annotation as a query meets it; without a serial nothing has it yet."""

    name: str
    serial: int | None
    kind: KeyKind
    is_treatment: bool
    dimensions: tuple[str, ...]
    title: str = ""


class AnnotationFields:
    """Looks up what conditions on annotation mean."""

    def __init__(self, scopes: Sequence[int], remarks: list[str]) -> None:
        self.scopes = list(scopes)
        self.scopes_array = array_of(scopes)
        self.remarks = remarks

    def key_named(self, text: str) -> KnownKey | None:
        """The key that a text names, under any of its spellings; None if there is none to see."""
        return self.keys_named([text])[0]

    def keys_named(self, texts: Sequence[str]) -> list[KnownKey | None]:
        """The keys that some texts name, in their order."""
        spellings = [folded(text) for text in texts]
        aliases = self.aliases_of(spellings)
        known = [key_of(spelling, aliases) for spelling in spellings]
        told = [
            folded(key.name) if key else spelling
            for key, spelling in zip(known, spellings, strict=True)
        ]
        rows = self.rows_named(told)
        return [key_told(rows.get(name), key) for name, key in zip(told, known, strict=True)]

    def rows_named(self, names: Sequence[str]) -> dict[str, KeyRow]:
        """The visible keys of some folded names; one statement.

        A key that nobody may see is as none: nothing tells them apart.
        """
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, {"names": list(names), "scopes": self.scopes_array})
            return {row.folded: row for row in map(KeyRow._make, cursor.fetchall())}

    def aliases_of(self, spellings: Sequence[str]) -> dict[str, str]:
        """The keys that some spellings are the institute's own for."""
        with connection.cursor() as cursor:
            cursor.execute(_ALIASES, [list(spellings)])
            return dict(cursor.fetchall())

    @property
    def visible(self) -> "QuerySet[Key]":
        """The keys of anything that the viewer may see."""
        words = TermScope.objects.filter(key=OuterRef("pk"), scope__any=self.scopes_array)
        numbers = Readout.objects.filter(key=OuterRef("pk"), scope__any=self.scopes_array)
        return Key.objects.filter(Exists(words) | Exists(numbers))

    def names(self) -> list[str]:
        """The names of all keys that the viewer may know of."""
        return sorted({*KEYS_BY_NAME, *self.visible.values_list("name", flat=True)})

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
        terms = Term.objects.filter(key=serial, unit=unit).filter(in_range(wanted))
        found = weighed(terms, self.scopes)
        if len(found) <= MOST:
            return has_terms(key, found)
        return HasQuantity(serial, unit, wanted, key.is_treatment, QUANTITY_WEIGHT)

    def words(self, key: KnownKey, serial: int, test: Test, condition: Condition) -> Meaning:
        """Terms whose text meets a test."""
        terms = Term.objects.filter(key=serial)
        if isinstance(test, Exactly):
            return self.exactly(key, terms, test.text)
        if isinstance(test, Beginning):
            return self.beginning(key, serial, terms, test.text)
        return self.between(key, terms, test, condition)

    def exactly(self, key: KnownKey, terms: "QuerySet[Term]", text: str) -> Meaning:
        """The terms of one text, whatever its case, and of what it is a synonym of."""
        wanted = {folded(text)[:200], *self.meant_by(key, text)}
        named = Q(curie=text) if text else Q(pk__in=[])
        found = weighed(terms.filter(Q(folded__in=wanted) | named), self.scopes)
        if max(found.values(), default=0) <= 0:
            near = did_you_mean(near_terms(folded(text), self.scopes, key=key.serial))
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

    def beginning(self, key: KnownKey, serial: int, terms: "QuerySet[Term]", text: str) -> Meaning:
        """The terms that begin so."""
        start = folded(text)[:200]
        found = weighed(terms.filter(folded__startswith=start), self.scopes, most=FEW)
        if len(found) <= FEW:
            return has_terms(key, found)
        return TermBegins(serial, start, key.is_treatment, PREFIX_WEIGHT)

    def between(
        self, key: KnownKey, terms: "QuerySet[Term]", test: Test, condition: Condition
    ) -> Meaning:
        """The terms within a range: as numbers where its ends are numbers, else as words."""
        bounds = bounds_of(test)
        if bounds is None or not isinstance(test, Between | Compared):
            raise QueryError("A value is expected here.", condition.spot)
        low, high, low_included, high_included = bounds
        included = {"low_included": low_included, "high_included": high_included}
        ends = [end for end in (low, high) if end is not None]
        # How many values others have must neither be told nor leave out what the viewer may see.
        terms = terms.filter(
            Exists(TermScope.objects.filter(term=OuterRef("pk"), scope__any=self.scopes_array))
        )
        if all(map(is_bare, ends)):
            column = "as_number"
            terms = terms.annotate(as_number=number_of_text()).exclude(as_number=None)
            low_value, high_value = (None if end is None else float(end) for end in (low, high))
            found = weighed(
                terms.filter(within(column, low_value, high_value, **included)), self.scopes
            )
        else:
            words = [None if end is None else folded(end) for end in (low, high)]
            found = weighed(
                terms.filter(within("folded", words[0], words[1], **included)), self.scopes
            )
        if len(found) > MOST:
            raise QueryError(
                f"More than {MOST:,} values of {key.name} lie in this range; narrow it.",
                condition.spot,
            )
        return has_terms(key, found)


def key_told(row: KeyRow | None, known: KeyOfTable | None) -> KnownKey | None:
    """A key by its row, and by what is known of it anyway."""
    if row is not None:
        return KnownKey(
            row.name,
            row.serial,
            KeyKind(row.kind),
            row.family == Family.TREATMENT.value,
            known.dimensions if known else (),
            row.title,
        )
    if known is None or known.name not in KEYS_BY_NAME:
        return None
    is_treatment = known.family is Family.TREATMENT
    return KnownKey(known.name, None, known.kind, is_treatment, known.dimensions, known.title)


def has_terms(key: KnownKey, found: dict[int, int]) -> Meaning:
    """One of the terms that were found and that anything visible has."""
    seen = heaviest_first(found)
    if not seen:
        return Nowhere()
    weight = min(BROAD, sum(found[serial] for serial in seen))
    keys = () if key.serial is None else (key.serial,)
    return HasTerm(seen, key.is_treatment, keys, weight, is_weighed=are_weighed(found))


def in_range(wanted: Range) -> Q:
    """The condition that a term's number lies in a range."""
    return Q(number__isnull=False) & within(
        "number",
        wanted.low,
        wanted.high,
        low_included=wanted.low_included,
        high_included=wanted.high_included,
    )


def within(column: str, low: object, high: object, *, low_included: bool, high_included: bool) -> Q:
    """The condition that a column lies between two ends."""
    condition = Q()
    if low is not None:
        condition &= Q(**{f"{column}__{'gte' if low_included else 'gt'}": low})
    if high is not None:
        condition &= Q(**{f"{column}__{'lte' if high_included else 'lt'}": high})
    return condition


def number_of_text() -> Func:
    """A term's text as a number, NULL where it is none."""
    return Func(
        F("text"),
        template=r"(CASE WHEN %(expressions)s ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$' "
        "THEN %(expressions)s::float8 END)",
        output_field=FloatField(),
    )
