"""The verdict on a store in a local folder, for the conformance harness."""

from pathlib import Path

from plates.omezarr.jsonvalues import JsonFault, JsonValue, decode_document, object_of
from plates.omezarr.judgement import Asked, judge_attributes


def judge_store(path: str) -> tuple[bool, str]:
    """Whether the root of a store is valid, and in sentences why not."""
    try:
        attributes = _root_attributes(Path(path))
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, JsonFault) else str(error)
        return False, f"The root of {path} cannot be read: {reason}."
    return judge_attributes(attributes, Asked())


def _root_attributes(folder: Path) -> JsonValue:
    """The attributes of the root; of a folder with both Zarr formats those of the newer."""
    newer = folder / "zarr.json"
    if newer.exists():
        return object_of(decode_document(newer.read_bytes())).get("attributes")
    return decode_document((folder / ".zattrs").read_bytes())
