"""What the rules about images and labels look at; see `seen.py`."""

from collections.abc import Mapping

import msgspec

from plates.omezarr.documents import ArrayDocument
from plates.omezarr.jsonvalues import JsonObject, JsonValue, list_of, object_of, text_of
from plates.omezarr.seen import objects_of


class AxesSeen(msgspec.Struct, frozen=True):
    """The list of axes of an image, as it is written; pointers start at the list."""

    version: str
    axes: JsonValue

    def described(self) -> list[tuple[int, JsonObject]]:
        """The axes that are objects (0.4 and later), each with its number in the list."""
        return objects_of(self.axes)

    def names(self) -> list[str | None]:
        """The name of each axis, as written: bare in 0.3, under `name` later."""
        return [
            text_of(axis if isinstance(axis, str) else object_of(axis).get("name"))
            for axis in list_of(self.axes)
        ]


class MultiscaleSeen(msgspec.Struct, frozen=True):
    """One member of `multiscales`; pointers start there. `dimensions` is its number of axes.

    `vanished` are paths that transformations name (`path`) and where no array was found; empty
    where they were not looked for.
    """

    version: str
    multiscale: JsonObject
    dimensions: int
    vanished: frozenset[str] = frozenset()

    def datasets(self) -> list[tuple[int, JsonObject]]:
        """The members of `datasets` that are objects, each with its number in the list."""
        return objects_of(self.multiscale.get("datasets"))


class LevelSeen(msgspec.Struct, frozen=True, gc=False):
    """One resolution: its number in `datasets`, its array (None if absent), its whole scale."""

    number: int
    path: str
    array: ArrayDocument | None
    scale: tuple[float, ...] = ()


class PyramidSeen(msgspec.Struct, frozen=True):
    """The levels of an image with their arrays; pointers start at its member of `multiscales`.

    `axes` are the names of the axes in lower case; for 0.1 and 0.2, which have no axes, t c z y x.
    """

    version: str
    axes: tuple[str, ...]
    levels: tuple[LevelSeen, ...]

    def length(self, axis: str) -> int | None:
        """How long the largest level is along an axis; None if that is not known."""
        first = self.levels[0].array if self.levels else None
        if first is None or axis not in self.axes or len(first.shape) != len(self.axes):
            return None
        return first.shape[self.axes.index(axis)]


class ArraySeen(msgspec.Struct, frozen=True):
    """The document of one array, and the names of the axes of its image; pointers start at it.

    `attributes` are those of the array: for Zarr 2, only read in 0.3.
    """

    version: str
    array: ArrayDocument
    axes: tuple[str, ...]
    level: int = 0
    """Which resolution of its image it is; 0 is the largest."""


class OmeroSeen(msgspec.Struct, frozen=True):
    """The value of `omero`, and the lengths of the image's axes by name; pointers start there."""

    version: str
    omero: JsonObject
    lengths: Mapping[str, int]

    def channels(self) -> list[tuple[int, JsonObject]]:
        """The members of `channels` that are objects, each with its number in the list."""
        return objects_of(self.omero.get("channels"))


class LabelListSeen(msgspec.Struct, frozen=True):
    """The value of the list `labels` as it stands in its group; pointers start there."""

    value: JsonValue


class LabelsSeen(msgspec.Struct, frozen=True):
    """The labels of an image: the names listed, and those on disk if they could be listed.

    Pointers start at the list `labels`.
    """

    version: str
    listed: tuple[str, ...]
    on_disk: tuple[str, ...] | None


class LabelSeen(msgspec.Struct, frozen=True):
    """One label image and the image that it belongs to; pointers start at `image-label`.

    `described` is the value of `image-label`, empty if there is none. `source` says whether the
    image that `source.image` names was found: None if it was not looked for. `between` are the
    groups between `labels` and the label that hold OME metadata.
    """

    version: str
    path: str
    described: JsonObject
    pyramid: PyramidSeen | None
    image: PyramidSeen | None
    source: bool | None = None
    between: tuple[str, ...] = ()

    def colors(self) -> list[tuple[int, JsonObject]]:
        """The members of `colors` that are objects, each with its number in the list."""
        return objects_of(self.described.get("colors"))
