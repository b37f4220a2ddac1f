"""How the stores of the tests are spelt, and what can be wrong with them."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

Version = Literal["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
Json = dict[str, Any]

DEEP = 100_000


class Fault(Enum):
    """What can be wrong with the document of one node."""

    ABSENT = "absent"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_UTF8 = "not utf-8"
    WEB_PAGE = "web page"
    LFS_POINTER = "lfs pointer"
    GZIPPED = "gzipped"
    DEEP = "deep"
    LIST = "list"
    NO_KEYS = "no keys"
    WRONG_TYPES = "wrong types"
    FOLDER = "folder"
    PIPE = "pipe"


BROKEN: dict[Fault, bytes] = {
    Fault.EMPTY: b"",
    Fault.TRUNCATED: b'{"zarr_format": 3, "attributes": {"ome": {"vers',
    Fault.NOT_UTF8: b'{"well": "\xff\xfe"}',
    Fault.WEB_PAGE: b"<!DOCTYPE html><html><body>Not here</body></html>",
    Fault.LFS_POINTER: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    Fault.GZIPPED: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    Fault.DEEP: b"[" * DEEP + b"]" * DEEP,
    Fault.LIST: b"[]",
    Fault.NO_KEYS: b"{}",
    Fault.WRONG_TYPES: b'{"plate": 1, "well": [], "multiscales": {}, "attributes": {"ome": []}}',
}


@dataclass(frozen=True)
class Style:
    """How a writer spells what it writes; the defaults are those of a careful one."""

    versions: bool = True
    row_groups: bool = True
    indices: bool = True
    pad_columns: int = 2
    numbered_rows: bool = False
    field_names: tuple[str, ...] = ()
    level_names: tuple[str, ...] = ()
    integer_levels: bool = False
    upper_case_axes: bool = False
    axes: str = "czyx"
    units: bool = True
    short_scale: bool = False
    integer_scale: bool = False
    whole_scale: tuple[float, ...] = ()
    translations: bool = True
    downscaling: bool = True
    omero: bool = True
    omero_channels: int | None = None
    window_texts: bool = False
    two_multiscales: bool = False
    ome_key: bool = True
    dtype: str = "uint16"
    big_endian: bool = False
    sharded: bool = False
    labels: tuple[str, ...] = ()
    label_axes: str = ""
    tables: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)
    not_a_number: bool = False
    byte_order_mark: bool = False
    indent: int | None = None
    acquisition_of_field: bool = True


PLAIN = Style()


@dataclass(frozen=True)
class Pixels:
    """What the images of a store are made of."""

    levels: int
    channels: tuple[str, ...]
    size: tuple[int, int]
    planes: int
    chunks: bool = field(kw_only=True)

    def shape(self, axes: str, level: int = 0) -> list[int]:
        """The shape of a level along some axes."""
        height, width = self.size
        planes = {"t": 1, "c": len(self.channels), "z": self.planes}
        lengths = {**planes, "y": max(1, height >> level), "x": max(1, width >> level)}
        return [lengths[axis] for axis in axes]


def has_axes(version: Version) -> bool:
    """Whether images of a version name their axes; before they are t, c, z, y, x."""
    return version not in ("0.1", "0.2")


def is_zarr_3(version: Version) -> bool:
    """Whether stores of a version are Zarr 3."""
    return version in ("0.5", "0.6")
