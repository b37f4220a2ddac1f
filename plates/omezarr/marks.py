"""The documents by which a folder is known to be Zarr, and what the start of one tells."""

import re
from typing import Final, NamedTuple

from plates.omezarr.addressing import RootUrl
from plates.omezarr.errors import (
    DocumentMalformed,
    DocumentTooLarge,
    PathEscapesStore,
    StoreForbidden,
)
from plates.omezarr.folders import Folders
from plates.omezarr.roots import ARRAY, opened
from plates.omezarr.versions.known import STORAGES
from plates.states import StoreKind

HEAD: Final = 64 * 1024
"""So much of a document is read; those of large plates are longer, with copies a thousand times."""

_URL: Final = RootUrl("", "", "")
_STORAGE_OF: Final = {"zarr.json": STORAGES[3], ".zattrs": STORAGES[2]}
_NAMES_KIND: Final = re.compile(rb'"(plate|multiscales|bioformats2raw\.layout|scene)"\s*:')
_COPIES: Final = b'"consolidated_metadata"'
_KINDS: Final = {
    b"plate": StoreKind.PLATE,
    b"multiscales": StoreKind.IMAGE,
    b"bioformats2raw.layout": StoreKind.COLLECTION,
    b"scene": StoreKind.SCENE,
}


class Mark(NamedTuple):
    """What a document of Zarr says of the folder that it lies in.

    `kind` is ZARR where it speaks of no image, and UNKNOWN where it cannot be made sense of.
    """

    name: str
    kind: StoreKind = StoreKind.UNKNOWN
    is_array: bool = False

    @property
    def may_hold_images(self) -> bool:
        """Whether it is a plain group, that images may lie in."""
        return self.kind is StoreKind.ZARR and not self.is_array


async def find_mark(folders: Folders, path: str, names: tuple[str, ...]) -> Mark | None:
    """What the documents of a folder say that are called so, None if it holds none of them.

    They are asked for in order up to one that speaks of an image, or of an array: as in reading,
    what speaks of OME-Zarr wins over what does not. StoreForbidden if none was found and some
    were refused, another StoreError if the storage fails.
    """
    plain: Mark | None = None
    refusal: StoreForbidden | None = None
    for name in names:
        if name == ".zgroup" and plain is not None:
            break
        try:
            mark = await _mark(folders, path, name)
        except StoreForbidden as error:
            # Storage that may not be listed says so of every document that is not there.
            refusal = error
            continue
        if mark is not None and not mark.may_hold_images:
            return mark
        plain = plain or mark
    if plain is None and refusal is not None:
        raise refusal
    return plain


async def _mark(folders: Folders, path: str, name: str) -> Mark | None:
    place = f"{path}/{name}".lstrip("/")
    try:
        content = await folders.head(place, HEAD)
        if content is None:
            return None
        if name not in _STORAGE_OF:
            return Mark(name, StoreKind.ZARR, is_array=name == ".zarray")
        if len(content) == HEAD:
            kind = kind_in_head(content)
            if kind is not None:
                return Mark(name, kind)
            content = await folders.read(place)
    except (DocumentTooLarge, PathEscapesStore):
        # Something is there; what is wrong with it shows when it is read as a store.
        return Mark(name, StoreKind.UNKNOWN)
    return None if content is None else mark_of(name, content)


def mark_of(name: str, content: bytes) -> Mark:
    """What a whole document `zarr.json` or `.zattrs` says."""
    try:
        root = opened(_URL, _STORAGE_OF[name], content)
    except DocumentMalformed:
        return Mark(name, StoreKind.UNKNOWN)
    return Mark(name, root.kind, is_array=root.remark == ARRAY)


def kind_in_head(head: bytes) -> StoreKind | None:
    """The kind that a key in the start of a long document names, None if there is no such key.

    What follows the copies of other nodes may speak of these, and is not looked at.
    """
    own = head.partition(_COPIES)[0]
    named = {match[1] for match in _NAMES_KIND.finditer(own)}
    return next((kind for key, kind in _KINDS.items() if key in named), None)
