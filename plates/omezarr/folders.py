"""What a search asks of a storage: the names in a folder, and the start of a document."""

from collections.abc import Iterable
from typing import Final, Protocol, TypeAlias

import msgspec

from plates.omezarr.errors import FolderTooLarge

MAX_NAMES: Final = 1_000_000
LONGEST_LISTING_S: Final = 60.0
"""How long the list of one folder may take where it cannot be told how long it is."""

Identity: TypeAlias = tuple[int, int]


class FolderEntry(msgspec.Struct, frozen=True, order=True):
    """One name in a folder."""

    name: str
    is_folder: bool


class Folders(Protocol):
    """The folders of a storage below a root; every path is relative to it, the root is empty.

    One client serves all requests of a search; `concurrency` is how many it takes at once. The
    methods raise a StoreError, having tried again as often as the options say.
    """

    concurrency: int

    async def entries(self, path: str) -> list[FolderEntry]:
        """The names in a folder, in any order; StoreNotFound if there is none, or no list."""

    async def head(self, path: str, length: int) -> bytes | None:
        """So many bytes of the start of a document, fewer if it ends; None if there is none."""

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none."""

    async def identity(self, path: str) -> Identity | None:
        """What is the same for all names that a folder has; None where folders have only one."""

    async def close(self) -> None:
        """End what is open."""


def plain_entries(entries: Iterable[FolderEntry]) -> tuple[FolderEntry, ...]:
    """The entries sorted, each once, without those that no path may hold."""
    return tuple(sorted(entry for entry in set(entries) if _is_plain(entry.name)))


def _is_plain(name: str) -> bool:
    return name not in {"", ".", ".."} and "/" not in name and "\\" not in name


def last_name(path: str) -> str:
    """The last name of a path."""
    return path.rstrip("/").rpartition("/")[2]


def too_many_names(shown: str) -> FolderTooLarge:
    """The refusal of a folder whose list does not come to an end."""
    return FolderTooLarge(
        f"{shown} was not looked into: it holds more than {MAX_NAMES:,} names, or its list takes "
        f"longer than {LONGEST_LISTING_S:.0f} s. Exclude it by a pattern, or give the addresses of "
        "the stores in it."
    )
