"""Words without a field: looked for in annotation, and in the names of plates and datasets."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from catalog.search.meanings import (
    BROAD,
    HasTerm,
    HasWord,
    InScopes,
    Meaning,
    Nowhere,
    OnCarriers,
    OneOf,
)
from catalog.search.queries import Words
from catalog.search.statement import SqlValue, Values
from catalog.search.term_conditions import has_word, like
from catalog.search.visible_terms import (
    FEW,
    did_you_mean,
    heaviest_first,
    near_terms,
    weighed,
)
from plates.arrays import array_of
from plates.platemaps.spelling import folded

MOST_CARRIERS: Final = 10_000

# In SQL, which Django would take longer to write than Postgres to answer, for each word.
_KEYS: Final = """
    SELECT DISTINCT key_id FROM plates_term WHERE serial = ANY(%(terms)s::integer[]) ORDER BY 1
"""
_CARRIERS: Final = """
    (SELECT carrier_id FROM plates_plate
      WHERE (UPPER(name) LIKE UPPER(%(pattern)s) OR UPPER(barcode) LIKE UPPER(%(pattern)s))
        AND scope = ANY(%(scopes)s::integer[]) LIMIT %(most)s)
     UNION
    (SELECT carrier_id FROM plates_store
      WHERE UPPER(name) LIKE UPPER(%(pattern)s) AND carrier_id IS NOT NULL
        AND scope = ANY(%(scopes)s::integer[]) LIMIT %(most)s)
     ORDER BY 1
"""
_TITLED: Final = """
    SELECT serial FROM catalog_dataset
     WHERE (UPPER(title) LIKE UPPER(%(pattern)s) OR UPPER(summary) LIKE UPPER(%(pattern)s)
            OR UPPER(slug) LIKE UPPER(%(pattern)s))
       AND serial = ANY(%(scopes)s::integer[])
     ORDER BY 1
"""


class FreeWords:
    """Looks up what words without a field mean to a viewer of certain scopes."""

    def __init__(self, scopes: Sequence[int], remarks: list[str]) -> None:
        self.scopes = list(scopes)
        self.scopes_array = array_of(scopes)
        self.remarks = remarks

    def meaning(self, words: Words) -> Meaning:
        """Subjects with a term, plate, image or dataset in whose text the words stand side by side."""
        parts = [
            part
            for part in (
                self.terms_with(words),
                self.carriers_named(words.text),
                self.scopes_titled(words.text),
            )
            if part is not None
        ]
        if not parts:
            near = did_you_mean(near_terms(folded(words.text), self.scopes))
            self.remarks.append(f"Nothing that you may see has the words {words.text!r}.{near}")
            return Nowhere()
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def terms_with(self, words: Words) -> Meaning | None:
        """The terms with these words; None if nothing visible has one."""
        text = folded(words.text)
        if not text:
            return None
        is_whole = not words.is_beginning
        values = Values()
        told = has_word(values, text, is_whole=is_whole)
        found = weighed(told, values, self.scopes, most=FEW)
        if len(found) > FEW:
            return HasWord(text, is_whole=is_whole)
        seen = heaviest_first(found)
        if not seen:
            return None
        keys = tuple(_serials(_KEYS, {"terms": array_of(seen)}))
        return HasTerm(seen, keys=keys, weight=min(BROAD, sum(found.values())))

    def carriers_named(self, text: str) -> Meaning | None:
        """The carriers of visible plates and stores of images in whose name a text stands."""
        carriers = _serials(_CARRIERS, self.named(text))
        return OnCarriers(tuple(carriers)) if carriers else None

    def scopes_titled(self, text: str) -> Meaning | None:
        """The visible datasets in whose title, summary or slug a text stands."""
        scopes = _serials(_TITLED, self.named(text))
        return InScopes(tuple(scopes)) if scopes else None

    def named(self, text: str) -> dict[str, SqlValue]:
        """What a statement about names is told."""
        return {"pattern": f"%{like(text)}%", "scopes": self.scopes_array, "most": MOST_CARRIERS}


def _serials(statement: str, values: dict[str, SqlValue]) -> list[int]:
    """The numbers that a statement finds, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [serial for (serial,) in cursor.fetchall()]
