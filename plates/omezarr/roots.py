"""What the root of a store is: which kind, in which version, and the document that says so."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from plates.omezarr.addressing import RootUrl, safe_path
from plates.omezarr.copied_nodes import without_copies
from plates.omezarr.errors import DocumentMalformed, PathEscapesStore, StoreError, StoreNotFound
from plates.omezarr.jsonvalues import (
    JsonFault,
    JsonObject,
    JsonValue,
    decode_document,
    list_of,
    object_of,
    text_of,
)
from plates.omezarr.versions.dialect import Dialect, Storage
from plates.omezarr.versions.known import STORAGES, declared_version, dialect_of
from plates.states import StoreKind

Outcome: TypeAlias = bytes | tuple[str, ...] | StoreError | None
"""What came of asking for a document or a folder: its bytes, the names of the folders in it,
nothing there, or why it cannot be had."""

_STORAGES: Final = (STORAGES[3], STORAGES[2])
_MOST_STEPS: Final = 2
"""To the first well, and to the first field in it."""
_TRACES: Final = (".zgroup", ".zarray", ".zmetadata")
# The first key that is there tells the kind: a plate is one even where its writer, as
# bioformats2raw does, calls it a collection as well.
_KINDS: Final = (
    ("plate", StoreKind.PLATE),
    ("multiscales", StoreKind.IMAGE),
    ("bioformats2raw.layout", StoreKind.COLLECTION),
    ("scene", StoreKind.SCENE),
    ("well", StoreKind.WELL),
    ("labels", StoreKind.LABELS),
    ("tables", StoreKind.TABLES),
)
ARRAY: Final = "It is a plain Zarr array."
NO_ATTRIBUTES: Final = "It is a Zarr group without attributes."
NO_KEYS: Final = (
    "It is a Zarr group that says nothing of a plate (key plate) or an image (key multiscales)."
)
SERIES: Final = "It is the OME folder of a bioformats2raw collection; give the folder above it."
MIXED_UP: Final = (
    "Its document .zattrs is written like a zarr.json: its writer mixed up Zarr 2 and Zarr 3."
)


@dataclass(frozen=True, slots=True)
class OpenedRoot:
    """The root of a store.

    `version` is the one that it is called by, `declared` what it says itself (empty if nothing).
    `path` is that of the document `content`; `copies` is the text of the consolidated metadata in
    it, which `document` says nothing of. `remark` says what plain Zarr is instead of OME-Zarr.
    """

    url: RootUrl
    dialect: Dialect
    version: str
    declared: str
    kind: StoreKind
    path: str
    content: bytes
    document: JsonObject
    attributes: JsonObject
    ome: JsonObject
    remark: str = ""
    copies: bytes = b""

    @property
    def storage(self) -> Storage:
        """How its version of Zarr lays out a store."""
        return self.dialect.storage


def opening(url: RootUrl) -> Generator[str, Outcome, OpenedRoot]:
    """The root of a store, found by asking for documents: yields paths, is sent what came of them.

    Zarr 3 is tried first, but what speaks of OME-Zarr wins over what does not. Raises what kept
    the root from being read; StoreNotFound where nothing speaks of Zarr.
    """
    failure: StoreError | None = None
    plain: OpenedRoot | None = None
    for storage in _STORAGES:
        outcome = yield storage.group
        if isinstance(outcome, bytes):
            try:
                root = opened(url, storage, outcome)
            except DocumentMalformed as error:
                failure = _clearer(failure, error)
                continue
            if root.kind is not StoreKind.ZARR:
                return (yield from _of_its_parts(root))
            plain = plain or root
        elif isinstance(outcome, StoreError):
            failure = _clearer(failure, outcome)
    if plain is not None:
        return plain
    if failure is not None:
        raise failure
    return (yield from _trace(url))


def _of_its_parts(root: OpenedRoot) -> Generator[str, Outcome, OpenedRoot]:
    """A root of Zarr 2 that names no version, in that of the first part that does.

    bioformats2raw never wrote one at the root of a collection, others not in a plate.
    """
    path = _first_part(root.kind, root.ome)
    for _ in range(_MOST_STEPS):
        if root.declared or path is None or root.storage.zarr_format != 2:  # noqa: PLR2004
            return root
        outcome = yield f"{path}/{root.storage.group}"
        try:
            part = object_of(decode_document(outcome)) if isinstance(outcome, bytes) else {}
        except JsonFault:
            return root
        if declared_version(part):
            dialect, version = dialect_of(root.storage, {"version": declared_version(part)})
            return replace(root, dialect=dialect, version=version)
        below = _first_path(object_of(part.get("well")).get("images"))
        path = None if below is None else f"{path}/{below}"
    return root


def _first_part(kind: StoreKind, ome: JsonObject) -> str | None:
    if kind is StoreKind.COLLECTION:
        return "0"
    return _first_path(object_of(ome.get("plate")).get("wells"))


def _first_path(listed: JsonValue) -> str | None:
    first = object_of(next(iter(list_of(listed)), None))
    try:
        return safe_path(text_of(first.get("path")) or "")
    except PathEscapesStore:
        return None


def _clearer(old: StoreError | None, new: StoreError) -> StoreError:
    """Of two failures the one that says more: what was read and is wrong, else the first."""
    says_more = isinstance(new, DocumentMalformed) and not isinstance(old, DocumentMalformed)
    return new if old is None or says_more else old


def opened(url: RootUrl, storage: Storage, content: bytes) -> OpenedRoot:
    """What one document says of the root of a store; DocumentMalformed if it is no JSON object."""
    document, copies = _decoded(url, storage.group, content)
    attributes = storage.attributes(document)
    nested = attributes.get("ome") if storage.zarr_format == 3 else None  # noqa: PLR2004
    ome = nested if isinstance(nested, dict) else attributes
    is_array = document.get("node_type") == "array"
    kind = next((kind for key, kind in _KINDS if key in ome and not is_array), StoreKind.ZARR)
    dialect, version = dialect_of(storage, ome)
    return OpenedRoot(
        url=url,
        dialect=dialect,
        version=version,
        declared=declared_version(ome),
        kind=kind,
        path=storage.group,
        content=content,
        document=document,
        attributes=attributes,
        ome=ome,
        remark=_remark(document, attributes, ome) if kind is StoreKind.ZARR else "",
        copies=copies,
    )


def _decoded(url: RootUrl, path: str, content: bytes) -> tuple[JsonObject, bytes]:
    try:
        document, copies = without_copies(content)
    except JsonFault as fault:
        raise DocumentMalformed(f"{url.child(path)} cannot be read: {fault}.") from fault
    if not isinstance(document, dict):
        raise DocumentMalformed(f"{url.child(path)} cannot be read: it is no JSON object.")
    return document, copies


def _remark(document: JsonObject, attributes: JsonObject, ome: JsonObject) -> str:
    if document.get("node_type") == "array":
        return ARRAY
    if "series" in ome:
        return SERIES
    if isinstance(ome.get("attributes"), dict):
        return MIXED_UP
    return NO_KEYS if attributes else NO_ATTRIBUTES


def _trace(url: RootUrl) -> Generator[str, Outcome, OpenedRoot]:
    """A root without attributes: other documents of Zarr 2 tell what it is."""
    for path in _TRACES:
        outcome = yield path
        if isinstance(outcome, StoreError):
            raise outcome
        if isinstance(outcome, bytes):
            return _bare(url, path, outcome)
    raise StoreNotFound(
        f"There is no OME-Zarr at {url.shown}: neither zarr.json nor .zattrs lies there. Is the "
        "address right, and does it end with the name of the store?"
    )


def _bare(url: RootUrl, path: str, content: bytes) -> OpenedRoot:
    document, copies = _decoded(url, path, content)
    dialect, version = dialect_of(STORAGES[2], {})
    remark = ARRAY if path == ".zarray" else NO_ATTRIBUTES
    return OpenedRoot(
        url, dialect, version, "", StoreKind.ZARR, path, content, document, {}, {}, remark, copies
    )
