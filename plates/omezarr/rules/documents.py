"""Rules about the text of metadata documents, whatever they describe."""

from collections.abc import Iterator
from typing import Final

import msgspec

from plates.omezarr.findings import Fault, shown
from plates.omezarr.jsonvalues import JsonObject
from plates.omezarr.rules.rule import ERROR, WARNING, Force, RuleBook
from plates.omezarr.spelling import CutList, Spelling

documents: Final = RuleBook["DocumentSeen"]()


class DocumentSeen(msgspec.Struct, frozen=True, gc=False):
    """A document that could be read: how it is spelt, and what of it is too long."""

    spelling: Spelling = Spelling()
    cut: tuple[CutList, ...] = ()
    zarr: tuple[str, ...] = ()
    """What its own version of Zarr misses in it: keys with the values they need."""


_WANTED: Final = {
    "zarr.json": (("zarr_format", (3,)), ("node_type", ("group", "array"))),
    ".zarray": (("zarr_format", (2,)),),
    ".zgroup": (("zarr_format", (2,)),),
}


def zarr_of(path: str, document: JsonObject) -> tuple[str, ...]:
    """What Zarr's own specification misses in a document of that name; nothing in most."""
    wanted = _WANTED.get(path.rpartition("/")[2])
    if wanted is None or all(document.get(key) in values for key, values in wanted):
        return ()
    return tuple(
        [
            f"`{key}` has to be {' or '.join(map(shown, values))}"
            for key, values in wanted
            if document.get(key) not in values
        ]
    )


# Zarr 2: "zarr_format: An integer defining the version of the storage specification". Zarr 3:
# "zarr_format: MUST be 3" and "node_type: MUST be" group or array. Without them nothing opens it.
@documents.rule("ZARR-STRUCTURE", section="", levels={"0.1": ERROR})
def document_says_which_zarr_it_is(seen: DocumentSeen) -> Iterator[Fault]:
    """Zarr's own documents say their format, and in Zarr 3 whether they are a group or an array."""
    for missing in seen.zarr:
        yield Fault("", f"{missing}.", missing)


# RFC 8259, 6: "Numeric values that cannot be represented in the grammar below (such as Infinity and
# NaN) are not permitted." 8.1: "Implementations MUST NOT add a byte order mark". Python writes and
# reads both; what runs in a browser refuses the document.
@documents.rule("ZARR-JSON-STRICT", section="", levels={"0.1": ERROR}, forgivable=True)
def document_is_json_to_the_letter(seen: DocumentSeen) -> Iterator[Fault]:
    """Metadata documents hold neither NaN nor Infinity, and begin without a byte order mark."""
    if seen.spelling.not_numbers:
        message = (
            "The document holds NaN or Infinity, which JSON does not know: it was read as null."
        )
        yield Fault("", message, "a number or null", "NaN or Infinity")
    if seen.spelling.marked:
        message = "The document begins with a byte order mark, which JSON does not allow."
        yield Fault("", message, "no byte order mark")


# RFC 8259, 4: "The names within an object SHOULD be unique." Readers differ in which one counts.
@documents.rule("ZARR-JSON-KEYS", section="", levels={"0.1": WARNING}, force=Force.SHOULD)
def no_object_has_a_key_twice(seen: DocumentSeen) -> Iterator[Fault]:
    """No object in a metadata document has the same key twice."""
    if seen.spelling.repeated:
        keys = ", ".join(shown(key) for key in seen.spelling.repeated[:5])
        message = f"An object of the document has a key twice: {keys}. The last one counts here."
        yield Fault("", message, "each key once", keys)


# No sentence of a specification: what nobody can hold, nobody can check.
@documents.rule("ZARR-JSON-SIZE", section="", levels={"0.1": WARNING}, force=Force.HYGIENE)
def lists_can_be_looked_at_whole(seen: DocumentSeen) -> Iterator[Fault]:
    """No list in a metadata document is longer than is looked at."""
    for cut in seen.cut:
        message = (
            f"The list has {cut.length:,} members; only the first {cut.kept:,} were looked at."
        )
        yield Fault(cut.pointer, message, f"at most {cut.kept:,}", f"{cut.length:,}")
