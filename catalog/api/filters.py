"""The parameters by which a list is narrowed: one table for each list, from which the schema is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from catalog.errors import NotUnderstood
from catalog.queries.visible import Viewer
from plates.ids import uuid_or_none

PAGING = ("limit", "cursor")


Condition = Callable[[str, Viewer], Q]


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: its name, what it does to the rows, its sentence, the words it knows."""

    name: str
    condition: Condition
    sentence: str
    words: Sequence[str] = ()

    def parameter(self) -> OpenApiParameter:
        """The parameter as OpenAPI tells it."""
        return OpenApiParameter(
            self.name,
            OpenApiTypes.STR,
            description=self.sentence,
            enum=list(self.words) or None,
        )


PAGE_PARAMETERS = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows on a page, 1 to 1000."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous`."),
]


def condition_of(request: Request, filters: Sequence[Filter], viewer: Viewer) -> Q:
    """All conditions of a request together; an unknown or unreadable one is refused."""
    known = {one.name: one for one in filters}
    condition = Q()
    for name in request.query_params:
        if name in PAGING:
            continue
        if name not in known:
            raise NotUnderstood(name, unknown(name, [*known, *PAGING]))
        condition &= read(known[name], request.query_params[name], viewer)
    return condition


def read(one: Filter, value: str, viewer: Viewer) -> Q:
    """The condition of one parameter."""
    if one.words and value not in one.words:
        sentence = f"'{one.name}' is one of {', '.join(one.words)}, not '{value[:80]}'."
        raise NotUnderstood(one.name, sentence)
    if "\x00" in value:
        raise NotUnderstood(one.name, f"'{one.name}' holds a character that no text has.")
    return one.condition(value, viewer)


def unknown(name: str, known: Sequence[str]) -> str:
    """The sentence about a parameter that is none."""
    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return f"There is no parameter '{name[:80]}' here.{hint} Known are {', '.join(known)}."


def exact(column: str) -> Condition:
    """Rows whose column has just this value."""
    return lambda value, _: Q(**{column: value})


def any_case(column: str) -> Condition:
    """Rows whose column has this text, whatever its case."""
    return lambda value, _: Q(**{f"{column}__iexact": value})


def by_id(column: str) -> Condition:
    """Rows whose column has this id; text that is no id is found nowhere."""

    def condition(value: str, viewer: Viewer) -> Q:
        found = uuid_or_none(value)
        return Q(**{column: found}) if found else Q(pk__in=[])

    return condition


def words_of(table: type[StrEnum]) -> list[str]:
    """The words of a table, without the one for 'not known yet'."""
    return [word.value for word in table if word.value]
