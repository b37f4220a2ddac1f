"""What is to be opened, and where: as much of it as the table of viewers asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.links.opened import Opened
from plates.models import Layout, Store
from plates.states import StoreKind

_OF_STORES: Final[Mapping[str, Opened]] = {
    StoreKind.PLATE.value: Opened.PLATE,
    StoreKind.IMAGE.value: Opened.IMAGE,
    StoreKind.COLLECTION.value: Opened.COLLECTION,
    StoreKind.WELL.value: Opened.WELL,
}


@dataclass(frozen=True, slots=True)
class Pixels:
    """How the pixels of an image lie: what its layout says."""

    axes: tuple[str, ...]
    dtype: str
    codecs: tuple[str, ...]
    level_paths: tuple[str, ...]
    level_shapes: tuple[tuple[int, ...], ...]
    is_sharded: bool

    @property
    def keeps_planes(self) -> bool:
        """Whether every level has as many planes along z as the largest."""
        if "z" not in self.axes:
            return True
        z = self.axes.index("z")
        return len({shape[z] for shape in self.level_shapes if len(shape) > z}) <= 1


@dataclass(frozen=True, slots=True)
class Target:
    """A node of a store that is to be opened; `path` is empty for its root.

    `pixels` are those of the image itself, or of some field of a plate or a well; None if unknown.
    """

    store: Store
    opened: Opened
    path: str
    pixels: Pixels | None

    @property
    def version(self) -> str:
        """The version of OME-Zarr, empty if it was never read."""
        return self.store.version

    @property
    def zarr_format(self) -> int | None:
        """The version of Zarr."""
        return self.store.zarr_format

    @property
    def document(self) -> str:
        """The path of the node's own document in the store."""
        name = ".zattrs" if self.zarr_format == 2 else "zarr.json"  # noqa: PLR2004 - Zarr 2
        return f"{self.path}/{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class Address:
    """The web address at which a target is opened.

    `is_ours` if Platecat itself answers there. `failure` says why pages of other sites cannot read
    there, as the last test of the store's links showed: empty if they can, None if nobody tried.
    """

    url: str
    is_ours: bool
    failure: str | None = None

    @property
    def is_https(self) -> bool:
        """Whether what is sent is encrypted."""
        return self.url.startswith("https://")

    @property
    def is_of_this_machine(self) -> bool:
        """Whether only programs of the machine that Platecat runs on reach it."""
        host = self.url.partition("://")[2].partition("/")[0].rpartition("@")[2]
        return host.partition(":")[0] in {"127.0.0.1", "localhost"} or host.startswith("[::1]")


def opened_of(store: Store) -> Opened:
    """What the root of a store is."""
    return _OF_STORES.get(store.kind, Opened.OTHER)


def pixels_of(layout: Layout | None) -> Pixels | None:
    """The pixels that a layout describes; None without one."""
    if layout is None:
        return None
    return Pixels(
        axes=tuple(str(axis.get("name", "")) for axis in layout.axes),
        dtype=layout.dtype,
        codecs=tuple(layout.codecs),
        level_paths=tuple(layout.level_paths),
        level_shapes=_shapes(layout.level_shapes),
        is_sharded=bool(layout.shards),
    )


def _shapes(told: Sequence[Sequence[int] | None]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(shape) for shape in told if shape)
