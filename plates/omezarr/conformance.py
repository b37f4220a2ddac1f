"""The command that the official conformance harness runs for each of its cases.

    python -m plates.omezarr.conformance [--version V] [--kind KIND] [--strict] PATH

PATH is a JSON file of attributes or the folder of a store. Prints one object, `{"valid": bool,
"message": str}`, and exits 0 whatever the verdict.
"""

import json
import os
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Final

from plates.omezarr.conformance_store import judge_store
from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonValue,
    decode_document,
    object_of,
    text_of,
)
from plates.omezarr.judgement import BOOKKEEPING, Asked, judge_attributes
from plates.omezarr.structure.kinds import Kind
from plates.omezarr.versions.numbers import VERSIONS, known_version

_MAX_BYTES: Final = 256 * 1024 * 1024
_SCHEMA: Final = re.compile(r"(?:.*/)?(?P<strict>strict_)?(?P<name>\w+)(?:\.schema)?", re.DOTALL)
_KINDS_OF_SCHEMAS: Final = {
    **{kind.value: kind for kind in Kind},
    "ome": Kind.SERIES,
}


def main(arguments: list[str] | None = None) -> int:
    """Print the verdict on what the arguments name."""
    parser = ArgumentParser(prog="python -m plates.omezarr.conformance", allow_abbrev=False)
    parser.add_argument("path", help="a JSON file of attributes, or the folder of a store")
    parser.add_argument("--version", type=_version, help="judge by this version of OME-Zarr")
    parser.add_argument(
        "--kind", choices=["plate", "well", "image", "label"], help="what the file has to be"
    )
    parser.add_argument(
        "--strict", action="store_true", help="demand what the specification recommends"
    )
    given = parser.parse_args(arguments)
    kind = Kind(given.kind) if given.kind else None
    valid, message = _judge(given.path, Asked(given.version, kind, given.strict))
    # Escapes, so that no setting of the terminal's encoding can break the line.
    sys.stdout.write(json.dumps({"valid": valid, "message": message}) + "\n")
    return 0


def _version(text: str) -> str:
    version = known_version(text)
    if version is None:
        raise ArgumentTypeError(f"{text} is none of {', '.join(VERSIONS)}")
    return version


def _judge(path: str, flags: Asked) -> tuple[bool, str]:
    try:
        if os.path.isdir(path):
            return judge_store(path)
        if not os.path.isfile(path):
            return False, f"There is no file or folder {path}."
        if os.path.getsize(path) > _MAX_BYTES:
            return False, f"{path} is larger than {_MAX_BYTES:,} bytes."
        with open(path, "rb") as file:
            document = decode_document(file.read())
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, JsonFault) else str(error)
        return False, f"{path} cannot be read: {reason}."
    return judge_attributes(document, _asked(document, flags))


def _asked(document: JsonValue, flags: Asked) -> Asked:
    """What is asked of a document: by the flags, else by what it says of itself as a test."""
    test = object_of(object_of(document).get(BOOKKEEPING))
    schema = text_of(object_of(test.get("schema")).get("id")) or ""
    named = _SCHEMA.fullmatch(schema)
    kind = _KINDS_OF_SCHEMAS.get(named["name"]) if named else None
    strict = test.get("strict") is True or bool(named and named["strict"])
    version = next(filter(None, map(known_version, schema.split("/"))), None)
    return Asked(flags.version or version, flags.kind or kind, flags.strict or strict)


if __name__ == "__main__":
    sys.exit(main())
