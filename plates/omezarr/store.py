"""Opening a store: which client reads which address, and what lies in a folder of it."""

import os
from typing import TypeAlias

from plates.omezarr.addressing import RootUrl
from plates.omezarr.admission import admit
from plates.omezarr.options import StoreOptions
from plates.omezarr.transport import RemoteStore
from plates.omezarr.transport_local import LocalStore
from plates.omezarr.transport_zip import LocalArchive

Store: TypeAlias = LocalStore | LocalArchive | RemoteStore


def open_store(root: RootUrl, options: StoreOptions) -> Store:
    """The store at an address; nothing is read yet.

    AddressRefused if the guard of the options says no, UnsupportedScheme if there is no client.
    """
    admit(root, options)
    if root.is_local:
        # A folder may be called as archives are.
        packed = root.is_archive and not os.path.isdir(root.path)  # noqa: PTH112 - as LocalStore
        return LocalArchive(root, options) if packed else LocalStore(root, options)
    # The clients of networks take a good part of the time in which a process that draws starts.
    from plates.omezarr.store_remote import open_on_network  # noqa: PLC0415 - a disk needs none

    return open_on_network(root, options)
