"""The documents of a store on a disk: its folders are listed, but for those of chunks."""

import os
from typing import Final

from plates.omezarr.addressing import RootUrl
from plates.omezarr.object_listing_local import FolderListing, UnreadFolder
from plates.omezarr.objects import DOCUMENTS, ListedObject

MAX_ENTRIES: Final = 1_000_000
"""Names in the folders of one store that are looked at."""
MAX_BARE: Final = 2
"""Folders in a row without a document that are looked into, as rows of a plate may be."""
_OF_CHUNKS: Final = "c"
"""The folder of the chunks of an array in Zarr 3."""


class DocumentListing(FolderListing):
    """Lists the documents below a folder; no chunk is looked at, and hardly a folder of chunks."""

    def __init__(self, root: RootUrl) -> None:
        self.unread: list[UnreadFolder] = []
        super().__init__(root, self.unread)
        self.folders = self.entries = 0
        self._bare: dict[str, int] = {}

    @property
    def is_whole(self) -> bool:
        """Whether all was looked at."""
        return not self.unread and self.entries <= MAX_ENTRIES

    def _scan(self, folder: str) -> list["os.DirEntry[str]"]:
        """The documents of a folder, and the folders in it that may hold others."""
        if self.entries > MAX_ENTRIES:
            return []
        found = super()._scan(folder)
        self.folders += 1
        self.entries += len(found)
        documents = [entry for entry in found if entry.name in DOCUMENTS]
        if any(entry.name == ".zarray" for entry in documents):
            return documents
        below = [entry for entry in found if entry.name not in DOCUMENTS and _may_be_folder(entry)]
        if documents and self._are_chunks(folder, below):
            return documents
        bare = 0 if documents else self._bare.get(folder.rpartition("/")[0], 0) + 1
        if bare:
            self._bare[folder] = bare
        return documents + below if bare <= MAX_BARE else documents

    def _are_chunks(self, folder: str, below: list["os.DirEntry[str]"]) -> bool:
        """Whether the only folder in a node is that of its chunks, and no node of its own."""
        if [entry.name for entry in below] != [_OF_CHUNKS]:
            return False
        return not os.path.lexists(f"{self._place(folder)}/{_OF_CHUNKS}/zarr.json")

    def _file(self, entry: "os.DirEntry[str]", path: str) -> ListedObject | None:
        """A document, told apart by its inode as well: another file may have its time and size."""
        file = super()._file(entry, path)
        if file is None:
            return None
        about = entry.stat()
        return ListedObject(
            path, file.size, file.changed_at, etag=f"{about.st_mtime_ns} {about.st_ino}"
        )


def _may_be_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_symlink() or entry.is_dir(follow_symlinks=False)
