"""JSON values as rules compare them: whole numbers, ids, and what is said twice in a list."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from plates.omezarr.jsonvalues import JsonObject, JsonValue, integer_of, text_of

Key = TypeVar("Key")


def whole_of(value: JsonValue) -> int | None:
    """A whole number as JSON Schema knows it, `1.0` too, but never text; else None."""
    if type(value) is float and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def id_of(value: JsonValue) -> int | str | None:
    """An id to compare by: `1`, `1.0` and `"1"` are one; None for what can be no id."""
    number = integer_of(value)
    return text_of(value) if number is None else number


def repeated(
    members: Iterable[tuple[int, JsonObject]], key_of: Callable[[JsonObject], Key | None]
) -> Iterator[tuple[int, Key, int]]:
    """Members whose key an earlier one has: their number, the key, and the earlier's number.

    Without those that are the same JSON as an earlier one of that key: a list that may not hold
    the same member twice is told of by its structure, and nothing should be told twice.
    """
    first: dict[Key, tuple[int, JsonObject]] = {}
    met: dict[Key, set[bytes]] = {}
    for number, member in members:
        key = key_of(member)
        if key is None:
            continue
        if key not in first:
            first[key] = (number, member)
            continue
        earlier, original = first[key]
        if key not in met:
            met[key] = {_told(original)}
        told = _told(member)
        if not told or told not in met[key]:
            yield number, key, earlier
        met[key].add(told)


def _told(member: JsonObject) -> bytes:
    """The member in bytes to compare by; empty, which is the same as nothing, if it cannot be."""
    try:
        return msgspec.json.encode(member, order="sorted")
    except (OverflowError, RecursionError, TypeError, ValueError):
        return b""
