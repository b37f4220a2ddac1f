"""Pages by keyset: stable while rows come and go, as fast at the end as at the start."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from rest_framework.request import Request

from catalog.errors import NotUnderstood
from catalog.queries.cursors import Cursor

Row = TypeVar("Row", bound=Model)

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
LIMIT = re.compile("[1-9][0-9]{0,3}", re.ASCII)
COUNTED_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the list goes on."""

    rows: list[Row]
    next: str | None
    previous: str | None
    count: int
    count_is_exact: bool


def limit_of(request: Request) -> int:
    """How many rows a page is to have."""
    text = request.query_params.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not LIMIT.fullmatch(text) or int(text) > LARGEST_LIMIT:
        sentence = f"'limit' is a number from 1 to {LARGEST_LIMIT}, not '{text[:40]}'."
        raise NotUnderstood("limit", sentence)
    return int(text)


def page_of(request: Request, rows: QuerySet[Row], *, order: Sequence[str]) -> Page[Row]:
    """One page of a list in ascending order of the given columns, which together are unique."""
    limit = limit_of(request)
    text = request.query_params.get("cursor")
    cursor = Cursor.read(text, request.path, length=len(order)) if text else None
    backwards = bool(cursor and cursor.backwards)
    found = list(window(rows, order, cursor)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    count = count_up_to(rows)
    return Page(
        rows=found,
        next=link(request, order, found[-1:], wanted=more or backwards, backwards=False),
        previous=link(
            request, order, found[:1], wanted=more if backwards else bool(cursor), backwards=True
        ),
        count=min(count, COUNTED_UP_TO),
        count_is_exact=count <= COUNTED_UP_TO,
    )


def window(rows: QuerySet[Row], order: Sequence[str], cursor: Cursor | None) -> QuerySet[Row]:
    """The rows from the cursor on, in the direction in which it reads."""
    backwards = bool(cursor and cursor.backwards)
    ordered = rows.order_by(*(F(name).desc() if backwards else F(name).asc() for name in order))
    return ordered.filter(beyond(order, cursor)) if cursor else ordered


def beyond(order: Sequence[str], cursor: Cursor) -> Q:
    """The condition that a row lies beyond the cursor, first column first."""
    comparison = "lt" if cursor.backwards else "gt"
    condition = Q()
    for name, value in reversed(list(zip(order, cursor.values, strict=True))):
        further = Q(**{f"{name}__{comparison}": value})
        condition = further | (Q(**{name: value}) & condition) if condition else further
    return condition


def count_up_to(rows: QuerySet[Row]) -> int:
    """How many rows there are; counting stops just above what is told exactly."""
    return rows.order_by()[: COUNTED_UP_TO + 1].count()


def link(
    request: Request, order: Sequence[str], edge: Sequence[Row], *, wanted: bool, backwards: bool
) -> str | None:
    """The URL of the page beyond an edge row, or None if there is none."""
    if not wanted or not edge:
        return None
    values = tuple(plain(value_of(edge[0], name)) for name in order)
    parameters = request.query_params.copy()
    parameters["cursor"] = Cursor(values, backwards).signed(request.path)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def value_of(row: Model, name: str) -> object:
    """A column of a row, through relations (`well__position`)."""
    value: object = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def plain(value: object) -> object:
    """A value as JSON has it."""
    return value if isinstance(value, int | str) else str(value)
