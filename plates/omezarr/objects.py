"""Objects as a listing or an inventory tells of them: never opened, only counted."""

from datetime import datetime

import msgspec


class ListedObject(msgspec.Struct, frozen=True, gc=False):
    """One object (or file) of a storage.

    `path` is relative to the root that was listed, with `/` between its parts. `size` is in bytes.
    `changed_at` carries a time zone; None where the listing does not tell.
    """

    path: str
    size: int
    changed_at: datetime | None = None
    storage_class: str = ""
    etag: str = ""
