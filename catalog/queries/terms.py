"""The values of a field of a query, for what a person begins to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection

from catalog.errors import NotUnderstood
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.search.annotation_keys import AnnotationKeys
from catalog.search.fields import Field, field_of
from catalog.search.kept_counts import FEW_SCOPES
from catalog.search.resolve import fields_like
from catalog.search.term_conditions import like
from plates.arrays import array_of
from plates.platemaps.spelling import folded

LONGEST_PREFIX: Final = 200
FEW_TERMS: Final = 30_000
"""What is kept of so many terms is sooner read than what is kept of more scopes than a few."""

_ARE_FEW: Final = """
    SELECT count(*) <= %(few)s
      FROM (SELECT FROM plates_term WHERE key_id = %(key)s AND folded LIKE %(begins)s
             LIMIT %(few)s + 1) t
"""
BY_TERM: Final = """
    s.term_id = ANY(ARRAY(SELECT serial FROM t)) AND s.scope + 0 = ANY(%(scopes)s::integer[])
"""
BY_SCOPE: Final = """
    s.key_id = %(key)s AND s.scope = ANY(%(scopes)s::integer[])
    AND s.term_id IN (SELECT serial FROM t)
"""
OF_ALL: Final = "s.key_id = %(key)s AND s.scope = ANY(%(scopes)s::integer[])"
"""Where every term begins so."""
# Words are read of the most frequent alone, and of those that share them with others.
_COUNTED: Final = """
    WITH t AS MATERIALIZED (
            SELECT serial, is_twin FROM plates_term
             WHERE key_id = %(key)s AND folded LIKE %(begins)s {only}
         ),
         n AS MATERIALIZED (
            SELECT s.term_id, sum(s.subjects) AS subjects FROM plates_termscope s
             WHERE {way} GROUP BY 1 HAVING sum(s.subjects) > 0
         )
    SELECT o.folded, min(o.text), sum(n.subjects)::bigint
      FROM n JOIN plates_term o ON o.serial = n.term_id
     WHERE n.subjects >= (SELECT min(subjects) FROM (SELECT subjects FROM n
                                                      ORDER BY 1 DESC LIMIT %(most)s) m)
        OR n.term_id IN (SELECT serial FROM t WHERE is_twin)
     GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %(most)s
"""


class TermCount(NamedTuple):
    """A value, and how many visible wells and images have it; in two spellings it counts twice."""

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
    keys = AnnotationKeys(viewer.scopes)
    known = keys.key_named(key)
    if known is None:
        near = fields_like(key, keys)
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
        way, only = OF_ALL, "AND is_twin"
        if beginning:
            cursor.execute(_ARE_FEW, told)
            (are_few,) = cursor.fetchone()
            way = BY_TERM if are_few and len(scopes) > FEW_SCOPES else BY_SCOPE
            only = ""
        cursor.execute(_COUNTED.format(way=way, only=only), told)
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
