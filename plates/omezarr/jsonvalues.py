"""JSON as it comes from outside: decoded safely, and read without trusting its types."""

import json
import math
from typing import TypeAlias

import msgspec

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

MAX_TEXT = 4_096
MAX_INTEGER = 2**63 - 1
_MAX_DIGITS = 40


class JsonFault(ValueError):
    """Why bytes are no JSON, as the end of a sentence."""


_decode = msgspec.json.Decoder().decode


def decode_document(content: bytes) -> JsonValue:
    """The JSON value of a document; JsonFault with the reason if it is none.

    Forgives what Python's own writer produces: NaN, Infinity and a byte order mark. Not-numbers
    become null.
    """
    try:
        value: JsonValue = _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _decode_leniently(content, because=str(error))
    except RecursionError as error:
        raise JsonFault("its JSON is nested too deeply") from error
    return value


def _decode_leniently(content: bytes, *, because: str) -> JsonValue:
    try:
        # Encoding once more turns NaN into null and finds text that is no Unicode.
        value: JsonValue = _decode(msgspec.json.encode(json.loads(content)))
    except RecursionError as error:
        raise JsonFault("its JSON is nested too deeply") from error
    except (ValueError, OverflowError) as error:
        raise JsonFault(_reason(content, because)) from error
    return value


def _reason(content: bytes, because: str) -> str:
    start = content[:100].lstrip()
    if not start:
        return "it is empty"
    if start.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer: the content itself was never downloaded"
    if start.startswith(b"<"):
        return "it is a web page, not JSON"
    if start.startswith(b"\x1f\x8b"):
        return "it is compressed with gzip"
    return f"it is not JSON ({because})"


def object_of(value: JsonValue) -> JsonObject:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: JsonValue) -> list[JsonValue]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: JsonValue) -> str | None:
    """The value as text: numbers are written out, all else is None. NULs go, length is capped."""
    if isinstance(value, str):
        # A database refuses NUL in text.
        return value[:MAX_TEXT].replace("\0", "")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return str(value)[:_MAX_DIGITS]


def number_of(value: JsonValue) -> float | None:
    """The value as a finite number, also when it is written as text; else None."""
    if type(value) is float:
        return value  # decoded JSON holds no infinities
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return float(value) if -MAX_INTEGER <= value <= MAX_INTEGER else None


def _number_of_text(text: str) -> float | None:
    try:
        number = float(text) if len(text) <= _MAX_DIGITS else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def integer_of(value: JsonValue) -> int | None:
    """The value as a whole number of at most 64 bits, also as text or `1.0`; else None."""
    if type(value) is int:
        return value if -MAX_INTEGER <= value <= MAX_INTEGER else None
    number = number_of(value)
    if number is None or not number.is_integer() or abs(number) > MAX_INTEGER:
        return None
    return int(number)


def text_list_of(value: JsonValue, *, at_most: int) -> tuple[str, ...]:
    """The texts of a list, in order, at most so many; what is no text is left out."""
    texts = (text_of(member) for member in list_of(value)[:at_most])
    return tuple(text for text in texts if text)
