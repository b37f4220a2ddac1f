"""What the root of a store is: a plate, an image, or something else that deserves a sentence."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import DocumentMalformed, NotOmeZarr, StoreError, StoreNotFound
from plates.omezarr.jsonvalues import JsonFault, JsonObject, decode_document
from plates.omezarr.versions.dialect import Dialect
from plates.omezarr.versions.known import dialect_of, usual_dialect

Outcome: TypeAlias = bytes | StoreError | None
"""What came of asking for a document: its bytes, nothing there, or why it cannot be had."""

_GROUPS: Final = ((3, "zarr.json"), (2, ".zattrs"))
_TRACES: Final = (".zgroup", ".zarray", ".zmetadata")
_KINDS: Final[tuple[tuple[str, Literal["plate", "image"]], ...]] = (
    ("plate", "plate"),
    ("multiscales", "image"),
)
_ADVICE: Final = "Give the address of a plate or of an image."
# The first key that is there tells what the group seems to be.
_STRANGERS: Final = (
    ("bioformats2raw.layout", "a bioformats2raw collection of images, perhaps of a plate"),
    ("well", "one well of a plate; give the address of the plate, two folders above"),
    ("labels", "the list of an image's labels"),
    ("series", "the OME folder of a bioformats2raw collection"),
    ("scene", "a scene of OME-Zarr 0.6"),
    ("tables", "a list of tables"),
)


@dataclass(frozen=True, slots=True)
class OpenedRoot:
    """The root of a store that holds a plate or an image, and the document that says so."""

    url: RootUrl
    dialect: Dialect
    version: str
    kind: Literal["plate", "image"]
    content: bytes
    document: JsonObject
    ome: JsonObject


def opening(url: RootUrl) -> Generator[str, Outcome, OpenedRoot]:
    """The root of a store, found by asking for documents: yields paths, is sent what came of them.

    Zarr 3 is tried first. Raises what kept the root from being read; NotOmeZarr for what is
    neither plate nor image; UnsupportedVersion; StoreNotFound where nothing speaks of Zarr.
    """
    failure: StoreError | None = None
    for zarr_format, path in _GROUPS:
        outcome = yield path
        if isinstance(outcome, bytes):
            try:
                return _opened(url, zarr_format, path, outcome)
            except (DocumentMalformed, NotOmeZarr) as error:
                failure = _clearer(failure, error)
        elif outcome is not None:
            failure = _clearer(failure, outcome)
    if failure is None:
        failure = yield from _trace(url)
    raise failure


def _clearer(old: StoreError | None, new: StoreError) -> StoreError:
    """Of two failures the one that says more: what was read and is wrong, else the first."""
    said = (NotOmeZarr, DocumentMalformed)
    return new if old is None or (isinstance(new, said) and not isinstance(old, said)) else old


def _opened(url: RootUrl, zarr_format: int, path: str, content: bytes) -> OpenedRoot:
    document = _decoded(url, path, content)
    dialect = usual_dialect(zarr_format)
    ome = dialect.ome(dialect.attributes(document))
    kind = next((kind for key, kind in _KINDS if ome.get(key)), None)
    if kind is None:
        raise NotOmeZarr(_stranger(url, document, ome))
    dialect, version = dialect_of(zarr_format, ome, shown=url.shown)
    return OpenedRoot(url, dialect, version, kind, content, document, ome)


def _decoded(url: RootUrl, path: str, content: bytes) -> JsonObject:
    try:
        document = decode_document(content)
    except JsonFault as fault:
        raise DocumentMalformed(f"{url.child(path)} cannot be read: {fault}.") from fault
    if not isinstance(document, dict):
        raise DocumentMalformed(f"{url.child(path)} cannot be read: it is no JSON object.")
    return document


def _stranger(url: RootUrl, document: JsonObject, ome: JsonObject) -> str:
    if document.get("node_type") == "array":
        return f"{url.shown} is a plain Zarr array, not OME-Zarr. {_ADVICE}"
    for key, seems in _STRANGERS:
        if key in ome:
            return f"{url.shown} seems to be {seems}. {_ADVICE}"
    attributes = ome.get("attributes")
    if isinstance(attributes, dict):
        return (
            f"{url.shown} has a document .zattrs that is written like a zarr.json. Its writer "
            "mixed up Zarr 2 and Zarr 3; write it again."
        )
    return (
        f"{url.shown} is a Zarr group, but it says nothing of a plate (key plate) or an image "
        f"(key multiscales). {_ADVICE}"
    )


def _trace(url: RootUrl) -> Generator[str, Outcome, StoreError]:
    """What to say of a root without attributes: other documents may tell what it is."""
    for path in _TRACES:
        outcome = yield path
        if isinstance(outcome, StoreError):
            return outcome
        if outcome is not None:
            what = "a plain Zarr array" if path == ".zarray" else "a Zarr group without attributes"
            return NotOmeZarr(f"{url.shown} is {what}, not OME-Zarr. {_ADVICE}")
    return StoreNotFound(
        f"There is no OME-Zarr at {url.shown}: neither zarr.json nor .zattrs lies there. Is the "
        "address right, and does it end with the name of the store?"
    )
