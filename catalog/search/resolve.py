"""What a query means in this catalog, for one viewer: its fields and values looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from catalog.search.annotation_fields import AnnotationFields
from catalog.search.annotation_keys import AnnotationKeys, KnownKey
from catalog.search.built_in_fields import BuiltInFields
from catalog.search.errors import QueryError
from catalog.search.fields import field_of, names_of_fields
from catalog.search.free_words import FreeWords
from catalog.search.meanings import AllOf, Meaning, NoneOf, OneOf, grouped
from catalog.search.queries import And, Condition, Everything, Not, Or, Query, Words, conditions_in


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query that can be compiled."""

    meaning: Meaning
    remarks: tuple[str, ...]
    """What the asker should know: synonyms that were used, values that nothing has."""


def resolve(query: Query, *, scopes: Sequence[int]) -> Resolved:
    """The meaning of a query for a viewer of certain scopes; QueryError where it has none.

    What such a viewer may not see is as if it were not there: no field, value or suggestion
    tells of it.
    """
    remarks: list[str] = []
    annotation = AnnotationKeys(scopes)
    fields = {condition.field for condition in conditions_in(query)}
    names = sorted(name for name in fields if field_of(name) is None)
    resolver = _Resolver(
        annotation,
        dict(zip(names, annotation.keys_named(names), strict=True)) if names else {},
        AnnotationFields(scopes, remarks),
        BuiltInFields(scopes, remarks),
        FreeWords(scopes, remarks),
    )
    return Resolved(grouped(resolver.meaning(query)), tuple(dict.fromkeys(remarks)))


@dataclass(frozen=True, slots=True)
class _Resolver:
    known: AnnotationKeys
    keys: Mapping[str, KnownKey | None]
    annotation: AnnotationFields
    built_in: BuiltInFields
    words: FreeWords

    def meaning(self, query: Query) -> Meaning:
        if isinstance(query, Everything):
            return AllOf(())
        if isinstance(query, And):
            return AllOf(tuple(map(self.meaning, query.parts)))
        if isinstance(query, Or):
            return OneOf(tuple(map(self.meaning, query.parts)))
        if isinstance(query, Not):
            return NoneOf(self.meaning(query.part))
        if isinstance(query, Words):
            return self.words.meaning(query)
        return self.condition(query)

    def condition(self, condition: Condition) -> Meaning:
        field = field_of(condition.field)
        if field is not None:
            return self.built_in.meaning(field, condition)
        key = self.keys[condition.field]
        if key is not None:
            return self.annotation.meaning(key, condition)
        raise self.unknown(condition)

    def unknown(self, condition: Condition) -> QueryError:
        near = fields_like(condition.field, self.known)
        return QueryError(
            f"There is no field {condition.field[:60]!r}. To look for the text itself, put it in "
            "quotes.",
            condition.spot,
            near,
        )


def fields_like(text: str, keys: AnnotationKeys) -> tuple[str, ...]:
    """The fields and visible keys that a text which names none may have meant."""
    known = [*names_of_fields(), *keys.names()]
    return tuple(get_close_matches(text.casefold(), known, n=3, cutoff=0.6))
