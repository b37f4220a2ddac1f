"""Opening a store on the network: which client reads which address."""

from plates.omezarr.addressing import WEB, RootUrl
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_fsspec import FsspecStore
from plates.omezarr.transport_objects import ObjectsStore
from plates.omezarr.transport_web import WebStore
from plates.omezarr.transport_zip_remote import RemoteArchive


def open_on_network(root: RootUrl, options: StoreOptions) -> RemoteStore:
    """The store at an address that was admitted; UnsupportedScheme if there is no client."""
    if root.is_archive:
        return RemoteArchive(root, options)
    if root.scheme in WEB:
        return WebStore(root, options)
    if root.scheme == "s3":
        return ObjectsStore(root, options)
    return FsspecStore(root, options)
