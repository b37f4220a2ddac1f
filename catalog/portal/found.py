"""What the search page shows of a query: its parts, its reading, what is wrong with it."""

from dataclasses import dataclass

from catalog.search.errors import QueryError
from catalog.search.language import parse
from catalog.search.queries import And, Everything, Query, all_of
from catalog.search.reading import read_out
from catalog.search.rendering import render


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition of a query, and the query without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a query was not understood, with the text around the place."""

    sentence: str
    before: str
    wrong: str
    after: str
    suggestions: tuple[str, ...]
    """Whole queries that could have been meant."""


def chips_of(query: Query) -> list[Chip]:
    """The conditions that hold together, each to be taken away."""
    if isinstance(query, Everything):
        return []
    parts = list(query.parts) if isinstance(query, And) else [query]
    return [
        Chip(render(part), render(all_of([other for other in parts if other is not part])))
        for part in parts
    ]


def mistake_in(text: str, error: QueryError) -> Mistake:
    """What to tell of a query that cannot be answered."""
    start, end = error.spot.start, max(error.spot.end, error.spot.start + 1)
    field, colon, value = text[start:end].partition(":")
    near = [
        f"{text[:start]}{one}{colon}{value}{text[end:]}" if field else one
        for one in error.suggestions
    ]
    return Mistake(error.message, text[:start], text[start:end], text[end:], tuple(near))


def reading_of(text: str, noun: str) -> str:
    """A query in plain words; empty where it cannot be understood."""
    try:
        return read_out(parse(text), noun)
    except QueryError:
        return ""
