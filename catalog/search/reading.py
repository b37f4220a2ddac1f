"""A query in plain words, so that whoever asks sees what was understood."""

from collections.abc import Callable, Mapping
from typing import Final

from catalog.search.fields import field_of
from catalog.search.queries import (
    And,
    Anything,
    Beginning,
    Between,
    Compared,
    Condition,
    Everything,
    Exactly,
    Not,
    Nothing,
    Operator,
    Or,
    Query,
    Test,
    Words,
)
from plates.platemaps.known_keys import key_of
from plates.platemaps.spelling import folded

_COMPARED: Final = {
    Operator.LESS: "below",
    Operator.AT_MOST: "at most",
    Operator.GREATER: "above",
    Operator.AT_LEAST: "at least",
}
_BEFORE: Final[Mapping[str, str]] = {
    "dataset": "in dataset", "plate": "on plate", "barcode": "on the plate with barcode",
    "well": "in well", "row": "in row", "column": "in column", "store": "in store",
    "channel": "imaged in", "label": "with the label image", "table": "with the table",
    "cell_line": "in", "finding": "in a store that breaks", "acquisition": "of acquisition",
}  # fmt: skip
"""How a field with a value is said, where it is not simply called by its title."""
_YES: Final[Mapping[str, tuple[str, str]]] = {
    "edge": ("at the edge", "not at the edge"),
    "annotated": ("with annotation", "without annotation"),
    "imaged": ("that were imaged", "that were not imaged"),
}


def read_out(query: Query, noun: str = "wells") -> str:
    """A sentence without its stop: `Wells with gene TP53, in U2OS, not at the edge`."""
    if isinstance(query, Everything):
        return f"All {noun}"
    return f"{noun.capitalize()} {_said(query)}"


def _said(query: Query) -> str:
    if isinstance(query, And):
        return ", ".join(_within(part) for part in query.parts)
    if isinstance(query, Or):
        return " or ".join(_within(part) for part in query.parts)
    if isinstance(query, Not):
        return _denied(query.part)
    if isinstance(query, Words):
        return _words(query)
    return _condition(query) if isinstance(query, Condition) else "of any kind"


def _within(part: Query) -> str:
    return f"({_said(part)})" if isinstance(part, And | Or) else _said(part)


def _denied(part: Query) -> str:
    if isinstance(part, Condition) and (field := field_of(part.field)) and field.name in _YES:
        said_no = isinstance(part.test, Exactly) and part.test.text.casefold() == "no"
        return _YES[field.name][0 if said_no else 1]
    return f"not {_within(part)}"


def _words(words: Words) -> str:
    if words.is_phrase:
        return f"with the words {words.text}"
    return (
        f"with a word that begins with {words.text}"
        if words.is_beginning
        else f"with the word {words.text}"
    )


def _condition(condition: Condition) -> str:
    name, title = _called(condition.field)
    test = condition.test
    if name in _YES and isinstance(test, Exactly):
        return _YES[name][1 if test.text.casefold() == "no" else 0]
    if isinstance(test, Anything):
        return f"with any {title}"
    if isinstance(test, Nothing):
        return f"without {title}"
    before = _BEFORE.get(name, f"with {title}")
    return f"{before} {_TESTS[type(test)](test)}"


def _called(field: str) -> tuple[str, str]:
    known = field_of(field) or key_of(folded(field), {})
    if known is None:
        return field, field
    title = known.title
    return known.name, title if title[:2].isupper() else title[:1].lower() + title[1:]


_TESTS: Final[Mapping[type[Test], Callable[..., str]]] = {
    Exactly: lambda test: test.text,
    Beginning: lambda test: f"{test.text}...",
    Compared: lambda test: f"{_COMPARED[test.operator]} {test.text}",
    Between: lambda test: f"{test.low} to {test.high}",
}
