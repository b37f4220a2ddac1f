"""What a store declares to hold: its images with the arrays of their levels and labels."""

from collections.abc import Iterator, Sequence

import msgspec

from plates.omezarr.documents import Axis
from plates.omezarr.snapshots import Layout, StoreSnapshot


class DeclaredImage(msgspec.Struct, frozen=True, gc=False):
    """A field or image, and how it is built.

    `path` is that in the store, `well` the path of its well, empty for an image that is no field.
    Without a layout it is listed only: what it should hold is not known. A well that is listed
    only stands here as one such field at its own path.
    """

    path: str
    well: str = ""
    layout: Layout | None = None


def declared_images(snapshot: StoreSnapshot) -> Iterator[DeclaredImage]:
    """The fields of every well in the order of the plate, then the other images."""
    for well in snapshot.plate.wells if snapshot.plate else ():
        if not well.fields:
            yield DeclaredImage(well.path, well.path)
        for field in well.fields:
            yield DeclaredImage(field.path, well.path, field.layout)
    for image in snapshot.images:
        yield DeclaredImage(image.path, "", image.layout)


def channel_axis(axes: Sequence[Axis]) -> int | None:
    """The number of the axis of channels; None without one."""
    for number, axis in enumerate(axes):
        if axis.type == "channel" or axis.name == "c":
            return number
    return None
