"""Documents out of consolidated metadata, where it is fresh: a plate in one request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from plates.omezarr.addressing import safe_path
from plates.omezarr.consolidated import alike
from plates.omezarr.copied_nodes import copied_nodes
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


def copies_in(root: OpenedRoot, beside: bytes | None) -> Mapping[str, msgspec.Raw]:
    """The copied documents by their paths; `beside` is what lies at `.zmetadata`, if anything.

    None at all where there are no copies, or where they cannot be read or are too many: then the
    documents speak for themselves.
    """
    in_zarr_2 = root.storage.zarr_format == 2  # noqa: PLR2004
    written = beside if in_zarr_2 else root.copies
    try:
        found = copied_nodes(written) if written else None
    except JsonFault:
        return {}
    if in_zarr_2 or found is None:
        return found or {}
    return {f"{key}/{root.storage.group}": copy for key, copy in found.items()}


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


def is_fresh(copy: msgspec.Raw, document: bytes | None) -> bool:
    """Whether a copy still says the same as its document."""
    try:
        return document is not None and alike(
            object_of(decode_document(bytes(copy))), object_of(decode_document(document))
        )
    except JsonFault:
        return False


def is_document(content: bytes | None) -> bool:
    """Whether this is a document, and no page that a server has for whatever is missing."""
    try:
        return content is not None and isinstance(decode_document(content), dict)
    except JsonFault:
        return False


def take_copies(walk: Walk, copies: Mapping[str, msgspec.Raw], absent: list[str]) -> Iterator[None]:
    """Go through a store by its copies; pauses after each. What is promised but not copied is left.

    What no document promises and nobody has copied is taken as not there; its path is added to
    `absent`.
    """
    lacking: list[Want] = []
    wants = walk.wants
    while wants:
        want = wants.popleft()
        copy = copies.get(want.path)
        content = None if copy is None else bytes(copy)
        if content is None and (want.required or want.lists):
            lacking.append(want)
            continue
        if content is None:
            absent.append(want.path)
        walk.arrived(want, content)
        yield
    walk.wants.extend(lacking)
