"""The verdict on a store in a local folder, for the conformance harness."""

import os

from plates.omezarr.jsonvalues import JsonFault, JsonValue, decode_document, object_of
from plates.omezarr.judgement import Asked, judge_attributes


def judge_store(path: str) -> tuple[bool, str]:
    """Whether the root of a store is valid, and in sentences why not."""
    try:
        attributes = _root_attributes(path)
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, JsonFault) else str(error)
        return False, f"The root of {path} cannot be read: {reason}."
    return judge_attributes(attributes, Asked())


def _root_attributes(folder: str) -> JsonValue:
    """The attributes of the root; of a folder with both Zarr formats those of the newer."""
    newer = os.path.join(folder, "zarr.json")
    if os.path.exists(newer):
        return object_of(_document(newer)).get("attributes")
    return _document(os.path.join(folder, ".zattrs"))


def _document(path: str) -> JsonValue:
    with open(path, "rb") as file:
        return decode_document(file.read())
