"""Consolidated metadata as it is written: each copy stays text until somebody looks at it."""

from collections.abc import Mapping
from typing import Final

import msgspec

from plates.omezarr.jsonvalues import JsonFault, JsonObject, JsonValue, decode_document

COPIES_KEY: Final = "consolidated_metadata"
"""Where the root of Zarr 3 has its copies."""
MAX_OBJECTS: Final = 500_000
"""JSON objects in all copies together: twice those of the largest store whose copies fit into a
document. A copy takes some 200 bytes of memory, and could be written in ten."""

_copies_of = msgspec.json.Decoder(dict[str, msgspec.Raw] | None).decode
_text_of = msgspec.json.Decoder(msgspec.Raw).decode
_KEY: Final = COPIES_KEY.encode()
_parts_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def without_copies(content: bytes) -> tuple[JsonValue, bytes]:
    """What a document says, and the text of the copies in it, of which `{}` is left.

    No text where there are none. JsonFault if it is no JSON, or no strict JSON and too much to be
    gone through forgivingly.
    """
    if _KEY not in content:
        return decode_document(content), b""
    try:
        parts = _parts_of(content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _forgivingly(content)
    copies = parts.pop(COPIES_KEY, None)
    document: JsonObject = {key: decode_document(bytes(part)) for key, part in parts.items()}
    if copies is None:
        return document, b""
    return {**document, COPIES_KEY: {}}, bytes(copies)


def _forgivingly(content: bytes) -> tuple[JsonValue, bytes]:
    check_size(content)
    document = decode_document(content)
    if not isinstance(document, dict) or COPIES_KEY not in document:
        return document, b""
    copies = msgspec.json.encode(document[COPIES_KEY])
    return {**document, COPIES_KEY: {}}, copies


def is_strict(content: bytes) -> bool:
    """Whether this is JSON to the letter."""
    try:
        _text_of(content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True


def check_size(written: bytes) -> None:
    """JsonFault if there are too many objects in a text to be gone through."""
    if written.count(b"{") > MAX_OBJECTS:
        raise JsonFault(f"it holds more than {MAX_OBJECTS:,} JSON objects")


def copied_nodes(written: bytes) -> Mapping[str, msgspec.Raw] | None:
    """The copies in consolidated metadata, by the keys that it has; None if it speaks of none.

    JsonFault with the reason where they cannot be read, or are too many.
    """
    check_size(written)
    if not is_strict(written):
        written = msgspec.json.encode(decode_document(written))
    try:
        metadata = (_copies_of(written) or {}).get("metadata")
        return None if metadata is None else _copies_of(metadata)
    except msgspec.ValidationError as error:
        raise JsonFault("it holds no copies by the paths of their nodes") from error
