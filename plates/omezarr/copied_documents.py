"""Documents out of consolidated metadata, where it is fresh: a plate in one request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from plates.omezarr.addressing import safe_path
from plates.omezarr.consolidated import alike
from plates.omezarr.errors import PathEscapesStore
from plates.omezarr.jsonvalues import JsonFault, decode_document, object_of
from plates.omezarr.nodes import Want
from plates.omezarr.roots import OpenedRoot
from plates.omezarr.walk import Walk

COPIES: Final = ".zmetadata"
"""Where Zarr 2 keeps the copies; Zarr 3 keeps them in the document of the root."""
SAMPLE: Final = 12
"""How many documents are held against their copies before the copies are believed."""
ABSENT: Final = 4
"""How many documents are asked for that no copy speaks of, the first and the last among them."""


class _Copies(msgspec.Struct):
    metadata: dict[str, msgspec.Raw]


class _Root(msgspec.Struct):
    consolidated_metadata: _Copies | None = None


def copies_in(root: OpenedRoot, beside: bytes | None) -> dict[str, bytes]:
    """The copied documents by their paths; `beside` is what lies at `.zmetadata`, if anything.

    None at all where there are no copies, or where they cannot be read.
    """
    try:
        if root.storage.zarr_format == 2:  # noqa: PLR2004
            found = msgspec.json.decode(beside, type=_Copies) if beside else None
            suffix = ""
        else:
            found = msgspec.json.decode(root.content, type=_Root).consolidated_metadata
            suffix = f"/{root.storage.group}"
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}
    if found is None:
        return {}
    return {f"{key}{suffix}": bytes(copy) for key, copy in found.metadata.items()}


def sample_of(copies: Iterable[str], *, at_most: int = SAMPLE) -> Sequence[str]:
    """Some paths, such as those of all copies, spread from the first to the last.

    None at all if one of them is no path in the store: nothing may be asked for there.
    """
    paths = sorted(copies)
    most = min(at_most, len(paths))
    chosen = [paths[number * (len(paths) - 1) // max(1, most - 1)] for number in range(most)]
    return chosen if all(map(_is_inside, chosen)) else ()


def _is_inside(path: str) -> bool:
    try:
        return safe_path(path) == path
    except PathEscapesStore:
        return False


def is_fresh(copy: bytes, document: bytes | None) -> bool:
    """Whether a copy still says the same as its document."""
    try:
        return document is not None and alike(
            object_of(decode_document(copy)), object_of(decode_document(document))
        )
    except JsonFault:
        return False


def is_document(content: bytes | None) -> bool:
    """Whether this is a document, and no page that a server has for whatever is missing."""
    try:
        return content is not None and isinstance(decode_document(content), dict)
    except JsonFault:
        return False


def take_copies(walk: Walk, copies: Mapping[str, bytes], absent: list[str]) -> Iterator[None]:
    """Go through a store by its copies; pauses after each. What is promised but not copied is left.

    What no document promises and nobody has copied is taken as not there; its path is added to
    `absent`.
    """
    lacking: list[Want] = []
    wants = walk.wants
    while wants:
        want = wants.popleft()
        content = copies.get(want.path)
        if content is None and (want.required or want.lists):
            lacking.append(want)
            continue
        if content is None:
            absent.append(want.path)
        walk.arrived(want, content)
        yield
    walk.wants.extend(lacking)
