"""Opening a store: which client reads which address, and what lies in a folder of it."""

from typing import Protocol, TypeAlias

from plates.omezarr.addressing import RootUrl
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport_fsspec import FsspecStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_objects import ObjectsStore
from plates.omezarr.transport_web import WebStore


class RemoteStore(Protocol):
    """A store whose documents take a while to come, so that many are asked for at once."""

    root: RootUrl
    concurrency: int

    async def read(self, path: str) -> bytes | None:
        """The bytes of a document, None if there is none; StoreError if it cannot be read."""

    async def close(self) -> None:
        """End what is open."""


Store: TypeAlias = LocalStore | RemoteStore


def open_store(root: RootUrl, options: StoreOptions) -> Store:
    """The store at an address; nothing is read yet. UnsupportedScheme if there is no client."""
    if root.is_local:
        return LocalStore(root, options)
    if root.query:
        return WebStore(root, options)
    if root.scheme in {"http", "https", "s3"}:
        return ObjectsStore(root, options)
    return FsspecStore(root, options)
