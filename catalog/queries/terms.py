"""The values of a field of a query, for what a person begins to write."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Min, Sum

from catalog.errors import NotUnderstood
from catalog.queries.time_limit import time_limit
from catalog.queries.visible import Viewer
from catalog.search.annotation_fields import AnnotationFields
from catalog.search.fields import Field, field_of
from catalog.search.resolve import fields_like
from plates.models import TermScope
from plates.platemaps.spelling import folded

LONGEST_PREFIX: Final = 200


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
    rows = (
        # No key is number 0: the statement is made also where nobody may see one.
        TermScope.objects.filter(key=known.serial or 0, scope__any=viewer.scopes)
        .filter(term__folded__startswith=folded(prefix)[:LONGEST_PREFIX])
        .order_by()
        .values_list("term__folded")
        .annotate(text=Min("term__text"), n=Sum("subjects"))
        .filter(n__gt=0)
        .order_by("-n", "term__folded")
    )
    return [TermCount(text, n) for _, text, n in rows[: limit + 1]]


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
