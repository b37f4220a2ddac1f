"""A query, taken apart: frozen values that say what was asked, and nothing of how to answer it."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How a value is compared."""

    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Exactly:
    """The value itself, whatever its case."""

    text: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """Values that begin so: `pacl*`."""

    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Values on one side of another: `>=1uM`."""

    operator: Operator
    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """Values from one to another, both included: `1uM..10uM`, `B..D`."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Anything:
    """That there is a value: `*`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """That there is no value: `none`."""


Test = Exactly | Beginning | Compared | Between | Anything | Nothing


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the text of a query something stands: characters from 0, the end left out."""

    start: int
    end: int


NOWHERE = Spot(0, 0)


@dataclass(frozen=True, slots=True)
class Condition:
    """A field and what is asked of it; the field as it was written."""

    field: str
    test: Test
    spot: Spot = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Text without a field, looked for everywhere; a phrase if it was quoted."""

    text: str
    is_phrase: bool = False
    is_beginning: bool = False
    spot: Spot = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not hold for."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more parts, none of them an And."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """One or more of two or more parts, none of them an Or."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query: whatever there is."""


Query = Condition | Words | Not | And | Or | Everything


def conditions_in(query: Query) -> Iterator[Condition]:
    """Every condition on a field, wherever it stands."""
    if isinstance(query, Condition):
        yield query
    elif isinstance(query, Not):
        yield from conditions_in(query.part)
    elif isinstance(query, And | Or):
        for part in query.parts:
            yield from conditions_in(part)


def all_of(parts: "list[Query]") -> Query:
    """All of several parts, in the one form there is for it."""
    flat: list[Query] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else [part])
    kept = [part for part in flat if not isinstance(part, Everything)]
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def one_of(parts: "list[Query]") -> Query:
    """One of several parts, in the one form there is for it."""
    flat: list[Query] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else [part])
    return flat[0] if len(flat) == 1 else Or(tuple(flat))
