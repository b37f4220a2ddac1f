"""A query as text again, in its shortest plain form."""

from catalog.search.queries import (
    And,
    Anything,
    Beginning,
    Between,
    Compared,
    Everything,
    Not,
    Nothing,
    Or,
    Query,
    Test,
    Words,
)


def render(query: Query) -> str:
    """A text that says a query; parsing it gives the query again."""
    if isinstance(query, Everything):
        return ""
    if isinstance(query, Or):
        return " OR ".join(_inside_or(part) for part in query.parts)
    if isinstance(query, And):
        return " ".join(_inside(part) for part in query.parts)
    if isinstance(query, Not):
        return f"-{_inside(query.part)}"
    if isinstance(query, Words):
        return _render_words(query)
    return f"{_quote_field(query.field)}:{_render_test(query.test)}"


def _inside(part: Query) -> str:
    return f"({render(part)})" if isinstance(part, And | Or) else render(part)


def _inside_or(part: Query) -> str:
    return f"({render(part)})" if isinstance(part, Or) else render(part)


def _render_words(words: Words) -> str:
    if words.is_phrase:
        return _quote(words.text)
    return words.text + ("*" if words.is_beginning else "")


def _render_test(test: Test) -> str:
    if isinstance(test, Anything):
        return "*"
    if isinstance(test, Nothing):
        return "none"
    if isinstance(test, Beginning):
        return f"{test.text}*"
    if isinstance(test, Between):
        return f"{test.low}..{test.high}"
    if isinstance(test, Compared):
        return f"{test.operator.value}{test.text if _is_bare(test.text) else _quote(test.text)}"
    return test.text if _is_bare_value(test.text) else _quote(test.text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _quote_field(field: str) -> str:
    is_plain = _is_bare(field) and ":" not in field and not field.startswith("-")
    return field if is_plain else _quote(field)


def _is_bare(text: str) -> bool:
    return bool(text) and not any(letter.isspace() or letter in '()"' for letter in text)


def _is_bare_value(text: str) -> bool:
    """Whether a value can stand without quotes and means itself."""
    return (
        _is_bare(text)
        and text.casefold() != "none"
        and not text.startswith(("<", ">"))
        and not text.endswith("*")
        and ".." not in text
    )
