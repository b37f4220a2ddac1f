"""What every client of a storage has to be able to do."""

from typing import Protocol

from plates.omezarr.addressing import RootUrl


class DiskStore(Protocol):
    """A store on a disk of this machine, whose documents are read one after the other."""

    root: RootUrl

    def require(self) -> None:
        """Nothing if the store is there; StoreError otherwise."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""

    def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """

    def sign(self, path: str) -> str | None:
        """What changes when a document does, None if there is none; StoreError if it is refused."""

    def has(self, path: str) -> bool:
        """Whether a document is there."""

    def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""

    def close(self) -> None:
        """End what is open."""


class RemoteStore(Protocol):
    """A store whose documents take a while to come, so that many are asked for at once.

    `lists` says whether it can tell what lies in a folder.
    """

    root: RootUrl
    concurrency: int
    lists: bool

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""

    async def piece(self, path: str, start: int, length: int) -> bytes | None:
        """So many bytes of a file from a start, or from its end if that is negative.

        Fewer where the file ends, None if there is none; StoreError if it cannot be read.
        """

    async def sign(self, path: str) -> str | None:
        """What changes when a document does, empty if that cannot be told, None without it.

        StoreError if it cannot be looked at.
        """

    async def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""

    async def close(self) -> None:
        """End what is open."""
