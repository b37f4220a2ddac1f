"""Whether one document of attributes is what the specification asks of it."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from plates.omezarr.findings import Fault, pointer_of, shown
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of, text_of
from plates.omezarr.shapes import mismatches
from plates.omezarr.structure.attributes import has_ome
from plates.omezarr.structure.kinds import (
    KEY_OF,
    RULE_OF,
    SHOULD_RULE_OF,
    Kind,
    strict_structure_of,
    structure_of,
)
from plates.omezarr.versions.numbers import VERSIONS, known_version

BOOKKEEPING: Final = "_conformance"
"""A key of test documents that says how they are meant, and is no metadata."""

_MAX_TOLD: Final = 5


class Asked(NamedTuple):
    """What a document has to be: of a version and a kind, its own where they are None."""

    version: str | None = None
    kind: Kind | None = None
    strict: bool = False


class Verdict(NamedTuple):
    """Whether a document is valid, and in sentences why not."""

    valid: bool
    message: str = ""


def judge_attributes(attributes: JsonValue, asked: Asked) -> Verdict:
    """The verdict on the attributes of one node; where no kind is asked, on all that it names."""
    if not isinstance(attributes, dict):
        return Verdict(valid=False, message="The document has to be a JSON object.")
    document = {key: value for key, value in attributes.items() if key != BOOKKEEPING}
    version = asked.version or version_named(document)
    kinds = [asked.kind] if asked.kind else kinds_named(document, version)
    if not kinds:
        return Verdict(valid=False, message=f"The document has no metadata of OME-Zarr {version}.")
    told = [line for kind in kinds for line in _told(document, version, kind, strict=asked.strict)]
    return Verdict(valid=not told, message=_message(list(dict.fromkeys(told))))


def version_named(attributes: JsonObject) -> str:
    """The known version that attributes name; else the likeliest, by where the metadata lies."""
    ome = attributes.get("ome")
    if isinstance(ome, dict):
        named = known_version(text_of(ome.get("version")) or "")
        if named is not None and has_ome(named):
            return named
        return VERSIONS[-1] if "version" in ome else "0.5"
    holders = [attributes.get(key) for key in ("plate", "well", "image-label")]
    holders += list_of(attributes.get("multiscales"))[:1]
    for holder in holders:
        named = known_version(text_of(object_of(holder).get("version")) or "")
        if named is not None and not has_ome(named):
            return named
    return "0.4"


def kinds_named(attributes: JsonObject, version: str) -> list[Kind]:
    """The kinds whose keys are there, of those that the version has a structure for."""
    place = object_of(attributes.get("ome")) if has_ome(version) else attributes
    return [kind for kind, key in KEY_OF.items() if key in place and structure_of(version, kind)]


def _told(document: JsonObject, version: str, kind: Kind, *, strict: bool) -> Iterator[str]:
    shape = structure_of(version, kind)
    if shape is None:
        yield f"OME-Zarr {version} has no metadata of the kind {kind}."
        return
    for found in mismatches(shape, document, rule=RULE_OF[kind]):
        yield _line(found.rule, found.fault)
    should = strict_structure_of(version, kind) if strict else None
    if should is not None:
        for found in mismatches(should, document, rule=SHOULD_RULE_OF[kind]):
            yield _line(found.rule, found.fault)
    # The suite of 0.4 calls plates valid that break this rule; that of 0.5 has a case for it.
    if kind is Kind.PLATE and has_ome(version):
        yield from _misplaced(object_of(object_of(document.get("ome")).get("plate")))


def _misplaced(plate: JsonObject) -> Iterator[str]:
    """The wells whose path is not the name of a row, a slash, and the name of a column.

    The rule of the same id says it better; but its imports would cost a third of the start.
    """
    rows, columns = _names(plate.get("rows")), _names(plate.get("columns"))
    for number, well in enumerate(list_of(plate.get("wells"))):
        path = object_of(well).get("path")
        if not isinstance(path, str):
            continue
        row, _, column = path.partition("/")
        if row not in rows or column not in columns:
            message = f"The path {shown(path)} is no row's name, a slash, and a column's name."
            fault = Fault(pointer_of("ome", "plate", "wells", number, "path"), message)
            yield _line("HCS-WELL-PATH", fault)


def _names(listed: JsonValue) -> set[str]:
    names = (object_of(member).get("name") for member in list_of(listed))
    return {name for name in names if isinstance(name, str)}


def _line(rule: str, fault: Fault) -> str:
    return f"{fault.pointer}: {fault.message} [{rule}]"


def _message(told: list[str]) -> str:
    more = len(told) - _MAX_TOLD
    lines = told[:_MAX_TOLD] + ([f"And {more} more."] if more > 0 else [])
    return "\n".join(lines)
