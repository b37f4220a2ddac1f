"""Opening a store: which client reads which address, and what lies in a folder of it."""

from typing import TypeAlias

from plates.omezarr.addressing import RootUrl
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_fsspec import FsspecStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_objects import ObjectsStore
from plates.omezarr.transport_web import WebStore

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
