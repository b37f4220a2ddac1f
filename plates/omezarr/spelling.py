"""How a document is spelt: what JSON forbids or warns of, and what is too long to be looked at."""

import codecs
import json
from collections.abc import Iterable
from typing import Final

import msgspec

from plates.omezarr.findings import pointer_of
from plates.omezarr.jsonvalues import JsonObject, JsonValue

MAX_MEMBERS: Final = 200_000
"""Of a list that has no bound of its own."""
MAX_OF: Final = {
    "wells": 50_000,
    "images": 10_000,
    "labels": 10_000,
    "acquisitions": 10_000,
    "rows": 10_000,
    "columns": 10_000,
    "multiscales": 1_000,
    "datasets": 1_000,
}
"""Of lists whose members each lead to documents, by their key."""
SMALL: Final = 8 * 1024
"""A shorter document holds no list that is too long."""

_KEY: Final = b'":'
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class CutList(msgspec.Struct, frozen=True, gc=False):
    """A list that is too long: where it lies, how long it is, and how many members were kept."""

    pointer: str
    length: int
    kept: int


class Spelling(msgspec.Struct, frozen=True, gc=False):
    """What is odd about the text of a document: keys that are there twice, numbers that are none."""

    repeated: tuple[str, ...] = ()
    not_numbers: bool = False
    marked: bool = False
    """Whether it begins with a byte order mark."""

    @property
    def is_odd(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.repeated or self.not_numbers or self.marked)


def cut_long_lists(document: JsonObject) -> list[CutList]:
    """Cut the lists of a document that are too long, in place, and say which."""
    cut: list[CutList] = []
    waiting: list[tuple[tuple[str | int, ...], JsonValue]] = [((), document)]
    while waiting:
        steps, value = waiting.pop()
        if isinstance(value, list):
            most = MAX_OF.get(str(steps[-1]), MAX_MEMBERS) if steps else MAX_MEMBERS
            if len(value) > most:
                cut.append(CutList(pointer_of(*steps), len(value), most))
                del value[most:]
        waiting.extend(
            ((*steps, step), member)
            for step, member in _members(value)
            if isinstance(member, dict | list) and member
        )
    return cut


def _members(value: JsonValue) -> Iterable[tuple[str | int, JsonValue]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def spelling_of(content: bytes, document: JsonObject) -> Spelling:
    """What is odd about the text of a document that could be read.

    RFC 8259: names "SHOULD be unique" (section 4), NaN and Infinity "are not permitted" (6), and
    no byte order mark is to be added (8.1).
    """
    marked = content.startswith(codecs.BOM_UTF8)
    odd = (b"NaN" in content or b"Infinity" in content) and not _is_strict(content)
    # Where as many keys were written as were read, none was there twice; most are told so quickly.
    if not odd and content.count(_KEY) == _encode(document).count(_KEY):
        return Spelling(marked=marked)
    return Spelling(tuple(_repeated(content)), not_numbers=odd, marked=marked)


def _is_strict(content: bytes) -> bool:
    try:
        _decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _repeated(content: bytes) -> list[str]:
    """The keys that an object of a document has twice, each once."""
    found: dict[str, None] = {}

    def look(pairs: list[tuple[str, JsonValue]]) -> None:
        if len({key for key, _ in pairs}) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    found[key] = None
                seen.add(key)

    try:
        json.loads(content.decode("utf-8-sig"), object_pairs_hook=look)
    except (ValueError, RecursionError):
        return []
    return list(found)
