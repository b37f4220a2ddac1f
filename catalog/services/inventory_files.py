"""The files of an inventory: each fetched once, and kept on disk as long as they are needed."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from catalog.models import Source
from plates.omezarr.addressing import RootUrl
from plates.omezarr.fetching import changed_at, fetch, folder_and_name
from plates.omezarr.inventories import Inventory, read_inventory
from plates.omezarr.options import StoreOptions

MOST_BYTES: Final = 64 * 1024**3
"""Of all files of an inventory together."""


class InventoryFiles:
    """Opens the files of an inventory as often as they are wanted; they are gone with the block."""

    def __init__(self, url: str, options: StoreOptions, stop: Callable[[], bool]) -> None:
        self._folder_of_parts, self._name = folder_and_name(url)
        self._url = url
        self._options = options
        self._stop = stop
        self._fetched: dict[str, Path] = {}
        self._room = MOST_BYTES

    def __enter__(self) -> Self:
        """Make a folder for them."""
        self._folder = tempfile.TemporaryDirectory(prefix="platecat-inventory-")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Delete them."""
        self._folder.cleanup()

    def __call__(self, part: str) -> BinaryIO:
        """A file by its name, or by the key that a manifest gives it; StoreError if there is none."""
        if part not in self._fetched:
            self._fetched[part] = self._fetch(part)
        return self._fetched[part].open("rb")

    def _fetch(self, part: str) -> Path:
        url = self._url if part == self._name else part_at(self._folder_of_parts, part)
        place = Path(self._folder.name) / str(len(self._fetched))
        with place.open("wb") as file:
            self._room -= fetch(
                url, file, options=self._options, at_most=self._room, stop=self._stop
            )
        return place

    def inventory(self, source: Source) -> Inventory:
        """The inventory of a source, to be gone through as often as is wanted."""
        inventory = read_inventory(self, self._name, root=RootUrl.parse(source.url))
        if inventory.made_at is None:
            inventory.made_at = changed_at(self._url, options=self._options)
        return inventory


def part_at(folder: RootUrl, part: str) -> str:
    """Where a file lies that a manifest names by its key: in the bucket, or beside the manifest."""
    if folder.scheme == "s3":
        return f"s3://{folder.place}/{part}"
    return folder.child(part.rpartition("/")[2])
