"""What every client of a storage on the network has to be able to do."""

from typing import Protocol

from plates.omezarr.addressing import RootUrl


class RemoteStore(Protocol):
    """A store whose documents take a while to come, so that many are asked for at once.

    `lists` says whether it can tell what lies in a folder.
    """

    root: RootUrl
    concurrency: int
    lists: bool

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""

    async def folders(self, path: str) -> tuple[str, ...]:
        """The names of the folders in a folder, sorted; StoreError if it cannot be listed."""

    async def close(self) -> None:
        """End what is open."""
