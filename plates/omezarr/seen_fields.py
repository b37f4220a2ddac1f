"""What rules look at when they hold the fields of a plate against each other."""

import msgspec


class FieldLook(msgspec.Struct, frozen=True, gc=False):
    """What one field looks like; `path` starts at the plate, `channels` are their labels.

    What is not known is empty or None.
    """

    path: str
    acquisition: int | None = None
    axes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    dtype: str = ""
    levels: int | None = None


class FieldsSeen(msgspec.Struct, frozen=True):
    """All fields of a plate that were read; pointers start at the attributes of the plate."""

    version: str
    fields: tuple[FieldLook, ...]
