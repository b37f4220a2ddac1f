"""The values of a field of a query, for what a person begins to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection

from catalog.errors import NotUnderstood
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.search.annotation_fields import AnnotationFields
from catalog.search.fields import Field, field_of
from catalog.search.masks import like
from catalog.search.resolve import fields_like
from plates.arrays import array_of
from plates.platemaps.spelling import folded

LONGEST_PREFIX: Final = 200
FEW_SCOPES: Final = 30
FEW_TERMS: Final = 30_000
"""What is kept of so many terms is sooner read than what is kept of more scopes than a few."""

_BEGUN: Final = "SELECT serial FROM plates_term WHERE key_id = %(key)s AND folded LIKE %(begins)s"
_ARE_FEW: Final = f"SELECT count(*) <= %(few)s FROM ({_BEGUN} LIMIT %(few)s + 1) t"  # noqa: S608
BY_TERM: Final = """
    s.term_id = ANY(ARRAY({begun})) AND s.scope + 0 = ANY(%(scopes)s::integer[])
"""
BY_SCOPE: Final = """
    s.key_id = %(key)s AND s.scope = ANY(%(scopes)s::integer[]) AND s.term_id IN ({begun})
"""
_COUNTED: Final = """
    SELECT t.folded, min(t.text), sum(n.subjects)::bigint
      FROM (SELECT s.term_id, sum(s.subjects) AS subjects FROM plates_termscope s
             WHERE {way} GROUP BY 1) n
      JOIN plates_term t ON t.serial = n.term_id
     GROUP BY 1 HAVING sum(n.subjects) > 0
     ORDER BY 3 DESC, 1 LIMIT %(most)s
"""


class TermCount(NamedTuple):
    """A value, and how many visible wells and images have it."""

    value: str
    subjects: int | None
    """None where it is not counted: of what is no annotation."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Some values of a field, and whether there are more."""

    terms: list[TermCount]
    more: bool


def terms_of(key: str, *, prefix: str, viewer: Viewer, limit: int) -> Terms:
    """The values that begin so, the most frequent first; NotUnderstood if there is no such field.

    Of annotation whatever their case and separators; of built-in fields the words of choices, and
    the names of datasets and plates. Numbers have no values to choose from.
    """
    field = field_of(key)
    with time_limit():
        if field is not None:
            found = built_in(field, prefix, viewer, limit)
        else:
            found = annotated(key, prefix, viewer, limit)
    return Terms(found[:limit], more=len(found) > limit)


def annotated(key: str, prefix: str, viewer: Viewer, limit: int) -> list[TermCount]:
    """The values of a key of annotation, one more than the limit if there are."""
    fields = AnnotationFields(viewer.scopes, [])
    known = fields.key_named(key)
    if known is None:
        near = fields_like(key, fields)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise NotUnderstood("key", f"There is no field {key[:60]!r}.{hint}")
    # No key is number 0: the statement is made also where nobody may see one.
    return begun_terms(known.serial or 0, folded(prefix)[:LONGEST_PREFIX], viewer.scopes, limit + 1)


def begun_terms(key: int, beginning: str, scopes: Sequence[int], most: int) -> list[TermCount]:
    """The most frequent terms of a key that begin so, both folded."""
    told: dict[str, int | str] = {
        "key": key,
        "begins": f"{like(beginning)}%",
        "scopes": array_of(scopes),
        "few": FEW_TERMS,
        "most": most,
    }
    with connection.cursor() as cursor:
        way = BY_SCOPE
        if len(scopes) > FEW_SCOPES:
            cursor.execute(_ARE_FEW, told)
            (are_few,) = cursor.fetchone()
            way = BY_TERM if are_few else BY_SCOPE
        cursor.execute(_COUNTED.format(way=way.format(begun=_BEGUN)), told)
        return [TermCount(text, n) for _, text, n in cursor.fetchall()]


def built_in(field: Field, prefix: str, viewer: Viewer, limit: int) -> list[TermCount]:
    """The values of a built-in field, one more than the limit if there are."""
    if field.choices:
        begun = [word for word in field.choices if word.startswith(prefix.casefold())]
        return [TermCount(word, None) for word in begun]
    named = {
        "dataset": (viewer.datasets, "slug"),
        "plate": (viewer.plates, "name"),
        "barcode": (viewer.plates, "barcode"),
    }
    if field.name not in named:
        return []
    rows, column = named[field.name]
    begun_so = rows.filter(**{f"{column}__istartswith": prefix}).exclude(**{column: ""})
    values = begun_so.order_by(column).values_list(column, flat=True).distinct()
    return [TermCount(value, None) for value in values[: limit + 1]]
