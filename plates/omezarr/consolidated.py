"""Consolidated metadata: copies of all documents in one, held against the documents themselves."""

from collections.abc import Mapping
from typing import Final

import msgspec

from plates.omezarr.copied_nodes import COPIES_KEY
from plates.omezarr.jsonvalues import JsonObject, decode_document, object_of
from plates.omezarr.seen import ConsolidatedSeen
from plates.omezarr.shapes import canonical
from plates.omezarr.spelling import spelling_of

MAX_TOLD: Final = 1_000
_LONGEST: Final = 1024 * 1024


class Copies:
    """The copies in one document, as the documents themselves arrive."""

    def __init__(self, document: str, copies: Mapping[str, msgspec.Raw], zarr_format: int) -> None:
        self._document = document
        self._copies = copies
        # Zarr 3 copies by node, Zarr 2 by document.
        self._suffix = "/zarr.json" if zarr_format == 3 else ""  # noqa: PLR2004
        self._differing: list[str] = []
        self._vanished: list[str] = []
        self._unknown: list[str] = []
        self._folders: set[str] = set()

    def repeated_keys(self) -> tuple[str, ...]:
        """The keys that an object in one of the copies has twice; of copies of a usual size."""
        keys: dict[str, None] = {}
        for copy in self._copies.values():
            content = bytes(copy)
            said = decode_document(content) if len(content) <= _LONGEST else None
            if isinstance(said, dict):
                keys.update(dict.fromkeys(spelling_of(content, said).repeated))
        return tuple(keys)

    def _key(self, path: str) -> str:
        return path.removesuffix(self._suffix) if self._suffix else path

    def met(self, path: str, document: JsonObject) -> None:
        """Hold a document against its copy."""
        self._folders.add(_folder_of(path))
        if path == self._document:
            return
        copy = self._copies.get(self._key(path))
        if copy is None:
            _note(self._unknown, path)
        elif not alike(object_of(decode_document(bytes(copy))), document):
            _note(self._differing, path)

    def missed(self, path: str) -> None:
        """Note a copy of a document that is not there."""
        self._folders.add(_folder_of(path))
        if self._key(path) in self._copies and path.endswith(self._suffix):
            _note(self._vanished, path)

    def unmet(self) -> list[str]:
        """Documents of nodes that were copied and that nobody has asked for, one of each node."""
        paths = (f"{key}{self._suffix}".lstrip("/") for key in self._copies)
        nodes: dict[str, str] = {}
        for path in paths:
            nodes.setdefault(_folder_of(path), path)
        return [path for folder, path in nodes.items() if folder not in self._folders]

    @property
    def agree(self) -> bool:
        """Whether every document is as its copy says, and none is without copy."""
        return not (self._differing or self._vanished or self._unknown)

    def seen(self, version: str) -> ConsolidatedSeen:
        """What came of it."""
        return ConsolidatedSeen(
            version,
            self._document,
            tuple(sorted(self._differing)),
            tuple(sorted(self._vanished)),
            tuple(sorted(self._unknown)),
        )


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _note(paths: list[str], path: str) -> None:
    if len(paths) < MAX_TOLD:
        paths.append(path)


def alike(copy: JsonObject, document: JsonObject) -> bool:
    """Whether a copy says the same; the copies that a copy may hold itself do not matter."""
    told, copied = ({k: v for k, v in one.items() if k != COPIES_KEY} for one in (document, copy))
    return told == copied or canonical(told) == canonical(copied)
