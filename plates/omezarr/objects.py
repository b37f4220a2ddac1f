"""Objects as a listing or an inventory tells of them: never opened, only counted."""

from datetime import UTC, datetime
from typing import Final

import msgspec

DOCUMENTS: Final = frozenset(
    {"zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata", "METADATA.ome.xml"}
)
"""The names of objects that describe others; all else is chunks, or strange."""


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


def moment_of(told: object) -> datetime | None:
    """The moment that a storage tells: as seconds since 1970, or as a date; None if it is neither.

    A date without a time zone is taken as UTC.
    """
    if isinstance(told, datetime):
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    if not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, OSError, ValueError):
        return None
